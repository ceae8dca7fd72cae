// One run of a function for nobody who waits: what events, mappings and function URLs share.
#pragma once

#include <string>

#include "services/lambda/lambda.h"

namespace fairlead::lambda {

struct Run {
  std::string function_arn;  // with the qualifier, if there is one
  std::string request_id;
  std::string payload;
  std::string client_context;
};

struct Ran {
  FunctionPtr function;  // which version it was
  std::string payload;
  bool function_error = false;
};

// Errors: the function is missing, throttled, cannot be started.
Result<Ran> run_function(Lambda& lambda, Run run);

// The house itself as caller, in the account and region of the ARN.
platform::Context house_context(Clock& clock, std::string_view arn, std::string request_id);

// What a function returned, as a member of a record: JSON where it is, else a string.
Json as_json(const std::string& payload);

}  // namespace fairlead::lambda
