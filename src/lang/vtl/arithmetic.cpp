// Velocity's operators on values.
#include "lang/vtl/arithmetic.h"

#include <cmath>
#include <limits>

namespace fairlead::vtl {
namespace {

Result<Value> of_longs(Operator op, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool too_large = false;
  switch (op) {
    case Operator::kAdd:
      too_large = __builtin_add_overflow(left, right, &result);
      break;
    case Operator::kSubtract:
      too_large = __builtin_sub_overflow(left, right, &result);
      break;
    case Operator::kMultiply:
      too_large = __builtin_mul_overflow(left, right, &result);
      break;
    default:
      if (right == 0) return Value();
      if (right == -1) {  // the least Long has no counterpart
        too_large = op == Operator::kDivide && __builtin_sub_overflow(0, left, &result);
        break;
      }
      result = op == Operator::kDivide ? left / right : left % right;
  }
  // Velocity goes on with a BigInteger; we say so rather than answer wrongly.
  if (too_large) return failure("the result does not fit into 64 bits");
  return Value::integer(result);
}

Value of_doubles(Operator op, double left, double right) {
  switch (op) {
    case Operator::kAdd:
      return Value::real(left + right);
    case Operator::kSubtract:
      return Value::real(left - right);
    case Operator::kMultiply:
      return Value::real(left * right);
    default:
      if (right == 0) return {};
      return Value::real(op == Operator::kDivide ? left / right : std::fmod(left, right));
  }
}

}  // namespace

bool is_true(const Value& value) {
  return value.kind() == Value::Kind::kBool ? value.as_bool() : !value.is_null();
}

Result<Value> calculate(Operator op, const Value& left, const Value& right) {
  if (!left.is_number() || !right.is_number()) return Value();
  if (left.kind() == Value::Kind::kLong && right.kind() == Value::Kind::kLong) {
    return of_longs(op, left.as_long(), right.as_long());
  }
  return of_doubles(op, left.as_double(), right.as_double());
}

Result<bool> loosely_equal(const Value& left, const Value& right, Work& work) {
  if (left.is_null() || right.is_null()) {
    const Value& other = left.is_null() ? right : left;
    return other.is_null() || (other.is_string() && other.as_string().empty());
  }
  if (left.kind() == right.kind() || (left.is_number() && right.is_number())) {
    const bool same = left.equals(right, work.steps());
    if (work.steps() == 0) return too_many_steps();
    return same;
  }
  std::string left_text;
  std::string right_text;
  if (!left.append_text(left_text, work.memory()) ||
      !right.append_text(right_text, work.memory()) ||
      !work.spend((left_text.size() + right_text.size()) / 64)) {
    return too_much_memory();
  }
  return left_text == right_text;
}

bool in_order(Operator op, const Value& left, const Value& right) {
  if (!left.is_number() || !right.is_number()) return false;
  const bool whole = left.kind() == Value::Kind::kLong && right.kind() == Value::Kind::kLong;
  const bool less = whole ? left.as_long() < right.as_long() : left.as_double() < right.as_double();
  const bool same =
      whole ? left.as_long() == right.as_long() : left.as_double() == right.as_double();
  switch (op) {
    case Operator::kLess:
      return less;
    case Operator::kLessOrEqual:
      return less || same;
    case Operator::kGreater:
      return whole ? !less && !same : left.as_double() > right.as_double();
    default:
      return whole ? !less : left.as_double() >= right.as_double();
  }
}

}  // namespace fairlead::vtl
