// Reading the shared members, in expressions or in their legacy form.
#include "services/dynamodb/request.h"

#include <algorithm>

#include "lang/dynamodb/key_condition.h"
#include "services/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::string_view kLegacy[] = {"AttributesToGet",    "AttributeUpdates", "Expected",
                                        "KeyConditions",      "QueryFilter",      "ScanFilter",
                                        "ConditionalOperator"};

std::string join(const std::vector<std::string_view>& names, std::string_view between) {
  std::string out;
  for (std::string_view name : names) {
    if (!out.empty()) out += between;
    out += name;
  }
  return out;
}

Status check_legacy(const Json& input, std::initializer_list<std::string_view> members) {
  std::vector<std::string_view> legacy, expressions;
  for (std::string_view name : kLegacy) {
    if (!input[name].is_null()) legacy.push_back(name);
  }
  if (legacy.empty()) return {};
  for (std::string_view name : members) {
    if (input.has(name)) expressions.push_back(name);
  }
  if (!expressions.empty()) {
    return validation(
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {" +
        join(legacy, ", ") + "} Expression parameters: {" + join(expressions, ", ") + "}");
  }
  return {};
}

Status read_legacy(const Json& input, Expressions& expressions) {
  LegacyValues& values = expressions.legacy_values;
  const Json& joined = input["ConditionalOperator"];
  bool conditions = false;
  for (const char* name : {"Expected", "QueryFilter", "ScanFilter"}) {
    if (!input.has(name)) continue;
    conditions = true;
    expressions.condition = TRY(read_legacy_conditions(input[name], joined, values));
  }
  if (!joined.is_null() && !conditions) {
    return validation("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (input.has("KeyConditions")) {
    expressions.key_condition = TRY(read_key_conditions(input["KeyConditions"], values));
  }
  if (input.has("AttributeUpdates")) {
    expressions.update = TRY(read_attribute_updates(input["AttributeUpdates"], values));
  }
  return {};
}

// Placeholders need an expression to stand in; values need one that is not a projection.
Status check_placeholders(const Json& input, std::initializer_list<std::string_view> members) {
  bool any = false, any_for_values = false;
  std::vector<std::string_view> for_values;
  for (std::string_view name : members) {
    const bool given = input.has(name);
    any = any || given;
    if (name == "ProjectionExpression") continue;
    for_values.push_back(name);
    any_for_values = any_for_values || given;
  }
  if (input.has("ExpressionAttributeNames") && !any) {
    return validation("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (input.has("ExpressionAttributeValues") && !any_for_values && !for_values.empty()) {
    return validation("ExpressionAttributeValues can only be specified when using expressions: " +
                      join(for_values, " and ") + (for_values.size() > 1 ? " are" : " is") +
                      " null");
  }
  return {};
}

Result<Projection> read_attributes_to_get(const Json& names) {
  if (names.items().empty()) return invalid_parameter("AttributesToGet must not be empty");
  std::vector<std::string> wanted;
  for (const Json& name : names.items()) {
    if (std::find(wanted.begin(), wanted.end(), name.string_or("")) != wanted.end()) {
      return invalid_parameter("Duplicate value in attribute name: " + name.string_or(""));
    }
    wanted.push_back(name.string_or(""));
  }
  return projection_of(wanted);
}

}  // namespace

Result<Expressions> read_expressions(const Json& input,
                                     std::initializer_list<std::string_view> members) {
  TRY(check_legacy(input, members));
  TRY(check_placeholders(input, members));
  Expressions expressions;
  if (input.has("AttributesToGet")) {
    expressions.projection = TRY(read_attributes_to_get(input["AttributesToGet"]));
  }
  if (std::none_of(members.begin(), members.end(),
                   [&](std::string_view name) { return input.has(name); })) {
    TRY(read_legacy(input, expressions));
    return expressions;
  }
  expressions.names = TRY(
      Placeholders::read(input["ExpressionAttributeNames"], input["ExpressionAttributeValues"]));
  for (std::string_view name : members) {
    const Json* text = input.find(name);
    if (text == nullptr || !text->is_string()) continue;
    if (name == "UpdateExpression") {
      expressions.update = TRY(parse_update(text->as_string(), expressions.names));
    } else if (name == "ProjectionExpression") {
      expressions.projection = TRY(parse_projection(text->as_string(), expressions.names));
    } else {
      Node node = TRY(parse_condition(name, text->as_string(), expressions.names));
      const bool key = name == "KeyConditionExpression";
      (key ? expressions.key_condition : expressions.condition) = std::move(node);
    }
  }
  TRY(expressions.names.check_all_used());
  if (expressions.key_condition) TRY(check_key_condition(*expressions.key_condition));
  return expressions;
}

Returns read_returns(const Json& input) {
  const std::string text = input["ReturnValues"].string_or("NONE");
  if (text == "ALL_OLD") return Returns::kAllOld;
  if (text == "UPDATED_OLD") return Returns::kUpdatedOld;
  if (text == "ALL_NEW") return Returns::kAllNew;
  if (text == "UPDATED_NEW") return Returns::kUpdatedNew;
  return Returns::kNone;
}

bool wants_old_item_on_failure(const Json& input) {
  return input["ReturnValuesOnConditionCheckFailure"].string_or("NONE") == "ALL_OLD";
}

}  // namespace fairlead::dynamodb
