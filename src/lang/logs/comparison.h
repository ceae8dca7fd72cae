// The right side of a comparison in a filter pattern: `= "a*"`, `!= 403`, `>= 1e3`, `= %5\d\d%`.
// Inside lang/logs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/logs/pattern_reader.h"

namespace fairlead::logs {

class Comparison {
 public:
  // Reads operator and value. `ends` names the signs that end a bare value beside spaces.
  static Result<Comparison> read(PatternReader& reader, std::string_view ends);

  // `number` when the value is one: ordering is for numbers only, and equality with a number is
  // numeric (1.0 = 1).
  bool holds(std::string_view text, std::optional<double> number) const;

 private:
  enum class Order { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  bool equals(std::string_view text, std::optional<double> number) const;

  Order order_ = Order::kEqual;
  std::string text_;  // without the wildcards
  bool any_before_ = false, any_after_ = false;
  std::optional<double> number_;
  std::optional<Regex> regex_;
};

// The whole of `text` as a number (sign, decimals, exponent); nothing otherwise.
std::optional<double> read_number(std::string_view text);

}  // namespace fairlead::logs
