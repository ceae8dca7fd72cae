// Quoted text, words and regular expressions in filter patterns.
#include "lang/logs/pattern_reader.h"

#include "base/text.h"

namespace fairlead::logs {

namespace {
constexpr int kMaxRegexes = 2;
}

bool PatternReader::accept_word(std::string_view upper) {
  if (rest_.size() < upper.size()) return false;
  if (!equals_ignoring_case(rest_.substr(0, upper.size()), upper)) return false;
  if (rest_.size() > upper.size() && is_word(rest_[upper.size()])) return false;
  rest_.remove_prefix(upper.size());
  return true;
}

Result<std::string> PatternReader::take_quoted() {
  std::string text;
  for (std::size_t i = 1; i < rest_.size(); ++i) {
    const bool escape =
        rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\');
    if (escape) {
      text += rest_[++i];
    } else if (rest_[i] == '"') {
      rest_.remove_prefix(i + 1);
      return text;
    } else {
      text += rest_[i];
    }
  }
  return invalid_filter_pattern();
}

Result<Regex> PatternReader::take_regex() {
  const std::size_t end = rest_.find('%', 1);
  if (end == std::string_view::npos) return invalid_filter_pattern();
  const std::string_view text = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  if (++regexes_ > kMaxRegexes) return too_many_regexes();
  auto regex = Regex::compile_for_pattern(text);
  if (!regex) return invalid_character(text);
  return *std::move(regex);
}

}  // namespace fairlead::logs
