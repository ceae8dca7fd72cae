// Java's toString for JSON values.
#include "lang/routing/java_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace fairlead::routing {
namespace {

// Double.toString: plain between 0.001 and ten million, else one digit, a point and E.
void append_java_double(std::string& out, double value) {
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  if (std::signbit(value)) out += '-';
  value = std::fabs(value);
  if (value == 0) {
    out += "0.0";
    return;
  }
  char text[40];
  const char* const end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  std::string digits;
  const char* at = text;
  for (; at < end && *at != 'e'; ++at) {
    if (*at != '.') digits += *at;
  }
  const int exponent = std::atoi(std::string(at + 1, end).c_str());
  if (exponent < -3 || exponent >= 7) {
    out.append(digits, 0, 1).append(".");
    out += digits.size() > 1 ? digits.substr(1) : "0";
    out.append("E").append(std::to_string(exponent));
    return;
  }
  if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  out.append(digits, 0, whole).append(".");
  out += digits.size() > whole ? digits.substr(whole) : "0";
}

void append_number(std::string& out, const std::string& text) {
  if (text.find_first_of(".eE") == std::string::npos) {
    out += text == "-0" ? "0" : text;
    return;
  }
  append_java_double(out, std::strtod(text.c_str(), nullptr));
}

}  // namespace

void append_java_text(std::string& out, const Json& value) {
  const char* between = "";
  switch (value.kind()) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      return;
    case Json::Kind::kNumber:
      return append_number(out, value.number_text());
    case Json::Kind::kString:
      out += value.as_string();
      return;
    case Json::Kind::kArray:
      out += '[';
      for (const Json& item : value.items()) {
        out += between;
        append_java_text(out, item);
        between = ", ";
      }
      out += ']';
      return;
    case Json::Kind::kObject:
      out += '{';
      for (const Json::Member& member : value.members()) {
        out.append(between).append(member.key).append("=");
        append_java_text(out, member.value);
        between = ", ";
      }
      out += '}';
      return;
  }
}

}  // namespace fairlead::routing
