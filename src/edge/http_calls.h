// HttpCalls: the HttpCaller port over net's client.
#pragma once

#include "net/http_client.h"
#include "platform/http_caller.h"

namespace fairlead::edge {

class HttpCalls : public platform::HttpCaller {
 public:
  explicit HttpCalls(net::HttpClientOptions options = {}) : client_(std::move(options)) {}
  Result<platform::HttpAnswer> call(const platform::HttpCall& request) override;

 private:
  net::HttpClient client_;
};

}  // namespace fairlead::edge
