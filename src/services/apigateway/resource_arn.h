// The ARN that a control-plane permission is about, written beside an operation's row:
// `resource<"/apis/{ApiId}">`.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "platform/operation.h"

namespace fairlead::apigateway {

// A path as part of the type, so that a row can name its resource: `{ApiId}` is taken from the
// request.
template <std::size_t kSize>
struct Path {
  char text[kSize];
  constexpr Path(const char (&from)[kSize]) { std::copy_n(from, kSize, text); }
};

template <Path kPath>
std::string resource(const platform::Context& cx, const Json& input) {
  std::string arn = "arn:aws:apigateway:" + cx.region + "::";
  std::string_view left = kPath.text;
  while (!left.empty()) {
    const std::size_t open = left.find('{');
    arn += left.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = left.find('}', open);
    arn += percent_encode(input[left.substr(open + 1, close - open - 1)].string_or(""));
    left.remove_prefix(close + 1);
  }
  return arn;
}

}  // namespace fairlead::apigateway
