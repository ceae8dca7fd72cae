// Legacy conditions and updates as tree nodes.
#include "services/dynamodb/legacy.h"

#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

struct Operator {
  std::string_view name;
  NodeKind kind;
  std::size_t least, most;  // values
  std::string_view types;   // of the values; empty: any
  bool negated = false;     // exists and not …
};
constexpr std::size_t kMany = 1000;
constexpr std::string_view kOrdered = " S N B ";
constexpr Operator kOperators[] = {
    {"EQ", NodeKind::kEqual, 1, 1, ""},
    {"NE", NodeKind::kNotEqual, 1, 1, ""},
    {"LT", NodeKind::kLess, 1, 1, kOrdered},
    {"LE", NodeKind::kLessEqual, 1, 1, kOrdered},
    {"GT", NodeKind::kGreater, 1, 1, kOrdered},
    {"GE", NodeKind::kGreaterEqual, 1, 1, kOrdered},
    {"BETWEEN", NodeKind::kBetween, 2, 2, kOrdered},
    {"IN", NodeKind::kIn, 1, kMany, kOrdered},
    {"BEGINS_WITH", NodeKind::kBeginsWith, 1, 1, " S B "},
    {"CONTAINS", NodeKind::kContains, 1, 1, kOrdered},
    {"NOT_CONTAINS", NodeKind::kContains, 1, 1, kOrdered, true},
    {"NULL", NodeKind::kAttributeNotExists, 0, 0, ""},
    {"NOT_NULL", NodeKind::kAttributeExists, 0, 0, ""},
};

Node path_node(const std::string& name) {
  Node node;
  node.kind = NodeKind::kPath;
  node.path.push_back(PathStep{name});
  return node;
}

Node value_node(AttributeValue value, LegacyValues& values) {
  Node node;
  node.kind = NodeKind::kValue;
  node.value = &values.emplace_back(std::move(value));
  return node;
}

Node make(NodeKind kind, std::vector<Node> operands) {
  Node node;
  node.kind = kind;
  node.operands = std::move(operands);
  return node;
}

Status check_type(const Operator& op, const AttributeValue& value) {
  if (op.types.empty()) return {};
  const std::string type(type_name(value.type()));
  if (op.types.find(" " + type + " ") != std::string_view::npos) return {};
  return invalid_parameter("ComparisonOperator " + std::string(op.name) + " is not valid for " +
                           type + " AttributeValue type");
}

Result<Node> comparison(const std::string& attribute, const std::string& name, const Json& list,
                        LegacyValues& values) {
  for (const Operator& op : kOperators) {
    if (op.name != name) continue;
    if (list.size() < op.least || list.size() > op.most) {
      return invalid_parameter("Invalid number of argument(s) for the " + name +
                               " ComparisonOperator");
    }
    std::vector<Node> operands;
    operands.push_back(path_node(attribute));
    for (const Json& json : list.items()) {
      AttributeValue value = TRY(read_value(json));
      TRY(check_type(op, value));
      operands.push_back(value_node(std::move(value), values));
    }
    Node node = make(op.kind, std::move(operands));
    if (!op.negated) return node;
    return make(NodeKind::kAnd, {make(NodeKind::kAttributeExists, {path_node(attribute)}),
                                 make(NodeKind::kNot, {std::move(node)})});
  }
  return invalid_parameter("Unknown ComparisonOperator: " + name);
}

// Expected without a ComparisonOperator: Value, or Exists: false.
Result<Node> expectation(const std::string& attribute, const Json& condition,
                         LegacyValues& values) {
  const std::string suffix = " for Attribute: " + attribute;
  if (condition.has("AttributeValueList")) {
    return invalid_parameter("AttributeValueList can only be used with a ComparisonOperator" +
                             suffix);
  }
  const Json* exists = condition.find("Exists");
  const Json* value = condition.find("Value");
  if (exists != nullptr && !exists->bool_or(true)) {
    if (value != nullptr) {
      return invalid_parameter("Value cannot be used when Exists is false" + suffix);
    }
    return make(NodeKind::kAttributeNotExists, {path_node(attribute)});
  }
  if (value == nullptr) {
    return invalid_parameter("Value must be provided when Exists is " +
                             std::string(exists == nullptr ? "null" : "true") + suffix);
  }
  return make(NodeKind::kEqual,
              {path_node(attribute), value_node(TRY(read_value(*value)), values)});
}

