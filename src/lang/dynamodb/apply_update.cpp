// SET, REMOVE, ADD and DELETE. The values are all worked out against the item as it was; then they
// are put in place, removals last and from the back, so that indexes mean what they meant.
#include <algorithm>

#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

using Kind = UpdateAction::Kind;

Result<AttributeValue> evaluate(const Node& node, const Item& item);

Result<AttributeValue> evaluate_sum(const Node& node, const Item& item) {
  const AttributeValue left = TRY(evaluate(node.operands[0], item));
  const AttributeValue right = TRY(evaluate(node.operands[1], item));
  const Number* a = left.as<Number>();
  const Number* b = right.as<Number>();
  if (a == nullptr || b == nullptr) return operand_has_wrong_type();
  return AttributeValue(
      TRY(node.kind == NodeKind::kPlus ? Number::add(*a, *b) : Number::subtract(*a, *b)));
}

Result<AttributeValue> evaluate_append(const Node& node, const Item& item) {
  AttributeValue left = TRY(evaluate(node.operands[0], item));
  AttributeValue right = TRY(evaluate(node.operands[1], item));
  List* front = left.as<List>();
  List* back = right.as<List>();
  if (front == nullptr || back == nullptr) return operand_has_wrong_type();
  front->insert(front->end(), std::make_move_iterator(back->begin()),
                std::make_move_iterator(back->end()));
  return left;
}

Result<AttributeValue> evaluate(const Node& node, const Item& item) {
  switch (node.kind) {
    case NodeKind::kValue:
      return AttributeValue(*node.value);
    case NodeKind::kPath: {
      const AttributeValue* found = find_at(item, node.path);
      if (found == nullptr) return attribute_does_not_exist();
      return AttributeValue(*found);
    }
    case NodeKind::kIfNotExists: {
      const AttributeValue* found = find_at(item, node.operands[0].path);
      if (found != nullptr) return AttributeValue(*found);
      return evaluate(node.operands[1], item);
    }
    case NodeKind::kListAppend:
      return evaluate_append(node, item);
    default:
      return evaluate_sum(node, item);
  }
}

template <class Set>
bool unite(AttributeValue& into, const AttributeValue& with) {
  Set* set = into.as<Set>();
  const Set* other = with.as<Set>();
  if (set == nullptr || other == nullptr) return false;
  set->unite(*other);
  return true;
}

template <class Set>
std::optional<bool> subtract(AttributeValue& from, const AttributeValue& what) {  // empty now?
  Set* set = from.as<Set>();
  const Set* other = what.as<Set>();
  if (set == nullptr || other == nullptr) return std::nullopt;
  set->subtract(*other);
  return set->members.empty();
}

// What one action makes of its place: a new value, or nothing there any more.
Result<std::optional<AttributeValue>> outcome(const UpdateAction& action, const Item& before) {
  using Outcome = std::optional<AttributeValue>;
  if (action.kind == Kind::kRemove) return Outcome();
  if (action.kind == Kind::kSet) return Outcome(TRY(evaluate(action.value, before)));
  const AttributeValue* found = find_at(before, action.path);
  const AttributeValue& operand = *action.value.value;
  if (found == nullptr) {
    if (action.kind == Kind::kAdd) return Outcome(operand);
    return Outcome();
  }
  AttributeValue value = *found;
  if (action.kind == Kind::kAdd) {
    const Number* a = value.as<Number>();
    const Number* b = operand.as<Number>();
    if (a != nullptr && b != nullptr) return Outcome(AttributeValue(TRY(Number::add(*a, *b))));
    if (unite<StringSet>(value, operand) || unite<NumberSet>(value, operand) ||
        unite<BinarySet>(value, operand)) {
      return Outcome(std::move(value));
    }
    return operand_has_wrong_type();
  }
  std::optional<bool> emptied = subtract<StringSet>(value, operand);
  if (!emptied) emptied = subtract<NumberSet>(value, operand);
  if (!emptied) emptied = subtract<BinarySet>(value, operand);
  if (!emptied) return operand_has_wrong_type();
  if (*emptied) return Outcome();
  return Outcome(std::move(value));
}

