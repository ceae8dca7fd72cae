// KeyConditionExpression: a condition that names one partition and, at most, one range of sort
// keys.
#pragma once

#include <optional>

#include "lang/dynamodb/expression.h"

namespace fairlead::dynamodb {

struct KeyAttribute {
  std::string name;
  Type type = Type::kS;  // S, N or B
};

struct KeyCondition {
  enum class Range : std::uint8_t {
    kAll,
    kEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kBetween,
    kBeginsWith,
  };
  AttributeValue hash;
  Range range = Range::kAll;
  AttributeValue low, high;  // low is the operand; high only for kBetween
};

// What can be refused without knowing the table: operators, forms, two conditions on one key.
Status check_key_condition(const Node& condition);

// `condition` passed check_key_condition. `range` is null for keys without a sort key.
Result<KeyCondition> key_condition(const Node& condition, const KeyAttribute& hash,
                                   const KeyAttribute* range);

}  // namespace fairlead::dynamodb
