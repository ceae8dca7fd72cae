// Parsing and matching of term patterns.
#include "services/logs/filter_pattern.h"

#include <algorithm>

#include "base/text.h"
#include "platform/operation.h"
#include "services/logs/errors.h"

namespace fairlead::logs {

namespace {

// Takes one term (perhaps quoted) off the front of `rest`.
Result<std::string> take_term(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find(' '), rest.size());
    std::string term(rest.substr(0, end));
    rest.remove_prefix(end);
    return term;
  }
  std::string term;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) {
      term += rest[++i];
    } else if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return term;
    } else {
      term += rest[i];
    }
  }
  return invalid_parameter("Invalid filter pattern");
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  FilterPattern pattern;
  std::string_view rest = trim(text);
  if (rest.starts_with('{')) return platform::not_implemented("A JSON filter pattern");
  if (rest.starts_with('[')) return platform::not_implemented("A space-delimited filter pattern");
  while (!rest.empty()) {
    const char mark = rest.front();
    if (mark == '%') return platform::not_implemented("A regular expression filter pattern");
    if (mark == '?' || mark == '-') rest.remove_prefix(1);
    std::string term = TRY(take_term(rest));
    if (term.empty()) return invalid_parameter("Invalid filter pattern");
    (mark == '?' ? pattern.any_ : mark == '-' ? pattern.none_ : pattern.all_).push_back(term);
    rest = trim(rest);
  }
  return pattern;
}

bool FilterPattern::matches(std::string_view message) const {
  const auto occurs = [&](const std::string& term) {
    return message.find(term) != std::string_view::npos;
  };
  return std::all_of(all_.begin(), all_.end(), occurs) &&
         (any_.empty() || std::any_of(any_.begin(), any_.end(), occurs)) &&
         std::none_of(none_.begin(), none_.end(), occurs);
}

}  // namespace fairlead::logs
