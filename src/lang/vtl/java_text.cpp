// Java's toString of numbers, and UTF-16.
#include "lang/vtl/java_text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/utf8.h"

namespace fairlead::vtl {
namespace {

// The decimal digits of a positive double and the place of its point, as in d.ddd × 10^exponent.
struct Digits {
  std::string digits;
  int exponent = 0;
};

Digits shortest(double value) {
  char text[48];
  const char* const end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Digits made;
  const char* at = text;
  for (; at < end && *at != 'e'; ++at) {
    if (*at != '.') made.digits += *at;
  }
  ++at;
  if (at < end && *at == '+') ++at;
  std::from_chars(at, end, made.exponent);
  return made;
}

// The code point at `i`, and moves `i` behind it; what is no UTF-8 counts as one unit each.
std::uint32_t next_code_point(std::string_view text, std::size_t& i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0 || i + static_cast<std::size_t>(more) >= text.size()) {
    ++i;
    return lead < 0x80 ? lead : 0xFFFD;
  }
  std::uint32_t point = lead & (0x3Fu >> more);
  for (int k = 1; k <= more; ++k) {
    point = point << 6 | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3F);
  }
  i += static_cast<std::size_t>(more) + 1;
  return point;
}

}  // namespace

void append_java_long(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// Plain between 0.001 and ten million, else one digit, a point and E.
void append_java_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::signbit(value)) out += '-';
  value = std::fabs(value);
  if (std::isinf(value) || value == 0) {
    out += value == 0 ? "0.0" : "Infinity";
    return;
  }
  Digits number = shortest(value);
  std::string& digits = number.digits;
  if (number.exponent < -3 || number.exponent >= 7) {
    out.append(digits, 0, 1).append(".");
    out += digits.size() > 1 ? digits.substr(1) : "0";
    out.append("E").append(std::to_string(number.exponent));
    return;
  }
  if (number.exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-number.exponent - 1), '0').append(digits);
    return;
  }
  const auto whole = static_cast<std::size_t>(number.exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  out.append(digits, 0, whole).append(".");
  out += digits.size() > whole ? digits.substr(whole) : "0";
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string made;
  made.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const std::uint32_t point = next_code_point(utf8, i);
    if (point < 0x10000) {
      made += static_cast<char16_t>(point);
      continue;
    }
    made += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
    made += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
  }
  return made;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string made;
  made.reserve(utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    const std::uint32_t unit = utf16[i];
    if (unit < 0xD800 || unit > 0xDFFF) {
      append_utf8(made, unit);
      continue;
    }
    const std::uint32_t next = i + 1 < utf16.size() ? utf16[i + 1] : 0;
    if (unit < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
      append_utf8(made, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
      ++i;
    } else {
      made += '?';
    }
  }
  return made;
}

std::int64_t utf16_length(std::string_view utf8) {
  std::int64_t units = 0;
  for (std::size_t i = 0; i < utf8.size();) units += next_code_point(utf8, i) < 0x10000 ? 1 : 2;
  return units;
}

std::int32_t java_hash(std::string_view utf8) {
  std::uint32_t hash = 0;
  for (const char16_t unit : to_utf16(utf8)) hash = hash * 31 + unit;
  return static_cast<std::int32_t>(hash);
}

std::optional<std::int64_t> parse_java_long(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_java_double(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (text.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || failed == std::errc::invalid_argument) {
    return std::nullopt;
  }
  if (failed == std::errc::result_out_of_range) {
    const bool small = text.find("e-") != text.npos || text.find("E-") != text.npos;
    value = small ? 0 : std::numeric_limits<double>::infinity();
    if (text[0] == '-') value = -value;
  }
  return value;
}

}  // namespace fairlead::vtl
