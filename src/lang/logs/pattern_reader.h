// Walks the text of a filter pattern: spaces, signs, quoted text, regular expressions. Inside
// lang/logs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/logs/errors.h"
#include "lang/logs/regex.h"

namespace fairlead::logs {

inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
inline bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }
  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  bool accept(std::string_view sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  // Takes a whole word, whatever its case ("not exists").
  bool accept_word(std::string_view upper);
  template <class Wanted>
  std::string_view take_while(Wanted wanted) {
    std::size_t n = 0;
    while (n < rest_.size() && wanted(rest_[n])) ++n;
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  // From the opening quote on; `\"` and `\\` are escapes.
  Result<std::string> take_quoted();
  // From the opening percent sign on. Counts: at most two in a pattern.
  Result<Regex> take_regex();

 private:
  std::string_view rest_;
  int regexes_ = 0;
};

}  // namespace fairlead::logs
