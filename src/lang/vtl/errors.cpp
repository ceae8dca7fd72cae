// The wording of a place in a template.
#include "lang/vtl/errors.h"

namespace fairlead::vtl {
namespace {

Error at_place(const ErrorCode& code, Position at, std::string_view what) {
  std::string message = "line " + std::to_string(at.line) + ", column " +
                        std::to_string(at.column) + ": " + std::string(what);
  return {&code, std::move(message), Json::object({{"line", at.line}, {"column", at.column}})};
}

}  // namespace

Error parse_error(Position at, std::string_view what) { return at_place(kParseError, at, what); }
Error render_error(Position at, std::string_view what) { return at_place(kRenderError, at, what); }

Error failure(std::string_view what) { return {&kRenderError, std::string(what), {}}; }

Error placed(Error error, Position at) {
  if (error.code != &kRenderError || !error.detail.is_null()) return error;
  return render_error(at, error.message);
}

Position position_in(std::string_view text, std::size_t offset) {
  Position at;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    ++at.column;
    if (text[i] != '\n') continue;
    ++at.line;
    at.column = 1;
  }
  return at;
}

}  // namespace fairlead::vtl
