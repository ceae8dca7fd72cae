// Filter patterns: which log events a search, a subscription or a metric filter is about.
//
// Four kinds, told apart by their first sign: terms (`ERROR -retry "out of memory"`, `?a ?b`), one
// regular expression (%5\d\d%), fields of space-delimited events ([ip, …, status = 4*, size >
// 1000]) and JSON ({ $.user.id = 1 && $.error IS TRUE }).
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fairlead::logs {

// What a pattern names in an event: {"$status", "404"}, {"$.user.id", "1"}.
using Extracted = std::vector<std::pair<std::string, std::string>>;

class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual bool matches(std::string_view message) const = 0;
  virtual void extract(std::string_view, Extracted&) const {}
};

class FilterPattern {
 public:
  // At most 1024 characters. Refused as AWS refuses (errors.h). Empty: everything matches.
  static Result<FilterPattern> parse(std::string_view text);

  bool matches(std::string_view message) const { return !matcher_ || matcher_->matches(message); }
  // Of a message that matches; nothing for terms and regular expressions.
  Extracted extract(std::string_view message) const {
    Extracted all;
    if (matcher_) matcher_->extract(message, all);
    return all;
  }

 private:
  std::shared_ptr<const Matcher> matcher_;
};

// The parsers of the kinds; `text` is trimmed and begins with the kind's sign.
Result<std::shared_ptr<const Matcher>> parse_terms(std::string_view text);
Result<std::shared_ptr<const Matcher>> parse_fields(std::string_view text);
Result<std::shared_ptr<const Matcher>> parse_json_pattern(std::string_view text);

}  // namespace fairlead::logs
