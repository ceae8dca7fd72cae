// Reading single headers and raw query parameters without decoding the whole request.
#include "wire/http_input.h"

#include "base/text.h"

namespace fairlead::wire {

const std::string* HttpInput::header(std::string_view name) const {
  for (const HeaderPair& pair : headers) {
    if (pair.first.size() == name.size() && equals_ignoring_case(pair.first, name)) {
      return &pair.second;
    }
  }
  return nullptr;
}

std::string_view header_or_empty(const HttpInput& input, std::string_view name) {
  const std::string* found = input.header(name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

std::optional<std::string_view> raw_parameter(std::string_view form, std::string_view key) {
  std::optional<std::string_view> found;
  for_each_parameter(form, [&](std::string_view name, std::string_view value) {
    if (name == key) found = value;
    return !found;
  });
  if (found || form.find('%') == std::string_view::npos) return found;
  for_each_parameter(form, [&](std::string_view name, std::string_view value) {
    if (name.find('%') != std::string_view::npos && percent_decode(name) == key) found = value;
    return !found;
  });
  return found;
}

bool is_form(const HttpInput& input) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  const std::string_view type = header_or_empty(input, "content-type");
  return type.size() >= kForm.size() && equals_ignoring_case(type.substr(0, kForm.size()), kForm);
}

std::string_view query_action(const HttpInput& input) { return query_parameter(input, "Action"); }

std::string_view query_parameter(const HttpInput& input, std::string_view key) {
  if (const auto in_query = raw_parameter(input.query, key)) return *in_query;
  if (input.body.empty() || !is_form(input)) return {};
  return raw_parameter(input.body, key).value_or(std::string_view());
}

}  // namespace fairlead::wire
