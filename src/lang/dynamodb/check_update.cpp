// Updates: reserved words, function names, sections, placeholders, paths against each other, and
// the types of literal operands.
#include "lang/dynamodb/check.h"
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

using Kind = UpdateAction::Kind;

bool is_condition_function(std::string_view name) {
  for (std::string_view each : {"attribute_exists", "attribute_not_exists", "attribute_type",
                                "begins_with", "contains", "size"}) {
    if (name == each) return true;
  }
  return false;
}

Status name_functions(std::string_view where, Node& node) {
  if (node.kind == NodeKind::kFunction) {
    if (node.word == "if_not_exists") {
      node.kind = NodeKind::kIfNotExists;
    } else if (node.word == "list_append") {
      node.kind = NodeKind::kListAppend;
    } else if (is_condition_function(node.word)) {
      return invalid_expression(
          where, "The function is not allowed in an update expression; function: " + node.word);
    } else {
      return invalid_expression(where, "Invalid function name; function: " + node.word);
    }
  }
  for (Node& operand : node.operands) TRY(name_functions(where, operand));
  return {};
}

Status check_paths(std::string_view where, const std::vector<UpdateAction>& actions) {
  using Check = Status (*)(std::string_view, const Path&, const Path&);
  for (Check check : {Check(check_overlap), Check(check_conflict)}) {
    for (std::size_t i = 1; i < actions.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) TRY(check(where, actions[j].path, actions[i].path));
    }
  }
  return {};
}

// ADD takes numbers and sets, DELETE takes sets.
Status check_section_operand(std::string_view where, const UpdateAction& action) {
  if (action.kind != Kind::kAdd && action.kind != Kind::kDelete) return {};
  const Type type = action.value.value->type();
  const bool set = type == Type::kSs || type == Type::kNs || type == Type::kBs;
  if (set || (action.kind == Kind::kAdd && type == Type::kN)) return {};
  std::string text = "Incorrect operand type for operator or function; operator: ";
  text += action.kind == Kind::kAdd ? "ADD" : "DELETE";
  text += ", operand type: ";
  return invalid_expression(where, text.append(type_long_name(type)));
}

Status check_literals(std::string_view where, const Node& node, std::string_view word,
                      Type wanted) {
  for (const Node& operand : node.operands) {
    if (operand.kind != NodeKind::kValue || operand.value->type() == wanted) continue;
    return wrong_operand_type(where, word, type_name(operand.value->type()));
  }
  return {};
}

Status check_function(std::string_view where, const Node& node) {
  for (const Node& operand : node.operands) TRY(check_function(where, operand));
  const bool call = node.kind == NodeKind::kIfNotExists || node.kind == NodeKind::kListAppend;
  if (call && node.operands.size() != 2) {
    return wrong_operand_count(where, node.word, node.operands.size());
  }
  switch (node.kind) {
    case NodeKind::kIfNotExists:
      if (node.operands[0].kind != NodeKind::kPath) return path_required(where, node.word);
      return {};
    case NodeKind::kListAppend:
      return check_literals(where, node, node.word, Type::kL);
    case NodeKind::kPlus:
      return check_literals(where, node, "+", Type::kN);
    case NodeKind::kMinus:
      return check_literals(where, node, "-", Type::kN);
    default:
      return {};
  }
}

}  // namespace

Status check_update(std::string_view where, UpdateSyntax& syntax, Placeholders& names) {
  std::vector<UpdateAction>& actions = syntax.update.actions;
  for (const UpdateAction& action : actions) {
    TRY(check_reserved(where, action.path));
    TRY(check_reserved(where, action.value));
  }
  for (UpdateAction& action : actions) TRY(name_functions(where, action.value));
  if (!syntax.repeated_section.empty()) {
    return invalid_expression(where, "The \"" + syntax.repeated_section +
                                         "\" section can only be used once in an update "
                                         "expression;");
  }
  for (UpdateAction& action : actions) {
    TRY(resolve_names(where, action.path, names));
    TRY(resolve_names(where, action.value, names));
  }
  for (UpdateAction& action : actions) TRY(resolve_values(where, action.value, names));
  TRY(check_paths(where, actions));
  for (const UpdateAction& action : actions) TRY(check_section_operand(where, action));
  for (const UpdateAction& action : actions) TRY(check_function(where, action.value));
  return {};
}

}  // namespace fairlead::dynamodb
