// Comparing attribute values, and deciding a condition for an item.
#pragma once

#include <optional>

#include "lang/dynamodb/expression.h"

namespace fairlead::dynamodb {

// Order of two values of the same type among S, N and B: negative, 0 or positive. Empty otherwise.
std::optional<int> compare(const AttributeValue& a, const AttributeValue& b);

bool begins_with(const AttributeValue& value, const AttributeValue& prefix);
// A substring of S or B, a member of a set or list.
bool contains(const AttributeValue& whole, const AttributeValue& part);

// `condition` comes from parse_condition. `item` may be null (no such item): then no path exists.
bool holds(const Node& condition, const Item* item);

}  // namespace fairlead::dynamodb
