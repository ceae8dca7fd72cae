// Reading, ordering and dividing decimals.
#include "lang/jsonschema/decimal.h"

#include <algorithm>
#include <charconv>

namespace fairlead::jsonschema {

namespace {

// Beyond this an exponent is as good as infinite; sums of two stay far from overflow.
constexpr std::int64_t kFarthest = std::int64_t{1} << 40;

std::int64_t read_exponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (read.ec == std::errc::result_out_of_range)
    return text.starts_with('-') ? -kFarthest : kFarthest;
  return std::clamp(exponent, -kFarthest, kFarthest);
}

using Wide = unsigned __int128;

// 10 to the power of `exponent`, modulo `divisor`.
std::uint64_t power_of_ten(std::int64_t exponent, std::uint64_t divisor) {
  Wide power = 1 % divisor, base = 10 % divisor;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) power = power * base % divisor;
    base = base * base % divisor;
  }
  return static_cast<std::uint64_t>(power);
}

}  // namespace

Decimal Decimal::read(std::string_view number) {
  Decimal decimal;
  if (number.starts_with('-')) {
    decimal.negative_ = true;
    number.remove_prefix(1);
  }
  const std::size_t e = number.find_first_of("eE");
  if (e != std::string_view::npos) {
    decimal.exponent_ = read_exponent(number.substr(e + 1));
    number = number.substr(0, e);
  }
  for (bool fraction = false; const char c : number) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --decimal.exponent_;
    if (c != '0' || !decimal.digits_.empty()) decimal.digits_ += c;
  }
  while (!decimal.digits_.empty() && decimal.digits_.back() == '0') {
    decimal.digits_.pop_back();
    ++decimal.exponent_;
  }
  if (decimal.digits_.empty()) return Decimal();
  return decimal;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
  if (sign(*this) != sign(other)) return sign(*this) <=> sign(other);
  const auto top = [](const Decimal& d) {
    return d.exponent_ + static_cast<std::int64_t>(d.digits_.size());
  };
  std::strong_ordering order = top(*this) <=> top(other);
  if (order == 0) order = digits_.compare(other.digits_) <=> 0;
  return negative_ ? 0 <=> order : order;
}

bool Decimal::is_multiple_of(const Decimal& divisor) const {
  if (is_zero()) return true;
  // Our last digit is not 0: standing right of the divisor's last one, nothing can cancel it.
  if (exponent_ < divisor.exponent_) return false;
  const std::uint64_t by = std::stoull(divisor.digits_);
  Wide rest = 0;
  for (const char c : digits_) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % by;
  return rest * power_of_ten(exponent_ - divisor.exponent_, by) % by == 0;
}

std::string Decimal::text() const {
  if (is_zero()) return "0";
  return (negative_ ? "-" : "") + digits_ + "e" + std::to_string(exponent_);
}

}  // namespace fairlead::jsonschema
