// Test: what one value of an event is asked: a literal, or one of the language's operators.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::patterns {

extern const ErrorCode kInvalidPattern;
Error invalid_pattern(std::string message);

bool is_test_name(std::string_view name);  // "prefix", "numeric", …

class Test {
 public:
  // A scalar, or an object of one operator.
  static Result<Test> compile(const Json& test);

  // Of a value that is there. An array holds when one of its elements does; an object never.
  bool holds(const Json& value) const;
  bool holds_without_value() const { return kind_ == Kind::kAbsent; }

 private:
  enum class Kind {
    kLiteral,
    kPrefix,
    kSuffix,
    kIgnoringCase,
    kWildcard,
    kNumeric,
    kPresent,
    kAbsent,
    kCidr,
    kAnythingBut,
  };
  enum class Case { kExact, kIgnored };
  struct Bound {
    double value = 0;
    bool included = false, given = false;
  };

  static Result<Test> text_test(Kind kind, std::string_view name, const Json& value);
  static Result<Test> numeric_test(const Json& value);
  static Result<Test> anything_but(const Json& value);
  static Result<Test> operator_test(std::string_view name, const Json& value);
  Status read_wildcard(const std::string& pattern);
  Status read_bound(const std::string& sign, const Json& number);
  bool holds_for(const Json& scalar) const;
  bool holds_for_text(const std::string& text) const;
  bool in_bounds(const Json& scalar) const;
  bool wildcard_holds(std::string_view text) const;

  Kind kind_ = Kind::kLiteral;
  Case case_ = Case::kExact;
  Json literal_;
  std::string text_;
  std::vector<std::string> pieces_;  // kWildcard: what stands between the asterisks
  Bound low_, high_;
  std::vector<Test> none_of_;  // kAnythingBut
};

}  // namespace fairlead::patterns
