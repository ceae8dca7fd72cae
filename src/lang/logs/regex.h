// Regular expressions that users write: RE2 behind a header of ours, so that no expression takes
// more than linear time and a bounded memory, and RE2's header stays in one file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace fairlead::logs {

class Regex {
 public:
  enum class Case { kSensitive, kIgnored };
  // Nothing when RE2 refuses it (syntax, or larger than a megabyte compiled).
  static std::optional<Regex> compile(std::string_view text, Case letters = Case::kSensitive);
  // As filter patterns allow it between percent signs: letters, digits, `_#=@/;,:-`, the operators
  // ^$?[]{}|\*+. and no parentheses.
  static std::optional<Regex> compile_for_pattern(std::string_view text);

  bool found_in(std::string_view text) const;
  // The groups of the first match, in order; nothing without a match.
  std::optional<std::vector<std::string>> groups(std::string_view text) const;
  std::vector<std::string> group_names() const;  // "" where a group has no name
  std::string replace_all(std::string_view text, std::string_view with) const;  // `with` is literal

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace fairlead::logs
