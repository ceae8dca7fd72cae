// The two ways in which a template fails, and where it did.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::vtl {

inline constexpr ErrorCode kParseError{"TemplateParseError", 400};
inline constexpr ErrorCode kRenderError{"TemplateRenderError", 500};

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;  // in bytes
};

Error parse_error(Position at, std::string_view what);
Error render_error(Position at, std::string_view what);

}  // namespace fairlead::vtl
