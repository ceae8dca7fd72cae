// Decimal: a JSON number as it was written, so that limits and multiples are exact: 0.3 is three
// times 0.1, and 9007199254740993 is greater than 9007199254740992.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead::jsonschema {

class Decimal {
 public:
  static Decimal read(std::string_view number);  // the text of a JSON number

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const = default;
  bool is_zero() const { return digits_.empty(); }

  // `divisor` has at most kDivisorDigits digits and is not zero.
  static constexpr std::size_t kDivisorDigits = 18;
  bool is_multiple_of(const Decimal& divisor) const;
  std::size_t digits() const { return digits_.size(); }

  std::string text() const;  // the same for equal numbers: "-15e-1"

 private:
  bool negative_ = false;
  std::string digits_;         // without zeros at either end; empty: zero
  std::int64_t exponent_ = 0;  // of the last digit
};

}  // namespace fairlead::jsonschema
