// Looking up request headers as they came.
#pragma once

#include <string_view>

#include "base/text.h"
#include "platform/operation.h"

namespace fairlead::s3 {

// Trimmed; empty when the header is not there. Lives as long as the headers.
inline std::string_view header_or_empty(const platform::HeaderList* headers,
                                        std::string_view name) {
  if (!headers) return {};
  for (const auto& [key, value] : *headers) {
    if (equals_ignoring_case(key, name)) return trim(value);
  }
  return {};
}

}  // namespace fairlead::s3
