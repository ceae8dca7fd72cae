// Java's texts: numbers as Long.toString and Double.toString print them, and strings counted in
// UTF-16 units, which is what length(), substring() and indexOf() see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead::vtl {

void append_java_long(std::string& out, std::int64_t value);
void append_java_double(std::string& out, double value);

bool is_ascii(std::string_view text);
std::u16string to_utf16(std::string_view utf8);
std::string to_utf8(std::u16string_view utf16);  // a lone surrogate becomes '?', as in Java
std::int32_t java_hash(std::string_view utf8);
std::int64_t utf16_length(std::string_view utf8);

// Long.parseLong and Double.parseDouble; nothing where Java throws.
std::optional<std::int64_t> parse_java_long(std::string_view text);
std::optional<double> parse_java_double(std::string_view text);

}  // namespace fairlead::vtl
