// HttpCaller: one request to a server somewhere, for integrations that call addresses. Implemented
// by the edge over net's client.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "platform/operation.h"

namespace fairlead::platform {

struct HttpCall {
  std::string method = "POST";
  std::string url;  // http:// or https://, with its query
  HeaderList headers;
  std::string body;
  std::int64_t deadline_ms = INT64_MAX;  // monotonic: from the name's lookup to the last byte
};

struct HttpAnswer {
  int status = 0;
  HeaderList headers;
  std::string body;
};

inline constexpr ErrorCode kHttpTimedOut{"HttpTimedOut", 504};
inline constexpr ErrorCode kHttpFailed{"HttpFailed", 502};

class HttpCaller {
 public:
  virtual ~HttpCaller() = default;
  // Any status is an answer; redirects are not followed. Parks. Errors: kHttpTimedOut, kHttpFailed
  // (bad address, no connection, an answer that is no HTTP or too large).
  virtual Result<HttpAnswer> call(const HttpCall& request) = 0;
};

}  // namespace fairlead::platform
