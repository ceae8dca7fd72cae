// Checker: resolves the placeholders of a parsed expression and refuses what AWS refuses beyond
// syntax, in the order in which AWS looks: what an expression with several faults is told first is
// part of the contract.
#pragma once

#include <string_view>

#include "base/result.h"
#include "lang/dynamodb/expression.h"
#include "lang/dynamodb/parser.h"

namespace fairlead::dynamodb {

Status check_condition(std::string_view where, ConditionSyntax& syntax, Placeholders& names);
Status check_update(std::string_view where, UpdateSyntax& syntax, Placeholders& names);
Status check_projection(std::string_view where, Projection& projection, Placeholders& names);

// What two of them share (resolve.cpp).
Status check_reserved(std::string_view where, const Path& path);
Status check_reserved(std::string_view where, const Node& node);  // every path below
Status resolve_names(std::string_view where, Path& path, Placeholders& names);
Status resolve_names(std::string_view where, Node& node, Placeholders& names);
Status resolve_values(std::string_view where, Node& node, Placeholders& names);
Error wrong_operand_count(std::string_view where, std::string_view function, std::size_t count);
Error wrong_operand_type(std::string_view where, std::string_view function, std::string_view type);
Error path_required(std::string_view where, std::string_view function);

}  // namespace fairlead::dynamodb
