// Integration URIs (reference/websocket-api.md §10.2), `${stageVariables.x}` anywhere in them:
// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`,
// `arn:aws:apigateway:{region}:{service}:action/{Action}` or `…:path/{path}`, `http(s)://…`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

// What CreateIntegration checks of an AWS_PROXY integration's URI.
Status check_lambda_uri(std::string_view uri);

// An AWS service that a URI names.
struct ServiceTarget {
  std::string region, service;
  std::string host_prefix;  // of `{prefix}.{service}`
  std::string action;       // of the action form; else path and query
  std::string path, query;
};
// Of a filled URI; nothing: it has not this form. A Lambda URI has it, too.
std::optional<ServiceTarget> service_of(std::string_view uri);
// What CreateIntegration checks of an AWS integration's URI, and of an HTTP one's.
Status check_service_uri(std::string_view uri);
Status check_http_uri(std::string_view uri);

// `${stageVariables.x}` replaced from an object of strings; a variable that is not set becomes "".
std::string fill_stage_variables(std::string_view text, const Json& variables);

// The function ARN (with its qualifier, if any) of a filled URI; empty: the URI names no function.
std::optional<std::string> function_of(std::string_view uri);

}  // namespace fairlead::apigateway
