// Which kind of pattern a text is.
#include "lang/logs/filter_pattern.h"

#include "lang/logs/errors.h"
#include "lang/logs/pattern_reader.h"

namespace fairlead::logs {

namespace {
constexpr std::size_t kMaxPattern = 1024;
}

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  if (text.size() > kMaxPattern * 4) return invalid_filter_pattern();  // UTF-8: 1024 characters
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  FilterPattern pattern;
  if (text.empty()) return pattern;
  if (text.front() == '{') {
    pattern.matcher_ = TRY(parse_json_pattern(text));
  } else if (text.front() == '[') {
    pattern.matcher_ = TRY(parse_fields(text));
  } else {
    pattern.matcher_ = TRY(parse_terms(text));
  }
  return pattern;
}

}  // namespace fairlead::logs
