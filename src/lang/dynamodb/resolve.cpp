// Reserved words and placeholders, for every kind of expression; and the entry functions that join
// parser and checker.
#include "lang/dynamodb/check.h"
#include "lang/dynamodb/errors.h"
#include "lang/dynamodb/reserved_words.h"

namespace fairlead::dynamodb {

Status check_reserved(std::string_view where, const Path& path) {
  for (const PathStep& step : path) {
    if (step.is_index || step.name.front() == '#' || !is_reserved_word(step.name)) continue;
    return invalid_expression(
        where, "Attribute name is a reserved keyword; reserved keyword: " + step.name);
  }
  return {};
}

Status check_reserved(std::string_view where, const Node& node) {
  if (node.kind == NodeKind::kPath) return check_reserved(where, node.path);
  for (const Node& operand : node.operands) TRY(check_reserved(where, operand));
  return {};
}

Status resolve_names(std::string_view where, Path& path, Placeholders& names) {
  for (PathStep& step : path) {
    if (step.is_index || step.name.front() != '#') continue;
    const std::string* name = names.name(step.name);
    if (name == nullptr) {
      return invalid_expression(where,
                                "An expression attribute name used in the document path is not "
                                "defined; attribute name: " +
                                    step.name);
    }
    step.name = *name;
  }
  return {};
}

Status resolve_names(std::string_view where, Node& node, Placeholders& names) {
  if (node.kind == NodeKind::kPath) return resolve_names(where, node.path, names);
  for (Node& operand : node.operands) TRY(resolve_names(where, operand, names));
  return {};
}

Status resolve_values(std::string_view where, Node& node, Placeholders& names) {
  if (node.kind == NodeKind::kValue) {
    node.value = names.value(node.word);
    if (node.value == nullptr) {
      return invalid_expression(where,
                                "An expression attribute value used in expression is not defined; "
                                "attribute value: " +
                                    node.word);
    }
  }
  for (Node& operand : node.operands) TRY(resolve_values(where, operand, names));
  return {};
}

Error wrong_operand_count(std::string_view where, std::string_view function, std::size_t count) {
  std::string text =
      "Incorrect number of operands for operator or function; operator or function: ";
  text.append(function).append(", number of operands: ").append(std::to_string(count));
  return invalid_expression(where, text);
}

Error wrong_operand_type(std::string_view where, std::string_view function, std::string_view type) {
  std::string text = "Incorrect operand type for operator or function; operator or function: ";
  text.append(function).append(", operand type: ").append(type);
  return invalid_expression(where, text);
}

Error path_required(std::string_view where, std::string_view function) {
  std::string text = "Operator or function requires a document path; operator or function: ";
  return invalid_expression(where, text.append(function));
}

Status check_projection(std::string_view where, Projection& projection, Placeholders& names) {
  for (const Path& path : projection.paths) TRY(check_reserved(where, path));
  for (Path& path : projection.paths) TRY(resolve_names(where, path, names));
  for (std::size_t i = 1; i < projection.paths.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      TRY(check_overlap(where, projection.paths[j], projection.paths[i]));
      TRY(check_conflict(where, projection.paths[j], projection.paths[i]));
    }
  }
  return {};
}

Result<Node> parse_condition(std::string_view where, std::string_view text, Placeholders& names) {
  ConditionSyntax syntax = TRY(Parser(where, text).condition());
  TRY(check_condition(where, syntax, names));
  return std::move(syntax.root);
}

Result<Update> parse_update(std::string_view text, Placeholders& names) {
  constexpr std::string_view kWhere = "UpdateExpression";
  UpdateSyntax syntax = TRY(Parser(kWhere, text).update());
  TRY(check_update(kWhere, syntax, names));
  return std::move(syntax.update);
}

Result<Projection> parse_projection(std::string_view text, Placeholders& names) {
  constexpr std::string_view kWhere = "ProjectionExpression";
  Projection projection = TRY(Parser(kWhere, text).projection());
  TRY(check_projection(kWhere, projection, names));
  return projection;
}

Projection projection_of(const std::vector<std::string>& names) {
  Projection projection;
  for (const std::string& name : names) projection.paths.push_back({PathStep{name}});
  return projection;
}

}  // namespace fairlead::dynamodb
