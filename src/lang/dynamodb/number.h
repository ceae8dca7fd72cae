// Number: DynamoDB's decimal. Up to 38 significant digits, magnitudes from 1e-130 to just under
// 1e126, exact arithmetic, one canonical text, and bytes whose order is the numbers' order.
//
// A value is kept normalised (no trailing zeros in the coefficient, zero has exponent 0), so that
// equality is member by member.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::dynamodb {

class Number {
 public:
  using Coefficient = unsigned __int128;

  Number() = default;
  explicit Number(std::int64_t value);

  // The spellings that AWS takes: 12, -0.5, +.5, 7., 1E-3. Errors: not_a_number, number_overflow,
  // number_underflow, too_many_digits.
  static Result<Number> parse(std::string_view text);

  // Exact. When exactness would take more than 38 digits the answer is too_many_digits.
  static Result<Number> add(const Number& a, const Number& b);
  static Result<Number> subtract(const Number& a, const Number& b);

  std::string text() const;  // "-0.5": plain digits, never an exponent
  int significant_digits() const;
  bool is_zero() const { return coefficient() == 0; }
  bool is_negative() const { return negative_; }

  // At most 23 bytes, self-delimiting; memcmp order is numeric order (docs/formats/items.md).
  void append_ordered(std::string& out) const;
  // Reads one from the front of `bytes` and removes it; empty when the bytes are not a number.
  static std::optional<Number> take_ordered(std::string_view& bytes);

  // For the item format: sign and exponent in two bytes, then the coefficient's bytes.
  void append_packed(std::string& out) const;
  static std::optional<Number> take_packed(std::string_view& bytes);

  bool operator==(const Number&) const = default;
  std::strong_ordering operator<=>(const Number& other) const;

 private:
  static Result<Number> make(bool negative, Coefficient coefficient, int exponent);
  static std::strong_ordering compare_magnitude(const Number& a, const Number& b);
  Coefficient coefficient() const { return static_cast<Coefficient>(high_) << 64 | low_; }
  void set_coefficient(Coefficient value);

  // Two words, so that a value needs no 16-byte alignment inside an AttributeValue.
  std::uint64_t low_ = 0, high_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace fairlead::dynamodb
