// Walking a document along a path.
#include <algorithm>

#include "lang/jsonpath/jsonpath.h"
#include "lang/jsonpath/steps.h"

namespace fairlead::jsonpath {
namespace {

using Found = std::vector<const Json*>;

struct Walk {
  std::size_t visits = 0;
  bool may_go_on() { return ++visits <= kMaxVisits; }
};

Found walk(const std::vector<Step>& steps, const Json& root, Walk& state);

// -1, 0, 1; nothing when the two cannot be put in order.
std::optional<int> order(const Json& a, const Json& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is_string() && b.is_string()) return sign(a.as_string(), b.as_string());
  if (!a.is_number() || !b.is_number()) return std::nullopt;
  const auto x = a.to_int64(), y = b.to_int64();
  if (x && y) return sign(*x, *y);
  return sign(a.to_double().value_or(0), b.to_double().value_or(0));
}

bool compare(const Json& left, Condition::Operator by, const Json& right) {
  using Operator = Condition::Operator;
  const auto ordered = order(left, right);
  const bool equal = ordered ? *ordered == 0 : left == right;
  switch (by) {
    case Operator::kEqual:
      return equal;
    case Operator::kNotEqual:
      return !equal;
    case Operator::kLess:
      return ordered && *ordered < 0;
    case Operator::kLessOrEqual:
      return ordered && *ordered <= 0;
    case Operator::kGreater:
      return ordered && *ordered > 0;
    case Operator::kGreaterOrEqual:
      return ordered && *ordered >= 0;
  }
  return false;
}

bool holds(const Condition& condition, const Json& item, Walk& state) {
  const auto each = [&](const Condition& part) { return holds(part, item, state); };
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return std::all_of(condition.parts.begin(), condition.parts.end(), each);
    case Condition::Kind::kOr:
      return std::any_of(condition.parts.begin(), condition.parts.end(), each);
    case Condition::Kind::kNot:
      return !holds(condition.parts.front(), item, state);
    case Condition::Kind::kExists:
      return !walk(condition.left, item, state).empty();
    case Condition::Kind::kCompare:
      break;
  }
  const Found left = walk(condition.left, item, state);
  if (left.empty()) return condition.compare == Condition::Operator::kNotEqual;
  return compare(*left.front(), condition.compare, condition.right);
}

// An index or a slice's end, counted from the front; may lie outside.
std::int64_t from_front(std::int64_t index, std::int64_t size) {
  return index < 0 ? size + index : index;
}

void children(const Json& of, const auto& visit) {
  for (const Json& item : of.items()) visit(item);
  for (const Json::Member& member : of.members()) visit(member.value);
}

void apply(const Step& step, const Json& at, Found& found, Walk& state) {
  const auto keep = [&](const Json& value) {
    if (found.size() < kMaxMatches && state.may_go_on()) found.push_back(&value);
  };
  const auto size = static_cast<std::int64_t>(at.items().size());
  switch (step.kind) {
    case Step::Kind::kNames:
      for (const std::string& name : step.names) {
        if (const Json* value = at.find(name)) keep(*value);
      }
      return;
    case Step::Kind::kIndices:
      for (const std::int64_t index : step.indices) {
        const std::int64_t place = from_front(index, size);
        if (place >= 0 && place < size) keep(at.items()[static_cast<std::size_t>(place)]);
      }
      return;
    case Step::Kind::kSlice: {
      const std::int64_t from = std::max<std::int64_t>(0, from_front(step.from.value_or(0), size));
      const std::int64_t to = std::min(size, from_front(step.to.value_or(size), size));
      for (std::int64_t i = from; i < to; ++i) keep(at.items()[static_cast<std::size_t>(i)]);
      return;
    }
    case Step::Kind::kAll:
      return children(at, keep);
    case Step::Kind::kFilter:
      if (at.is_object()) {
        if (holds(*step.condition, at, state)) keep(at);
        return;
      }
      for (const Json& item : at.items()) {
        if (!state.may_go_on()) return;
        if (holds(*step.condition, item, state)) keep(item);
      }
      return;
  }
}

// The value and everything below it, parents first. Documents are at most 128 levels deep.
void descend(const Json& at, const auto& visit, Walk& state) {
  if (!state.may_go_on()) return;
  visit(at);
  children(at, [&](const Json& child) {
    if (child.is_array() || child.is_object()) descend(child, visit, state);
  });
}

Found walk(const std::vector<Step>& steps, const Json& root, Walk& state) {
  Found found{&root};
  for (const Step& step : steps) {
    Found next;
    for (const Json* at : found) {
      const auto visit = [&](const Json& value) { apply(step, value, next, state); };
      if (step.descends) {
        descend(*at, visit, state);
      } else {
        visit(*at);
      }
    }
    found = std::move(next);
    if (found.empty()) break;
  }
  return found;
}

}  // namespace

bool JsonPath::is_definite() const {
  return std::all_of(steps_->begin(), steps_->end(),
                     [](const Step& step) { return step.is_single(); });
}

Found JsonPath::find(const Json& root) const {
  Walk state;
  return walk(*steps_, root, state);
}

const Json* JsonPath::first(const Json& root) const {
  const Found found = find(root);
  return found.empty() ? nullptr : found.front();
}

}  // namespace fairlead::jsonpath
