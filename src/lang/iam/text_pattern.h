// TextPattern: a text of a policy in which `*` and `?` may stand for anything, and
// `${aws:username}` for what the request's context says. `${*}`, `${?}` and `${$}` are the
// characters themselves;
// `${key, 'else'}` has a default.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/iam/context.h"

namespace fairlead::iam {

class TextPattern {
 public:
  enum class Wildcards { kLiteral, kRead };
  enum class Variables { kLiteral, kRead };  // kLiteral in policies older than 2012-10-17
  enum class Case { kMatters, kIgnored };

  TextPattern(std::string_view text, Wildcards wildcards, Variables variables);

  bool matches(std::string_view text, const RequestContext& context,
               Case which = Case::kMatters) const;
  // ARNs piece by piece: a wildcard does not run over one of the first five colons.
  bool matches_arn(std::string_view arn, const RequestContext& context) const;
  // The text with its variables filled in; nothing when one has no value or several.
  std::optional<std::string> filled(const RequestContext& context) const;

 private:
  // Bytes, and beyond them the two wildcards: what a variable brings in is always bytes.
  using Units = std::u16string;
  static constexpr char16_t kAny = 256, kOne = 257;
  struct Piece {
    Units units;
    std::string variable;  // empty: `units` is the piece
    std::optional<std::string> otherwise;
  };
  static bool matches_units(std::u16string_view pattern, std::string_view text, Case which);
  std::optional<Units> units_for(const RequestContext& context) const;
  void append(char16_t unit);
  void read_variable(std::string_view inside);

  std::vector<Piece> pieces_;
};

}  // namespace fairlead::iam
