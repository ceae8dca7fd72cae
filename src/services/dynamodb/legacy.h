// The parameters from before expressions (Expected, QueryFilter, ScanFilter, KeyConditions,
// AttributeUpdates), read into the same syntax tree, so that everything behind it is the same.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
#pragma once

#include <list>

#include "base/json.h"
#include "base/result.h"
#include "lang/dynamodb/expression.h"

namespace fairlead::dynamodb {

// Literal values that tree nodes point at; a list, so that they stay where they are.
using LegacyValues = std::list<AttributeValue>;

// Expected, QueryFilter or ScanFilter, joined by ConditionalOperator.
Result<Node> read_legacy_conditions(const Json& conditions, const Json& conditional_operator,
                                    LegacyValues& values);
// KeyConditions: what check_key_condition would pass.
Result<Node> read_key_conditions(const Json& conditions, LegacyValues& values);
Result<Update> read_attribute_updates(const Json& updates, LegacyValues& values);

}  // namespace fairlead::dynamodb
