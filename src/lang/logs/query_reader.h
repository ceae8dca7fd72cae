// Walks the text of a query: names, numbers, quoted text, regular expressions. Knows where it is,
// for error messages. Inside lang/logs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/logs/regex.h"

namespace fairlead::logs {

class QueryReader {
 public:
  explicit QueryReader(std::string_view text) : text_(text) { skip(); }

  bool at_end() const { return at_ == text_.size(); }
  char front() const { return at_end() ? '\0' : text_[at_]; }
  std::size_t offset() const { return at_; }
  // From there to here, without the white space around it.
  std::string since(std::size_t offset) const;

  // Each of these skips what white space and comments (# to the line's end) follow.
  bool accept(std::string_view sign);
  bool accept_word(std::string_view word);  // letters of either case
  std::string take_name();                  // @message, a.b.0, `any name`; empty: there is none
  Result<std::string> take_quoted();        // from its opening quote on
  Result<Regex> take_regex();               // from its opening slash on
  // `names`: the groups' names by number; RE2 does not allow all that AWS allows.
  Result<Regex> take_regex(std::vector<std::string>& names);
  std::string take_digits();   // "12", "1.5", "1e3"; empty: there is none
  std::string take_letters();  // right after a number: the unit of "5m"

  bool sees_word(std::string_view word) const;
  // "unexpected symbol found x at line 1 and position 7"
  Error unexpected() const;
  Error error(std::string_view what) const;

 private:
  void skip();
  std::string symbol() const;
  Result<std::string> take_regex_text();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace fairlead::logs
