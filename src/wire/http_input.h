// Reading single headers and raw query parameters without decoding the whole request. Inside wire/.
#pragma once

#include <optional>
#include <string_view>

#include "wire/protocol.h"

namespace fairlead::wire {

// Calls visit(name, value) with the raw pieces of "a=1&b" until it answers false.
template <class Visit>
void for_each_parameter(std::string_view form, Visit visit) {
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::size_t value_at = std::min(equals + 1, pair.size());
    if (!visit(pair.substr(0, equals), pair.substr(value_at))) return;
  }
}

std::string_view header_or_empty(const HttpInput& input, std::string_view name);
// The raw value of the first parameter called `key` (which may be written with escapes).
std::optional<std::string_view> raw_parameter(std::string_view form, std::string_view key);
bool is_form(const HttpInput& input);  // Content-Type says application/x-www-form-urlencoded
// Raw, from the query string or the form body; empty when there is none.
std::string_view query_parameter(const HttpInput& input, std::string_view key);
std::string_view query_action(const HttpInput& input);

}  // namespace fairlead::wire
