// What a Lambda function returned, read by the rules of the proxy integration
// (reference/websocket-api.md §7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/operation.h"

namespace fairlead::apigateway {

struct ProxyResponse {
  int status = 200;
  platform::HeaderList headers;  // single values first, then the multi-value ones
  std::string body;              // decoded; empty when there is none
};

// A bare `null` is nothing at all: malformed on `$connect`, an empty success on messages.
bool is_null_payload(std::string_view payload);

// Nothing when it is malformed.
std::optional<ProxyResponse> read_proxy_response(std::string_view payload);

}  // namespace fairlead::apigateway
