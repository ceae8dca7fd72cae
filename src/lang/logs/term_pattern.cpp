// Patterns of terms: all of them, any of those with `?`, none of those with `-`; or one regular
// expression.
#include <algorithm>

#include "lang/logs/filter_pattern.h"
#include "lang/logs/pattern_reader.h"

namespace fairlead::logs {

namespace {

// A term is found anywhere, also inside a word; letters count as they are written.
struct Term {
  std::string text;
  std::optional<Regex> regex;
  bool found_in(std::string_view message) const {
    return regex ? regex->found_in(message) : message.find(text) != std::string_view::npos;
  }
};

class Terms : public Matcher {
 public:
  bool matches(std::string_view message) const override {
    const auto found = [&](const Term& term) { return term.found_in(message); };
    if (!std::all_of(all.begin(), all.end(), found)) return false;
    if (std::any_of(none.begin(), none.end(), found)) return false;
    // Beside other terms those with `?` say nothing (as AWS documents it).
    if (any.empty() || !all.empty() || !none.empty()) return true;
    return std::any_of(any.begin(), any.end(), found);
  }
  std::vector<Term> all, any, none;
};

Result<Term> take_term(PatternReader& reader) {
  Term term;
  if (reader.front() == '"') {
    term.text = TRY(reader.take_quoted());
    if (term.text.empty()) return invalid_filter_pattern();
  } else if (reader.front() == '%') {
    term.regex = TRY(reader.take_regex());
  } else {
    term.text = reader.take_while([](char c) { return !is_space(c) && c != '"'; });
    if (term.text.empty()) return invalid_filter_pattern();
    if (!std::all_of(term.text.begin(), term.text.end(), is_word)) {
      return invalid_character(term.text);
    }
  }
  if (!reader.at_end() && !is_space(reader.front())) return invalid_filter_pattern();
  return term;
}

}  // namespace

Result<std::shared_ptr<const Matcher>> parse_terms(std::string_view text) {
  PatternReader reader(text);
  auto terms = std::make_shared<Terms>();
  for (reader.skip_space(); !reader.at_end(); reader.skip_space()) {
    auto& list = reader.accept("?") ? terms->any : reader.accept("-") ? terms->none : terms->all;
    if (&list == &terms->none) reader.skip_space();  // `ERROR - "Exiting"`
    list.push_back(TRY(take_term(reader)));
  }
  return std::shared_ptr<const Matcher>(std::move(terms));
}

}  // namespace fairlead::logs
