// One signed AWS request from a CLI command to the running server: what `fairlead logs` and
// `fairlead dev` are made of. Speaks as the root user of account 000000000000 (test/test).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace fairlead::app {

struct ServerRequest {
  std::string service;  // the signing name: "logs", "lambda", "cloudformation"
  std::string region;   // empty: the server's own
  std::string method = "POST";
  std::string path = "/";  // with its query, already percent-encoded
  net::Headers headers;    // X-Amz-Target, Content-Type; Host and the signature are added
  std::string body;
  std::int64_t timeout_ms = 30'000;
};

extern const ErrorCode kNoServer;    // nothing runs on the folder; the message says how to start it
extern const ErrorCode kCallFailed;  // the server went away in the middle, or did not answer

// Whatever status the server answers is a response. `data_folder`: empty for the default one.
// Looks the server up anew each time, so a restart on another port does not matter.
Result<net::HttpResponse> call_server(const std::string& data_folder, const ServerRequest& request);

// For services that speak JSON: sends `input` to `target` ("Logs_20140328.FilterLogEvents") and
// answers the output. AWS's own refusals come back as kRefused, "Exception: message".
extern const ErrorCode kRefused;
Result<Json> call_json(const std::string& data_folder, std::string_view service,
                       std::string_view region, std::string_view target, const Json& input);

}  // namespace fairlead::app
