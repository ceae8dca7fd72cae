// What the requests of the data plane share: expressions with their placeholders, legacy
// parameters, return values.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "lang/dynamodb/expression.h"
#include "services/dynamodb/legacy.h"

namespace fairlead::dynamodb {

// The expressions of one request, or what legacy parameters say in their place. They point into
// `names`, so this moves but does not copy.
struct Expressions {
  Placeholders names;
  LegacyValues legacy_values;     // what `names` is for legacy parameters
  std::optional<Node> condition;  // ConditionExpression or FilterExpression
  std::optional<Node> key_condition;
  std::optional<Update> update;
  std::optional<Projection> projection;  // also from AttributesToGet
};

// Reads the expression members that `members` names, in this order of complaint: mixing with legacy
// parameters, placeholders without an expression, the expressions, unused placeholders.
Result<Expressions> read_expressions(const Json& input,
                                     std::initializer_list<std::string_view> members);

enum class Returns : std::uint8_t { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };
Returns read_returns(const Json& input);

bool wants_old_item_on_failure(const Json& input);  // ReturnValuesOnConditionCheckFailure

}  // namespace fairlead::dynamodb
