// One event through a mapped integration: request template, call, integration response, response
// template (reference/websocket-api.md §10.3 to §10.6).
#pragma once

#include <string>

#include "services/apigateway/integration_event.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

struct IntegrationResult {
  enum class Outcome {
    kAnswered,     // `status`, `headers` and `body`
    kFailed,       // not callable, no integration response fits, a template failed
    kTimedOut,     // timeoutInMillis passed
    kUnsupported,  // passthroughBehavior refuses what no template fits
  };
  Outcome outcome = Outcome::kFailed;
  int status = 200;
  platform::HeaderList headers;  // of a handshake's answer
  std::string body;
};

// `event.route.target` is kMapped.
IntegrationResult run_integration(Parts& parts, const IntegrationEvent& event);

}  // namespace fairlead::apigateway
