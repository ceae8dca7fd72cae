// Numbers as bytes: the ordered form for keys and the packed form for items.
//
// Ordered (docs/formats/items.md): zero is 80; a positive number is C0, one byte of base-100
// exponent plus 128, its base-100 digits plus one, then 00; a negative number is the complement of
// its positive form.
#include "lang/dynamodb/number.h"

namespace fairlead::dynamodb {

namespace {

constexpr unsigned char kZero = 0x80, kPositive = 0xC0, kNegative = 0x3F;
constexpr int kExponentBias = 128;
constexpr int kMaxPairs = 20;

}  // namespace

void Number::append_ordered(std::string& out) const {
  if (is_zero()) {
    out.push_back(static_cast<char>(kZero));
    return;
  }
  // Pairs of digits around the point: an odd exponent takes one zero into the coefficient.
  Coefficient rest = coefficient();
  int exponent = exponent_;
  unsigned char pairs[kMaxPairs];
  int count = 0;
  if (exponent % 2 != 0) {  // odd: the last pair is "d0"
    pairs[count++] = static_cast<unsigned char>(static_cast<int>(rest % 10) * 10);
    rest /= 10;
    exponent -= 1;
  }
  for (; rest != 0; rest /= 100) pairs[count++] = static_cast<unsigned char>(rest % 100);
  const int hundreds = exponent / 2 + count;  // value = 0.p1p2p3… × 100^hundreds
  const unsigned char flip = negative_ ? 0xFF : 0x00;
  out.push_back(static_cast<char>(kPositive ^ flip));
  out.push_back(static_cast<char>(static_cast<unsigned char>(hundreds + kExponentBias) ^ flip));
  for (int i = count - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(pairs[i] + 1) ^ flip));
  }
  out.push_back(static_cast<char>(flip));
}

std::optional<Number> Number::take_ordered(std::string_view& bytes) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.empty()) return std::nullopt;
  if (at(0) == kZero) {
    bytes.remove_prefix(1);
    return Number();
  }
  if (at(0) != kPositive && at(0) != kNegative) return std::nullopt;
  const unsigned char flip = at(0) == kNegative ? 0xFF : 0x00;
  if (bytes.size() < 4) return std::nullopt;
  const int hundreds = static_cast<int>(at(1) ^ flip) - kExponentBias;
  Coefficient coefficient = 0;
  std::size_t i = 2;
  for (;; ++i) {
    if (i >= bytes.size() || i > 2 + kMaxPairs) return std::nullopt;
    const unsigned char byte = at(i) ^ flip;
    if (byte == 0) break;
    if (byte > 100) return std::nullopt;
    // 20 pairs are 40 digits; the outer two may be zeros, so drop a last zero before it overflows.
    const unsigned pair = byte - 1u;
    if (i - 2 == 19 && pair % 10 == 0) {
      coefficient = coefficient * 10 + pair / 10;
    } else {
      coefficient = coefficient * 100 + pair;
    }
  }
  const int count = static_cast<int>(i) - 2;
  if (count == 0) return std::nullopt;
  int exponent = (hundreds - count) * 2;
  if (count == 20 && ((at(i - 1) ^ flip) - 1) % 10 == 0) exponent += 1;
  auto number = make(flip != 0, coefficient, exponent);
  if (!number.ok()) return std::nullopt;
  bytes.remove_prefix(i + 1);
  return *number;
}

void Number::append_packed(std::string& out) const {
  // One byte: sign in the top bit, length of the coefficient below; then exponent + 256 in two.
  unsigned char digits[16];
  int count = 0;
  for (Coefficient rest = coefficient(); rest != 0; rest >>= 8) {
    digits[count++] = static_cast<unsigned char>(rest);
  }
  out.push_back(static_cast<char>((negative_ ? 0x80 : 0) | count));
  const unsigned biased = static_cast<unsigned>(exponent_ + 256);
  out.push_back(static_cast<char>(biased >> 8));
  out.push_back(static_cast<char>(biased & 0xFF));
  out.append(reinterpret_cast<const char*>(digits), static_cast<std::size_t>(count));
}

std::optional<Number> Number::take_packed(std::string_view& bytes) {
  if (bytes.size() < 3) return std::nullopt;
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t count = at(0) & 0x7F;
  if (count > 16 || bytes.size() < 3 + count) return std::nullopt;
  Number number;
  Coefficient coefficient = 0;
  for (std::size_t i = count; i > 0; --i) coefficient = coefficient << 8 | at(2 + i);
  number.set_coefficient(coefficient);
  number.negative_ = (at(0) & 0x80) != 0;
  number.exponent_ = static_cast<std::int16_t>((at(1) << 8 | at(2)) - 256);
  bytes.remove_prefix(3 + count);
  return number;
}

}  // namespace fairlead::dynamodb
