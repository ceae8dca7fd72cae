// One call of a Lambda integration on behalf of a stage, with what can come of it.
#pragma once

#include <string>

#include "services/apigateway/compiled.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

struct CallResult {
  enum class Outcome {
    kAnswered,       // `payload` is what the function returned
    kFunctionError,  // it threw, crashed or ran into its own time limit
    kTimedOut,       // timeoutInMillis passed; the function goes on
    kFailed,         // it could not be called: not permitted, missing, throttled
  };
  Outcome outcome = Outcome::kFailed;
  std::string payload;
};

// Who calls: API Gateway itself, or with credentialsArn that role in AWS's own session name.
platform::Principal integration_principal(const CompiledStage& stage, const CompiledRoute& route);

// `route.function_arn` is set. Waits for the function, up to the integration's timeout.
CallResult call_lambda(Parts& parts, const CompiledStage& stage, const CompiledRoute& route,
                       std::string event);

}  // namespace fairlead::apigateway
