// Base64 (RFC 4648): strict decoding, standard and url-safe alphabets; and hexadecimal text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fairlead {

std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);                // with padding
std::optional<std::string> base64_decode(std::string_view text);     // padding required
std::optional<std::string> base64url_decode(std::string_view text);  // padding optional

std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);

// The value of a hexadecimal digit of either case; -1 for any other byte.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace fairlead
