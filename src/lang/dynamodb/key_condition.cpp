// A key condition is a conjunction of terms, each of one key attribute and literal values.
#include "lang/dynamodb/key_condition.h"

#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

using Range = KeyCondition::Range;

Error invalid_parameter(std::string_view what) {
  return validation("One or more parameter values were invalid: " + std::string(what));
}

void collect_terms(const Node& node, std::vector<const Node*>& terms) {
  if (node.kind != NodeKind::kAnd) {
    terms.push_back(&node);
    return;
  }
  for (const Node& operand : node.operands) collect_terms(operand, terms);
}

// The operator's name when it cannot stand in a key condition, else empty.
std::string_view forbidden_operator(const Node& node) {
  switch (node.kind) {
    case NodeKind::kOr:
      return "OR";
    case NodeKind::kNot:
      return "NOT";
    case NodeKind::kNotEqual:
      return "<>";
    case NodeKind::kIn:
      return "IN";
    case NodeKind::kAttributeExists:
      return "attribute_exists";
    case NodeKind::kAttributeNotExists:
      return "attribute_not_exists";
    case NodeKind::kAttributeType:
      return "attribute_type";
    case NodeKind::kContains:
      return "contains";
    case NodeKind::kSize:
      return "size";
    default:
      return "";
  }
}

std::string_view operator_name(const Node& node) {
  if (node.kind == NodeKind::kBetween) return "BETWEEN";
  return node.kind == NodeKind::kBeginsWith ? "begins_with" : "";
}

Status check_operators(const Node& node) {
  std::string_view forbidden = forbidden_operator(node);
  if (!forbidden.empty()) {
    return validation("Invalid operator used in KeyConditionExpression: " + std::string(forbidden));
  }
  for (const Node& operand : node.operands) TRY(check_operators(operand));
  return {};
}

const Node* path_of(const Node& term) {
  for (const Node& operand : term.operands) {
    if (operand.kind == NodeKind::kPath) return &operand;
  }
  return nullptr;
}

Status check_term(const Node& term) {
  int paths = 0;
  for (const Node& operand : term.operands) {
    if (operand.kind != NodeKind::kPath) continue;
    ++paths;
    if (operand.path.size() > 1) {
      return validation("KeyConditionExpressions cannot have conditions on nested attributes");
    }
  }
  if (paths == 0) {
    return validation("Invalid condition in KeyConditionExpression: No key attribute specified");
  }
  if (paths > 1) {
    return validation(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
        "condition");
  }
  const std::string_view name = operator_name(term);
  if (!name.empty() && term.operands.front().kind != NodeKind::kPath) {
    return validation("Invalid condition in KeyConditionExpression: " + std::string(name) +
                      " operator must have the key attribute as its first operand");
  }
  return {};
}

// `:v < a` says `a > :v`.
Range range_of(const Node& term) {
  const bool turned = term.operands.front().kind != NodeKind::kPath;
  switch (term.kind) {
    case NodeKind::kLess:
      return turned ? Range::kGreater : Range::kLess;
    case NodeKind::kLessEqual:
      return turned ? Range::kGreaterEqual : Range::kLessEqual;
    case NodeKind::kGreater:
      return turned ? Range::kLess : Range::kGreater;
    case NodeKind::kGreaterEqual:
      return turned ? Range::kLessEqual : Range::kGreaterEqual;
    case NodeKind::kBetween:
      return Range::kBetween;
    case NodeKind::kBeginsWith:
      return Range::kBeginsWith;
    default:
      return Range::kEqual;
  }
}

Status check_operand(const AttributeValue& value, const KeyAttribute& key, Range range) {
  if (value.type() != key.type) {
    return invalid_parameter("Condition parameter type does not match schema type");
  }
  if (range == Range::kBeginsWith) return {};
  const std::string* text = value.as<std::string>();
  const Binary* binary = value.as<Binary>();
  if ((text != nullptr && text->empty()) || (binary != nullptr && binary->bytes.empty())) {
    return validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty " +
        std::string(text != nullptr ? "string" : "binary") + " value. Key: " + key.name);
  }
  return {};
}

}  // namespace

Status check_key_condition(const Node& condition) {
  TRY(check_operators(condition));
  std::vector<const Node*> terms;
  collect_terms(condition, terms);
  for (const Node* term : terms) TRY(check_term(*term));
  for (std::size_t i = 1; i < terms.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (path_of(*terms[i])->path == path_of(*terms[j])->path) {
        return validation("KeyConditionExpressions must only contain one condition per key");
      }
    }
  }
  return {};
}

Result<KeyCondition> key_condition(const Node& condition, const KeyAttribute& hash,
                                   const KeyAttribute* range) {
  std::vector<const Node*> terms;
  collect_terms(condition, terms);
  const Node* hash_term = nullptr;
  const Node* range_term = nullptr;
  for (const Node* term : terms) {
    const std::string& name = path_of(*term)->path.front().name;
    if (name == hash.name) hash_term = term;
    if (range != nullptr && name == range->name) range_term = term;
  }
  if (hash_term == nullptr) {
    return validation("Query condition missed key schema element: " + hash.name);
  }
  if (terms.size() > (range_term != nullptr ? 2u : 1u)) {
    if (range != nullptr && range_term == nullptr) {
      return validation("Query condition missed key schema element: " + range->name);
    }
    return validation("Query key condition not supported");
  }
  if (hash_term->kind != NodeKind::kEqual) return validation("Query key condition not supported");

  KeyCondition result;
  std::vector<const AttributeValue*> values;
  auto collect = [&](const Node& term) {
    values.clear();
    for (const Node& operand : term.operands) {
      if (operand.kind == NodeKind::kValue) values.push_back(operand.value);
    }
  };
  collect(*hash_term);
  TRY(check_operand(*values.front(), hash, Range::kEqual));
  result.hash = *values.front();
  if (range_term == nullptr) return result;
  result.range = range_of(*range_term);
  collect(*range_term);
  for (const AttributeValue* value : values) TRY(check_operand(*value, *range, result.range));
  if (result.range == Range::kBeginsWith && range->type == Type::kN) {
    return invalid_parameter("Condition parameter type does not match schema type");
  }
  result.low = *values.front();
  if (result.range == Range::kBetween) result.high = *values.back();
  return result;
}

}  // namespace fairlead::dynamodb
