// Conditions: parentheses, function names and where they may stand, reserved words; then each
// comparison or function from left to right: placeholders, operand counts, operand types.
#include <array>

#include "lang/dynamodb/check.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/errors.h"
#include "lang/dynamodb/value_json.h"

namespace fairlead::dynamodb {

namespace {

struct Function {
  std::string_view name;
  NodeKind kind;
  std::size_t operands;
};
constexpr Function kFunctions[] = {
    {"attribute_exists", NodeKind::kAttributeExists, 1},
    {"attribute_not_exists", NodeKind::kAttributeNotExists, 1},
    {"attribute_type", NodeKind::kAttributeType, 2},
    {"begins_with", NodeKind::kBeginsWith, 2},
    {"contains", NodeKind::kContains, 2},
    {"size", NodeKind::kSize, 1},
};

const Function* find_function(NodeKind kind) {
  for (const Function& function : kFunctions) {
    if (function.kind == kind) return &function;
  }
  return nullptr;
}

bool is_logical(const Node& node) {
  return node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr || node.kind == NodeKind::kNot;
}

bool is_function(const Node& node) { return find_function(node.kind) != nullptr; }

class ConditionChecker {
 public:
  ConditionChecker(std::string_view where, Placeholders& names) : where_(where), names_(names) {}

  Status check(ConditionSyntax& syntax) {
    if (syntax.redundant_parentheses) {
      return invalid_expression(where_, "The expression has redundant parentheses;");
    }
    TRY(name_functions(syntax.root));
    TRY(check_places(syntax.root));
    TRY(check_reserved(where_, syntax.root));
    return check_leaves(syntax.root);
  }

 private:
  Status name_functions(Node& node) {
    if (node.kind == NodeKind::kFunction) {
      for (const Function& function : kFunctions) {
        if (function.name == node.word) node.kind = function.kind;
      }
      if (node.word == "if_not_exists" || node.word == "list_append") {
        return invalid_expression(
            where_,
            "The function is not allowed in a condition expression; function: " + node.word);
      }
      if (node.kind == NodeKind::kFunction) {
        return invalid_expression(where_, "Invalid function name; function: " + node.word);
      }
    }
    for (Node& operand : node.operands) TRY(name_functions(operand));
    return {};
  }

  // size() is an operand and never a condition; the other functions are the reverse.
  Status check_places(const Node& node) {
    if (is_logical(node)) {
      for (const Node& operand : node.operands) TRY(check_places(operand));
      return {};
    }
    if (node.kind == NodeKind::kSize) return misused(node);
    return check_operands(node);
  }

  Status check_operands(const Node& node) {
    for (const Node& operand : node.operands) {
      if (is_function(operand) && operand.kind != NodeKind::kSize) return misused(operand);
      TRY(check_operands(operand));
    }
    return {};
  }

  Error misused(const Node& function) const {
    return invalid_expression(
        where_, "The function is not allowed to be used this way in an expression; function: " +
                    function.word);
  }

  Status check_leaves(Node& node) {
    if (is_logical(node)) {
      for (Node& operand : node.operands) TRY(check_leaves(operand));
      return {};
    }
    TRY(resolve_names(where_, node, names_));
    TRY(resolve_values(where_, node, names_));
    TRY(check_counts(node));
    TRY(check_distinct(node));
    return check_types(node);
  }

  Status check_counts(const Node& node) {
    for (const Node& operand : node.operands) TRY(check_counts(operand));
    const Function* function = find_function(node.kind);
    if (function != nullptr && function->operands != node.operands.size()) {
      return wrong_operand_count(where_, function->name, node.operands.size());
    }
    return {};
  }

  Status check_distinct(const Node& node) {
    if (node.operands.empty() || node.operands[0].kind != NodeKind::kPath) return {};
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      const Node& other = node.operands[i];
      if (other.kind != NodeKind::kPath || other.path != node.operands[0].path) continue;
      return invalid_expression(
          where_,
          "The first operand must be distinct from the remaining operands for this "
          "operator or function; operator: " +
              operator_text(node) + ", first operand: " + describe(node.operands[0].path));
    }
    return {};
  }

