// Selector: a selection expression (`$request.body.action`) compiled once, then asked for the key
// of each message. Used for routes and for template keys.
//
// Grammar (reference/websocket-api.md §8): literal text and variables in any mix, read once from
// left to right. `$request.body.{path}` or `${request.body.{path}}`; `\$` is a dollar. Without
// braces a variable runs over names, dots and brackets: `$request.body.items[0].kind`. Any other
// variable has no value on a message and counts as empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/routing/json_scan.h"

namespace fairlead::routing {

extern const ErrorCode kInvalidExpression;  // message: what is wrong with it

class Selector {
 public:
  static Result<Selector> compile(std::string_view expression);

  // No variable: the key is always `literal()`, whatever the message.
  bool is_literal() const { return variables_ == 0; }
  const std::string& literal() const { return parts_.front().text; }
  // False: some variable is none of `$request.body`, so it is always empty.
  bool reads_only_body() const;

  // The key of one message; empty optional: the expression has a variable and `text` is not JSON.
  // A missing value is the empty string. The key may point into `text` or `scratch`: it lives as
  // long as both do.
  std::optional<std::string_view> select(std::string_view text, std::string& scratch) const;

 private:
  struct Part {
    enum class Kind { kLiteral, kBody, kNothing };
    Kind kind = Kind::kLiteral;
    std::string text;  // of a literal
    JsonPath path;     // of a variable
  };
  Selector() = default;

  std::vector<Part> parts_;  // never empty
  std::size_t variables_ = 0;
};

}  // namespace fairlead::routing
