// Java's regular expressions over RE2: linear time, bounded memory. What RE2 cannot do (lookaround,
// references back, possessive quantifiers) or would do otherwise than Java (classes in classes,
// intersections) is refused. Empty lines and `$` before a last newline are RE2's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/vtl/value.h"
#include "lang/vtl/work.h"

namespace re2 {
class RE2;
}

namespace fairlead::vtl {

class Regex {
 public:
  static Result<Regex> compile(std::string_view java);

  bool matches(std::string_view text) const;  // the whole text

  enum class Which { kFirst, kAll };
  // `replacement` as Matcher.appendReplacement reads it: $1, ${name}, \x.
  Result<std::string> replace(std::string_view text, std::string_view replacement, Which which,
                              Work& work) const;
  // String.split(regex, limit).
  Result<List> split(std::string_view text, std::int64_t limit, Work& work) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace fairlead::vtl
