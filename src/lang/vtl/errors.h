// The two ways in which a template fails, and where it did.
#pragma once

#include <cstddef>
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

Position position_in(std::string_view text, std::size_t offset);

Error parse_error(Position at, std::string_view what);
Error render_error(Position at, std::string_view what);
// A render's failure whose place the caller adds with `placed`, which leaves others as they are.
Error failure(std::string_view what);
Error placed(Error error, Position at);

}  // namespace fairlead::vtl
