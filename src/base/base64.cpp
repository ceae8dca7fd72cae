// Base64 and hexadecimal digits, strict both ways: bits that no byte needs must be zero.
#include "base/base64.h"

#include <array>
#include <cstdint>

namespace fairlead {

namespace {

constexpr char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Reverse = std::array<std::uint8_t, 256>;
constexpr std::uint8_t kBad = 0xff;

constexpr Reverse reverse_of(const char* alphabet) {
  Reverse table{};
  table.fill(kBad);
  for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  return table;
}
constexpr Reverse kStandardReverse = reverse_of(kStandard);
constexpr Reverse kUrlSafeReverse = reverse_of(kUrlSafe);

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::string encode(std::string_view bytes, const char* alphabet) {
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    *to++ = alphabet[group >> 18];
    *to++ = alphabet[(group >> 12) & 63];
    *to++ = alphabet[(group >> 6) & 63];
    *to++ = alphabet[group & 63];
  }
  const std::size_t rest = bytes.size() - i;
  if (rest > 0) {
    const std::uint32_t group =
        byte_at(bytes, i) << 16 | (rest == 2 ? byte_at(bytes, i + 1) << 8 : 0);
    *to++ = alphabet[group >> 18];
    *to++ = alphabet[(group >> 12) & 63];
    if (rest == 2) *to++ = alphabet[(group >> 6) & 63];
  }
  return out;
}

// `digits` is the text without its padding.
std::optional<std::string> decode(std::string_view digits, const Reverse& reverse) {
  if (digits.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(digits.size() / 4 * 3 + 2);
  std::size_t i = 0;
  for (; i + 4 <= digits.size(); i += 4) {
    const std::uint32_t a = reverse[byte_at(digits, i)], b = reverse[byte_at(digits, i + 1)];
    const std::uint32_t c = reverse[byte_at(digits, i + 2)], d = reverse[byte_at(digits, i + 3)];
    if ((a | b | c | d) & 0xc0) return std::nullopt;
    const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
    out += static_cast<char>(group >> 16);
    out += static_cast<char>(group >> 8);
    out += static_cast<char>(group);
  }
  std::uint32_t bits = 0;
  int count = 0;
  for (; i < digits.size(); ++i, count += 6) {
    const std::uint32_t digit = reverse[byte_at(digits, i)];
    if (digit == kBad) return std::nullopt;
    bits = bits << 6 | digit;
  }
  while (count >= 8) {
    count -= 8;
    out += static_cast<char>(bits >> count);
  }
  if (bits & ((1u << count) - 1)) return std::nullopt;
  return out;
}

std::string_view without_padding(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string base64_encode(std::string_view bytes) { return encode(bytes, kStandard); }
std::string base64url_encode(std::string_view bytes) { return encode(bytes, kUrlSafe); }

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  return decode(without_padding(text), kStandardReverse);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  const std::string_view digits = without_padding(text);
  if (digits.size() != text.size() && text.size() % 4 != 0) return std::nullopt;
  return decode(digits, kUrlSafeReverse);
}

std::string hex_encode(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kDigits[byte_at(bytes, i) >> 4];
    out[2 * i + 1] = kDigits[byte_at(bytes, i) & 15];
  }
  return out;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out(text.size() / 2, '\0');
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<char>(high << 4 | low);
  }
  return out;
}

}  // namespace fairlead
