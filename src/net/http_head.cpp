// Looking for a header, and for a token in the lists that headers hold.
#include "net/http_head.h"

#include "base/text.h"

namespace fairlead::net {

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (header.name.size() == name.size() && equals_ignoring_case(header.name, name)) {
      return &header.value;
    }
  }
  return nullptr;
}

bool header_lists(const Headers& headers, std::string_view name, std::string_view token) {
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (equals_ignoring_case(trim(rest.substr(0, comma)), token)) return true;
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

}  // namespace fairlead::net
