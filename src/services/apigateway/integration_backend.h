// Calling what is behind a mapped integration, with a request that has been mapped already.
#pragma once

#include <string>

#include "services/apigateway/event_values.h"
#include "services/apigateway/integration_event.h"
#include "services/apigateway/mapped_integration.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

struct BackendAnswer {
  enum class Outcome {
    kAnswered,       // `status`, `headers` and `body`
    kFunctionError,  // a function threw; `body` is its error object
    kTimedOut,
    kFailed,  // it could not be called
  };
  Outcome outcome = Outcome::kFailed;
  int status = 200;
  platform::HeaderList headers;
  std::string body;
};

// `integration.backend` is not kMock. Waits, up to the route's timeout.
BackendAnswer call_backend(Parts& parts, const IntegrationEvent& event,
                           const MappedIntegration& integration, EventValues& values,
                           std::string body);

}  // namespace fairlead::apigateway