// The value that holds the last step of `path`: a map or list inside the item. Null when the way
// is broken. Not for paths of one step.
AttributeValue* parent_of(Item& item, const Path& path) {
  AttributeValue* at = item.find(path.front().name);
  for (std::size_t i = 1; at != nullptr && i + 1 < path.size(); ++i) {
    const PathStep& step = path[i];
    if (step.is_index) {
      List* list = at->as<List>();
      at = list != nullptr && step.index < list->size() ? &(*list)[step.index] : nullptr;
    } else {
      Map* map = at->as<Map>();
      at = map != nullptr ? map->find(step.name) : nullptr;
    }
  }
  return at;
}

Status put(Item& item, const Path& path, AttributeValue value) {
  if (path.size() == 1) {
    item.set(path.front().name, std::move(value));
    return {};
  }
  AttributeValue* parent = parent_of(item, path);
  if (parent == nullptr) return path_invalid_for_update();
  const PathStep& last = path.back();
  Map* map = parent->as<Map>();
  List* list = parent->as<List>();
  if (!last.is_index && map != nullptr) {
    map->set(last.name, std::move(value));
  } else if (last.is_index && list != nullptr) {
    if (last.index < list->size()) {
      (*list)[last.index] = std::move(value);
    } else {
      list->push_back(std::move(value));
    }
  } else {
    return path_invalid_for_update();
  }
  return {};
}

Status remove(Item& item, const Path& path) {
  if (path.size() == 1) {
    item.erase(path.front().name);
    return {};
  }
  AttributeValue* parent = parent_of(item, path);
  if (parent == nullptr) return path_invalid_for_update();
  const PathStep& last = path.back();
  Map* map = parent->as<Map>();
  List* list = parent->as<List>();
  if (!last.is_index && map != nullptr) {
    map->erase(last.name);
  } else if (last.is_index && list != nullptr) {
    if (last.index < list->size()) list->erase(list->begin() + last.index);
  } else {
    return path_invalid_for_update();
  }
  return {};
}

bool earlier(const Path& one, const Path& two) {
  return std::lexicographical_compare(
      one.begin(), one.end(), two.begin(), two.end(), [](const PathStep& a, const PathStep& b) {
        return a.is_index && b.is_index ? a.index < b.index : a.name < b.name;
      });
}

}  // namespace

Result<Item> apply_update(const Update& update, const Item& before) {
  struct Step {
    const UpdateAction* action;
    std::optional<AttributeValue> value;
  };
  std::vector<Step> puts, removals;
  for (const UpdateAction& action : update.actions) {
    std::optional<AttributeValue> value = TRY(outcome(action, before));
    // DELETE from a set that is not there changes nothing, whatever the path leads through.
    if (!value && action.kind == Kind::kDelete && find_at(before, action.path) == nullptr) continue;
    (value ? puts : removals).push_back(Step{&action, std::move(value)});
  }
  // Ascending, so that indexes past the end append in their order; removals from the back.
  auto by_path = [](const Step& a, const Step& b) {
    return earlier(a.action->path, b.action->path);
  };
  std::stable_sort(puts.begin(), puts.end(), by_path);
  std::stable_sort(removals.begin(), removals.end(), by_path);
  Item after = before;
  for (Step& step : puts) TRY(put(after, step.action->path, std::move(*step.value)));
  for (auto step = removals.rbegin(); step != removals.rend(); ++step) {
    TRY(remove(after, step->action->path));
  }
  return after;
}

Projection paths_of(const Update& update) {
  Projection projection;
  for (const UpdateAction& action : update.actions) projection.paths.push_back(action.path);
  return projection;
}

}  // namespace fairlead::dynamodb
