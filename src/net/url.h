// http and https URLs, taken apart for a request.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::net {

extern const ErrorCode kBadUrl;

struct Url {
  enum class Scheme { kHttp, kHttps };
  Scheme scheme = Scheme::kHttp;
  std::string host;       // without brackets: "example.com", "127.0.0.1", "::1"
  int port = 80;          // given, or the scheme's own
  std::string authority;  // for the Host header: "example.com", "[::1]:8080"
  std::string target;     // "/path?query"; never empty, without a fragment
};

// Refuses other schemes, user names, empty or malformed hosts, and characters that a URL must
// percent-encode.
Result<Url> parse_url(std::string_view text);

}  // namespace fairlead::net
