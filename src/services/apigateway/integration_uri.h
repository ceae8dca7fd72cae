// Integration URIs:
// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations` with
// `${stageVariables.x}` anywhere in it (reference/websocket-api.md §10.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

// What CreateIntegration checks of an AWS_PROXY integration's URI.
Status check_lambda_uri(std::string_view uri);

// `${stageVariables.x}` replaced from an object of strings; a variable that is not set becomes "".
std::string fill_stage_variables(std::string_view text, const Json& variables);

// The function ARN (with its qualifier, if any) of a filled URI; empty: the URI names no function.
std::optional<std::string> function_of(std::string_view uri);

}  // namespace fairlead::apigateway