  static std::string operator_text(const Node& node) {
    switch (node.kind) {
      case NodeKind::kEqual:
        return "=";
      case NodeKind::kNotEqual:
        return "<>";
      case NodeKind::kLess:
        return "<";
      case NodeKind::kLessEqual:
        return "<=";
      case NodeKind::kGreater:
        return ">";
      case NodeKind::kGreaterEqual:
        return ">=";
      case NodeKind::kBetween:
        return "BETWEEN";
      case NodeKind::kIn:
        return "IN";
      default:
        return node.word;
    }
  }

  Status check_types(const Node& node) {
    for (const Node& operand : node.operands) {
      if (operand.kind == NodeKind::kSize) TRY(check_types(operand));
    }
    switch (node.kind) {
      case NodeKind::kAttributeExists:
      case NodeKind::kAttributeNotExists:
        if (node.operands[0].kind != NodeKind::kPath) return path_required(where_, node.word);
        return {};
      case NodeKind::kBeginsWith:
        return check_literals(node, {Type::kS, Type::kB});
      case NodeKind::kAttributeType:
        return check_attribute_type(node);
      case NodeKind::kSize:
        return check_literals(
            node, {Type::kS, Type::kB, Type::kM, Type::kL, Type::kSs, Type::kNs, Type::kBs});
      case NodeKind::kLess:
      case NodeKind::kLessEqual:
      case NodeKind::kGreater:
      case NodeKind::kGreaterEqual:
        return check_literals(node, {Type::kS, Type::kN, Type::kB});
      case NodeKind::kBetween:
        TRY(check_literals(node, {Type::kS, Type::kN, Type::kB}));
        return check_bounds(node.operands[1], node.operands[2]);
      default:
        return {};
    }
  }

  Status check_literals(const Node& node, std::initializer_list<Type> allowed) {
    for (const Node& operand : node.operands) {
      const bool number = operand.kind == NodeKind::kSize;  // its result
      if (operand.kind != NodeKind::kValue && !number) continue;
      const Type type = number ? Type::kN : operand.value->type();
      bool fits = false;
      for (Type each : allowed) fits = fits || each == type;
      if (!fits) return wrong_operand_type(where_, operator_text(node), type_name(type));
    }
    return {};
  }

  Status check_attribute_type(const Node& node) {
    const Node& wanted = node.operands[1];
    if (wanted.kind != NodeKind::kValue) {
      return wrong_operand_type(where_, node.word, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    }
    const std::string* text = wanted.value->as<std::string>();
    if (text == nullptr) {
      return wrong_operand_type(where_, node.word, type_name(wanted.value->type()));
    }
    for (int i = 0; i <= static_cast<int>(Type::kBs); ++i) {
      if (*text == type_name(static_cast<Type>(i))) return {};
    }
    return invalid_expression(where_, "Invalid attribute type name found; type: " + *text +
                                          ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }

  Status check_bounds(const Node& lower, const Node& upper) {
    if (lower.kind != NodeKind::kValue || upper.kind != NodeKind::kValue) return {};
    const std::string bounds = "lower bound operand: AttributeValue: " + describe(*lower.value) +
                               ", upper bound operand: AttributeValue: " + describe(*upper.value);
    if (lower.value->type() != upper.value->type()) {
      return invalid_expression(where_,
                                "The BETWEEN operator requires same data type for lower and upper "
                                "bounds; " +
                                    bounds);
    }
    if (compare(*lower.value, *upper.value).value_or(0) > 0) {
      return invalid_expression(where_,
                                "The BETWEEN operator requires upper bound to be greater than or "
                                "equal to lower bound; " +
                                    bounds);
    }
    return {};
  }

  std::string_view where_;
  Placeholders& names_;
};

}  // namespace

Status check_condition(std::string_view where, ConditionSyntax& syntax, Placeholders& names) {
  return ConditionChecker(where, names).check(syntax);
}

}  // namespace fairlead::dynamodb
