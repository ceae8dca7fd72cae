// Conditions decided. What a path does not lead to equals nothing and is less than nothing, so `<>`
// holds and every other comparison fails.
#include "lang/dynamodb/compare.h"

namespace fairlead::dynamodb {

namespace {

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// An operand's value: a pointer into the item or the placeholders, or the number that size() made.
class Operand {
 public:
  Operand(const Node& node, const Item* item) {
    switch (node.kind) {
      case NodeKind::kValue:
        found_ = node.value;
        break;
      case NodeKind::kPath:
        found_ = item != nullptr ? find_at(*item, node.path) : nullptr;
        break;
      case NodeKind::kSize: {
        const Operand inner(node.operands[0], item);
        if (inner.get() == nullptr) break;
        const std::int64_t length = length_of(*inner.get());
        if (length < 0) break;
        made_ = AttributeValue(Number(length));
        found_ = &*made_;
        break;
      }
      default:
        break;
    }
  }
  Operand(const Operand&) = delete;
  const AttributeValue* get() const { return found_; }

 private:
  const AttributeValue* found_ = nullptr;
  std::optional<AttributeValue> made_;
};

bool equal(const AttributeValue* a, const AttributeValue* b) {
  return a != nullptr && b != nullptr && *a == *b;
}

// Missing operands and different types give nothing.
std::optional<int> order(const AttributeValue* a, const AttributeValue* b) {
  if (a == nullptr || b == nullptr) return std::nullopt;
  return compare(*a, *b);
}

bool holds_comparison(const Node& node, const Item* item) {
  const Operand left(node.operands[0], item), right(node.operands[1], item);
  if (node.kind == NodeKind::kEqual) return equal(left.get(), right.get());
  if (node.kind == NodeKind::kNotEqual) return !equal(left.get(), right.get());
  const std::optional<int> sign = order(left.get(), right.get());
  if (!sign) return false;
  switch (node.kind) {
    case NodeKind::kLess:
      return *sign < 0;
    case NodeKind::kLessEqual:
      return *sign <= 0;
    case NodeKind::kGreater:
      return *sign > 0;
    default:
      return *sign >= 0;
  }
}

bool holds_between(const Node& node, const Item* item) {
  const Operand value(node.operands[0], item);
  const Operand lower(node.operands[1], item), upper(node.operands[2], item);
  const auto above = order(value.get(), lower.get()), below = order(value.get(), upper.get());
  return above && *above >= 0 && below && *below <= 0;
}

bool holds_in(const Node& node, const Item* item) {
  const Operand value(node.operands[0], item);
  for (std::size_t i = 1; i < node.operands.size(); ++i) {
    if (equal(value.get(), Operand(node.operands[i], item).get())) return true;
  }
  return false;
}

bool holds_function(const Node& node, const Item* item) {
  const Operand first(node.operands[0], item);
  if (node.kind == NodeKind::kAttributeExists) return first.get() != nullptr;
  if (node.kind == NodeKind::kAttributeNotExists) return first.get() == nullptr;
  const Operand second(node.operands[1], item);
  if (first.get() == nullptr || second.get() == nullptr) return false;
  if (node.kind == NodeKind::kBeginsWith) return begins_with(*first.get(), *second.get());
  if (node.kind == NodeKind::kContains) return contains(*first.get(), *second.get());
  const std::string* wanted = second.get()->as<std::string>();
  return wanted != nullptr && *wanted == type_name(first.get()->type());
}

template <class Set, class Member>
bool set_contains(const AttributeValue& whole, const AttributeValue& part) {
  const Set* set = whole.as<Set>();
  const Member* member = part.as<Member>();
  return set != nullptr && member != nullptr && set->contains(*member);
}

}  // namespace

std::optional<int> compare(const AttributeValue& a, const AttributeValue& b) {
  if (a.type() != b.type()) return std::nullopt;
  switch (a.type()) {
    case Type::kS:
      return sign(*a.as<std::string>() <=> *b.as<std::string>());
    case Type::kN:
      return sign(*a.as<Number>() <=> *b.as<Number>());
    case Type::kB:
      return sign(a.as<Binary>()->bytes <=> b.as<Binary>()->bytes);
    default:
      return std::nullopt;
  }
}

bool begins_with(const AttributeValue& value, const AttributeValue& prefix) {
  if (const std::string* text = value.as<std::string>()) {
    const std::string* start = prefix.as<std::string>();
    return start != nullptr && text->starts_with(*start);
  }
  const Binary* bytes = value.as<Binary>();
  const Binary* start = prefix.as<Binary>();
  return bytes != nullptr && start != nullptr && bytes->bytes.starts_with(start->bytes);
}

bool contains(const AttributeValue& whole, const AttributeValue& part) {
  if (const std::string* text = whole.as<std::string>()) {
    const std::string* piece = part.as<std::string>();
    return piece != nullptr && text->find(*piece) != std::string::npos;
  }
  if (const Binary* bytes = whole.as<Binary>()) {
    const Binary* piece = part.as<Binary>();
    return piece != nullptr && bytes->bytes.find(piece->bytes) != std::string::npos;
  }
  if (const List* list = whole.as<List>()) {
    for (const AttributeValue& value : *list) {
      if (value == part) return true;
    }
    return false;
  }
  return set_contains<StringSet, std::string>(whole, part) ||
         set_contains<NumberSet, Number>(whole, part) ||
         set_contains<BinarySet, Binary>(whole, part);
}

bool holds(const Node& condition, const Item* item) {
  switch (condition.kind) {
    case NodeKind::kAnd:
      for (const Node& operand : condition.operands) {
        if (!holds(operand, item)) return false;
      }
      return true;
    case NodeKind::kOr:
      for (const Node& operand : condition.operands) {
        if (holds(operand, item)) return true;
      }
      return false;
    case NodeKind::kNot:
      return !holds(condition.operands[0], item);
    case NodeKind::kEqual:
    case NodeKind::kNotEqual:
    case NodeKind::kLess:
    case NodeKind::kLessEqual:
    case NodeKind::kGreater:
    case NodeKind::kGreaterEqual:
      return holds_comparison(condition, item);
    case NodeKind::kBetween:
      return holds_between(condition, item);
    case NodeKind::kIn:
      return holds_in(condition, item);
    default:
      return holds_function(condition, item);
  }
}

}  // namespace fairlead::dynamodb
