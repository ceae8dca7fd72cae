// Small text work that every room needs: splitting, trimming, ASCII case, percent-encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairlead {

std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty pieces
std::string_view trim(std::string_view text);                                // spaces and tabs
std::string to_lower(std::string_view text);                                 // ASCII
bool equals_ignoring_case(std::string_view a, std::string_view b);           // ASCII
bool is_digits(std::string_view text);  // not empty and 0-9 only

// Percent-encoding as SigV4 wants it (RFC 3986 unreserved stay); `keep` names further bytes.
std::string percent_encode(std::string_view text, std::string_view keep = "");
std::optional<std::string> percent_decode(std::string_view text);  // empty: a bad escape
// Query strings: "a=1&b" into pairs, decoded; '+' is a space only when `form` is kForm.
enum class QueryStyle { kUri, kForm };
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query,
                                                             QueryStyle style = QueryStyle::kUri);
// '*' matches anything (also nothing, also '/' and ':'), '?' one character. No recursion.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace fairlead
