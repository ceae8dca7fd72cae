// java.lang.Integer, Long and Double, with the static methods that templates reach through a value
// (`#set($Integer = 0) $Integer.parseInt("5")`).
#include <cmath>
#include <limits>

#include "lang/vtl/java_text.h"
#include "lang/vtl/methods.h"

namespace fairlead::vtl {
namespace {

// Java's narrowing: a NaN is 0, what is too large is the largest.
std::int64_t to_long(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 9223372036854775807.0) return std::numeric_limits<std::int64_t>::max();
  if (value <= -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::int64_t to_int(const Value& value) {
  if (value.kind() == Value::Kind::kLong) return static_cast<std::int32_t>(value.as_long());
  const std::int64_t whole = to_long(value.as_double());
  if (whole > std::numeric_limits<std::int32_t>::max()) {
    return std::numeric_limits<std::int32_t>::max();
  }
  if (whole < std::numeric_limits<std::int32_t>::min()) {
    return std::numeric_limits<std::int32_t>::min();
  }
  return whole;
}

Error no_number(const Call& call, const std::string& text) {
  return failure(std::string(call.name) + ": \"" + text.substr(0, 60) + "\" is no number");
}

Result<Value> parsed_whole(const Call& call, const std::string& text) {
  const auto value = parse_java_long(text);
  const bool fits =
      value && (call.method != Method::kParseInt ||
                *value == static_cast<std::int64_t>(static_cast<std::int32_t>(*value)));
  if (!fits) return no_number(call, text);
  return Value::integer(*value);
}

Result<Value> parsed_real(const Call& call, const std::string& text) {
  const auto value = parse_java_double(text);
  if (!value) return no_number(call, text);
  return Value::real(*value);
}

Result<Value> number_with_one(const Value& receiver, const Call& call, Work& work) {
  const Value& argument = call.arguments[0];
  const bool whole = receiver.kind() == Value::Kind::kLong;
  switch (call.method) {
    case Method::kParseInt:
    case Method::kParseLong:
      if (!whole) return Value();
      return parsed_whole(call, argument.text());
    case Method::kParseDouble:
      return parsed_real(call, argument.text());
    case Method::kValueOf:
      if (argument.is_number()) return whole ? Value::integer(to_int(argument)) : argument;
      return whole ? parsed_whole(call, argument.text()) : parsed_real(call, argument.text());
    case Method::kToString:
      return new_text(argument.text(), work);
    case Method::kCompareTo: {
      if (argument.kind() != receiver.kind()) return Value();
      const double other = argument.as_double();
      const double own = receiver.as_double();
      if (whole && argument.as_long() == receiver.as_long()) return Value::integer(0);
      const bool less = whole ? receiver.as_long() < argument.as_long() : own < other;
      return Value::integer(less ? -1 : own == other && !whole ? 0 : 1);
    }
    default:
      return Value();
  }
}

}  // namespace

Result<Value> call_number(const Value& receiver, const Call& call, Work& work) {
  if (call.arguments.size() == 1) return number_with_one(receiver, call, work);
  if (!call.arguments.empty()) return Value();
  const bool whole = receiver.kind() == Value::Kind::kLong;
  switch (call.method) {
    case Method::kIntValue:
      return Value::integer(to_int(receiver));
    case Method::kLongValue:
      return Value::integer(whole ? receiver.as_long() : to_long(receiver.as_double()));
    case Method::kDoubleValue:
      return Value::real(receiver.as_double());
    case Method::kHashCode: {
      if (!whole) return failure("the method hashCode of a Double cannot be called here");
      const std::int64_t value = receiver.as_long();
      const bool integer = value == static_cast<std::int32_t>(value);
      return Value::integer(integer ? value : static_cast<std::int32_t>(value ^ (value >> 32)));
    }
    default:
      return Value();
  }
}

}  // namespace fairlead::vtl