Result<Node> condition_node(const std::string& attribute, const Json& condition,
                            LegacyValues& values) {
  const std::string name = condition["ComparisonOperator"].string_or("");
  if (name.empty()) return expectation(attribute, condition, values);
  if (condition.has("Exists")) {
    return invalid_parameter(
        "Exists and ComparisonOperator cannot be used together for Attribute: " + attribute);
  }
  if (!condition.has("Value")) {
    return comparison(attribute, name, condition["AttributeValueList"], values);
  }
  if (condition.has("AttributeValueList")) {
    return invalid_parameter(
        "Value and AttributeValueList cannot be used together for Attribute: " + attribute);
  }
  return comparison(attribute, name, Json::array({condition["Value"]}), values);
}

}  // namespace

Result<Node> read_legacy_conditions(const Json& conditions, const Json& conditional_operator,
                                    LegacyValues& values) {
  if (!conditional_operator.is_null() && conditions.size() < 2) {
    return validation(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
  std::vector<Node> nodes;
  for (const Json::Member& member : conditions.members()) {
    nodes.push_back(TRY(condition_node(member.key, member.value, values)));
  }
  const bool any = conditional_operator.string_or("AND") == "OR";
  return make(any ? NodeKind::kOr : NodeKind::kAnd, std::move(nodes));  // none: always holds
}

Result<Node> read_key_conditions(const Json& conditions, LegacyValues& values) {
  if (conditions.empty() || conditions.size() > 2) {
    return validation("Conditions can be of length 1 or 2 only");
  }
  std::vector<Node> nodes;
  for (const Json::Member& member : conditions.members()) {
    Node node = TRY(comparison(member.key, member.value["ComparisonOperator"].string_or(""),
                               member.value["AttributeValueList"], values));
    switch (node.kind) {
      case NodeKind::kEqual:
      case NodeKind::kLess:
      case NodeKind::kLessEqual:
      case NodeKind::kGreater:
      case NodeKind::kGreaterEqual:
      case NodeKind::kBetween:
      case NodeKind::kBeginsWith:
        break;
      default:
        return validation("Attempted conditional constraint is not an indexable operation");
    }
    nodes.push_back(std::move(node));
  }
  return make(NodeKind::kAnd, std::move(nodes));
}

Result<Update> read_attribute_updates(const Json& updates, LegacyValues& values) {
  using Kind = UpdateAction::Kind;
  Update update;
  for (const Json::Member& member : updates.members()) {
    const std::string action = member.value["Action"].string_or("PUT");
    UpdateAction step;
    step.path.push_back(PathStep{member.key});
    if (!member.value.has("Value")) {
      if (action != "DELETE") {
        return invalid_parameter(
            "Only DELETE action is allowed when no attribute value is specified");
      }
      step.kind = Kind::kRemove;
      update.actions.push_back(std::move(step));
      continue;
    }
    AttributeValue value = TRY(read_value(member.value["Value"]));
    const Type type = value.type();
    const bool set = type == Type::kSs || type == Type::kNs || type == Type::kBs;
    if (action == "ADD" && !set && type != Type::kN) {
      return invalid_parameter("ADD action is not supported for the type " +
                               std::string(type_name(type)));
    }
    if (action == "DELETE" && !set) {
      return invalid_parameter("DELETE action with value is not supported for the type " +
                               std::string(type_name(type)));
    }
    step.kind = action == "ADD" ? Kind::kAdd : action == "DELETE" ? Kind::kDelete : Kind::kSet;
    step.value = value_node(std::move(value), values);
    update.actions.push_back(std::move(step));
  }
  return update;
}

}  // namespace fairlead::dynamodb
