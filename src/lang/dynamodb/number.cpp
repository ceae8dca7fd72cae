// Parsing, printing and exact arithmetic. 38 digits fit 127 bits, so an unsigned __int128 holds a
// coefficient and, with checked operations, every intermediate that can still become a result.
#include "lang/dynamodb/number.h"

#include <algorithm>
#include <array>

#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

using Wide = Number::Coefficient;

constexpr int kMaxDigits = 38;
constexpr int kMaxMagnitude = 125;  // exponent of the leading digit
constexpr int kMinMagnitude = -130;
constexpr int kExponentBound = 100'000;  // beyond it only the direction matters

constexpr std::array<Wide, 39> make_powers() {
  std::array<Wide, 39> powers{};
  Wide power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}
constexpr std::array<Wide, 39> kPowersOfTen = make_powers();

int count_digits(Wide value) {
  auto after = std::upper_bound(kPowersOfTen.begin(), kPowersOfTen.end(), value);
  return std::max<int>(1, static_cast<int>(after - kPowersOfTen.begin()));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits of a text, gathered: significant ones into a coefficient, the rest counted.
struct Digits {
  Wide coefficient = 0;
  int digits = 0;         // in the coefficient
  int pending_zeros = 0;  // zeros after it that matter only if another digit follows
  bool too_many = false;
  bool any = false;

  void take(char c) {
    any = true;
    if (c == '0') {
      if (digits > 0) ++pending_zeros;
      return;
    }
    if (too_many || digits + pending_zeros + 1 > kMaxDigits) {
      too_many = true;
      digits += pending_zeros + 1;
      pending_zeros = 0;
      return;
    }
    coefficient = coefficient * kPowersOfTen[pending_zeros + 1] + static_cast<unsigned>(c - '0');
    digits += pending_zeros + 1;
    pending_zeros = 0;
  }
};

}  // namespace

Number::Number(std::int64_t value) {
  negative_ = value < 0;
  Wide magnitude = negative_ ? -static_cast<Wide>(value) : static_cast<Wide>(value);
  while (magnitude != 0 && magnitude % 10 == 0) {
    magnitude /= 10;
    ++exponent_;
  }
  set_coefficient(magnitude);
}

void Number::set_coefficient(Coefficient value) {
  low_ = static_cast<std::uint64_t>(value);
  high_ = static_cast<std::uint64_t>(value >> 64);
}

Result<Number> Number::parse(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  Digits digits;
  int fraction = 0;
  while (!rest.empty() && is_digit(rest.front())) {
    digits.take(rest.front());
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    while (!rest.empty() && is_digit(rest.front())) {
      digits.take(rest.front());
      ++fraction;
      rest.remove_prefix(1);
    }
  }
  if (!digits.any) return not_a_number(text);
  int exponent = 0;
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    bool down = false;
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
      down = rest.front() == '-';
      rest.remove_prefix(1);
    }
    if (rest.empty()) return not_a_number(text);
    while (!rest.empty() && is_digit(rest.front())) {
      exponent = std::min(exponent * 10 + (rest.front() - '0'), kExponentBound);
      rest.remove_prefix(1);
    }
    if (down) exponent = -exponent;
  }
  if (!rest.empty()) return not_a_number(text);
  if (digits.digits == 0) return Number();

  exponent += digits.pending_zeros - fraction;
  const int magnitude = exponent + digits.digits - 1;
  if (magnitude > kMaxMagnitude) return number_overflow();
  if (magnitude < kMinMagnitude) return number_underflow();
  if (digits.too_many) return too_many_digits();
  return make(negative, digits.coefficient, exponent);
}

Result<Number> Number::make(bool negative, Coefficient coefficient, int exponent) {
  Number number;
  if (coefficient == 0) return number;
  while (coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  if (coefficient >= kPowersOfTen[kMaxDigits]) return too_many_digits();
  const int magnitude = exponent + count_digits(coefficient) - 1;
  if (magnitude > kMaxMagnitude) return number_overflow();
  if (magnitude < kMinMagnitude) return number_underflow();
  number.set_coefficient(coefficient);
  number.exponent_ = static_cast<std::int16_t>(exponent);
  number.negative_ = negative;
  return number;
}

std::strong_ordering Number::compare_magnitude(const Number& a, const Number& b) {
  if (a.is_zero() || b.is_zero()) return a.coefficient() <=> b.coefficient();
  const int digits_a = count_digits(a.coefficient()), digits_b = count_digits(b.coefficient());
  if (auto order = (a.exponent_ + digits_a) <=> (b.exponent_ + digits_b); order != 0) return order;
  // Equal leading position: align by the digit counts, which stay within 38.
  const Wide left = a.coefficient() * kPowersOfTen[std::max(0, digits_b - digits_a)];
  const Wide right = b.coefficient() * kPowersOfTen[std::max(0, digits_a - digits_b)];
  return left <=> right;
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return negative_ ? compare_magnitude(other, *this) : compare_magnitude(*this, other);
}

Result<Number> Number::add(const Number& a, const Number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const Number& high = a.exponent_ >= b.exponent_ ? a : b;
  const Number& low = a.exponent_ >= b.exponent_ ? b : a;
  const int shift = high.exponent_ - low.exponent_;
  // `low` ends in a digit that is not zero, so for shift > 0 the exact result ends there too. A
  // shifted `high` of 40 digits or more cannot come back under 39 by subtracting 38 digits.
  if (shift > kMaxDigits) return too_many_digits();
  Wide shifted = 0;
  if (__builtin_mul_overflow(high.coefficient(), kPowersOfTen[shift], &shifted)) {
    return too_many_digits();
  }
  if (high.negative_ == low.negative_) {
    Wide sum = 0;
    if (__builtin_add_overflow(shifted, low.coefficient(), &sum)) return too_many_digits();
    return make(high.negative_, sum, low.exponent_);
  }
  if (shifted >= low.coefficient()) {
    return make(high.negative_, shifted - low.coefficient(), low.exponent_);
  }
  return make(low.negative_, low.coefficient() - shifted, low.exponent_);
}

Result<Number> Number::subtract(const Number& a, const Number& b) {
  Number negated = b;
  if (!b.is_zero()) negated.negative_ = !b.negative_;
  return add(a, negated);
}

int Number::significant_digits() const { return count_digits(coefficient()); }

std::string Number::text() const {
  if (is_zero()) return "0";
  char buffer[40];
  char* end = buffer + sizeof buffer;
  char* begin = end;
  for (Wide rest = coefficient(); rest != 0; rest /= 10) {
    *--begin = static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  const std::string_view digits(begin, static_cast<std::size_t>(end - begin));
  std::string out = negative_ ? "-" : "";
  if (exponent_ >= 0) return out.append(digits).append(static_cast<std::size_t>(exponent_), '0');
  const int point = static_cast<int>(digits.size()) + exponent_;  // digits before the point
  if (point > 0)
    return out.append(digits.substr(0, point)).append(1, '.').append(digits.substr(point));
  return out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
}

}  // namespace fairlead::dynamodb
