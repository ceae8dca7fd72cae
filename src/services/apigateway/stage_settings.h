// Checking and merging what a stage may say: its name, variables, and route settings
// (reference/websocket-api.md §15.5 and §17).
#pragma once

#include <string>

#include "base/result.h"

namespace fairlead::apigateway {

Status check_stage_name(const std::string& name);
// Refuses by name what a later issue brings: access logs, execution logs, client certificates.
Status check_stage_request(const Json& input);

// Both merge a request into a stage's document.
Status merge_stage_variables(const Json& input, Json& stage);  // "" removes a variable
void merge_route_settings(const Json& input, Json& stage);

}  // namespace fairlead::apigateway
