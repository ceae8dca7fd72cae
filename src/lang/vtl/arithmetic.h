// Velocity's operators on values: what `+`, `==` and `<` do with what they are given.
#pragma once

#include "base/result.h"
#include "lang/vtl/program.h"
#include "lang/vtl/value.h"
#include "lang/vtl/work.h"

namespace fairlead::vtl {

// #if's question: only null and false are not true (an empty text is).
bool is_true(const Value& value);

// + - * / % of numbers: Long with Long stays Long. Null for what is no number and for a division by
// zero. (A + with a text joins; the renderer does that.)
Result<Value> calculate(Operator op, const Value& left, const Value& right);

// `==`: null equals null and, on API Gateway, ""; values of two types are compared by their texts.
Result<bool> loosely_equal(const Value& left, const Value& right, Work& work);

// < <= > >=: false for what is no number.
bool in_order(Operator op, const Value& left, const Value& right);

}  // namespace fairlead::vtl
