// Website: the S3 website endpoint behind an address of the edge. Implemented by the s3 service.
#pragma once

#include <string>
#include <string_view>

#include "platform/context.h"
#include "platform/operation.h"

namespace fairlead::platform {

struct WebsiteRequest {
  std::string_view method;  // GET and HEAD are answered; others get 405
  std::string bucket;
  std::string key;   // decoded path without the leading '/'
  std::string base;  // what precedes the key in the address's path, for redirects ("" or
                     // "/_aws/website/<bucket>")
  const HeaderList* headers = nullptr;
};

class Website {
 public:
  virtual ~Website() = default;
  // Always an answer (error documents and HTML error pages included): status, headers and a body
  // or stream in the Reply. HEAD: the caller drops the body.
  virtual Reply serve(Context& cx, const WebsiteRequest& request) = 0;
};

}  // namespace fairlead::platform
