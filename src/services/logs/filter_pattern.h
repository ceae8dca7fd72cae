// Filter patterns for unstructured text: terms that must, may or must not occur.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::logs {

// `ERROR "exact words" ?this ?or-that -not`: every plain term and, if there are `?` terms, at least
// one of them; none of the `-` terms. Case matters. An empty pattern matches everything.
class FilterPattern {
 public:
  // InvalidParameterException for what does not parse; JSON, column and %regex% patterns come
  // later and are refused by name.
  static Result<FilterPattern> parse(std::string_view text);
  bool matches(std::string_view message) const;

 private:
  std::vector<std::string> all_, any_, none_;
};

}  // namespace fairlead::logs
