// FunctionUrls: requests to a function's own address (https://<url id>.lambda-url.<region>.on.aws).
// Implemented by the lambda service, asked by the edge, which checks signatures.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/context.h"
#include "platform/operation.h"

namespace fairlead::platform {

struct FunctionUrlRequest {
  std::string url_id;
  std::string_view method, path, query, protocol;  // raw; path without what led to the door
  std::string domain;                              // the Host header without its port
  const HeaderList* headers = nullptr;             // as the client sent them
  std::string body;
};

class FunctionUrls {
 public:
  virtual ~FunctionUrls() = default;

  enum class Auth { kNone, kIam };
  struct Place {
    std::string account, region;  // whose function it is
    Auth auth = Auth::kNone;
  };
  virtual std::optional<Place> place_of_url(std::string_view url_id) = 0;

  // Always an answer. `cx.account` and `cx.region` are the function's; `cx.caller` is whoever
  // signed the request for the service "lambda", or anonymous when nobody did or the signature is
  // wrong.
  virtual Reply serve_url(Context& cx, FunctionUrlRequest request) = 0;
};

}  // namespace fairlead::platform
