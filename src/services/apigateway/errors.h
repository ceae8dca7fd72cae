// Every error of this room, one named factory each, so that AWS's wording lives in one place
// (reference/websocket-api.md §14 and §15.7).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/apigateway/kinds.h"

namespace fairlead::apigateway {

extern const ErrorCode kBadRequest, kNotFound, kConflict, kTooManyRequests;
extern const ErrorCode kGone, kLimitExceeded, kPayloadTooLarge;

// Control plane
Error bad_request(std::string message);
Error invalid_api(std::string_view account, std::string_view api_id);
Error invalid_identifier(const Kind& kind);
Error unknown_protocol();
Error missing_field(std::string_view wire_name);
Error only_for_http(std::string_view wire_name);
Error bad_length(std::string_view wire_name, std::size_t least, std::size_t most);
Error duplicate_route(std::string_view route_key);
Error bad_route_key(std::string_view route_key);
Error authorization_only_on_connect();
Error only_default_route_response();
Error bad_integration_response_key(std::string_view key);
Error duplicate_response_key(std::string_view key);
Error integration_in_use(std::string_view integration_id, std::size_t routes);
Error integration_arn_lacks_action();
Error invalid_arn();
Error not_a_lambda_uri();
Error malformed_role_arn(std::string_view value);
Error invalid_mapping_expression(std::string_view value);
Error invalid_selection_expression(std::string_view expression, std::string_view why);
Error timeout_out_of_range();
Error stage_exists();
Error bad_stage_name();
Error bad_stage_variable(std::string_view name);
Error no_routes_to_deploy();
Error deployment_does_not_exist();
Error deployment_in_use();
Error deployment_of_auto_stage();
Error unknown_route_setting(std::string_view route_key);
Error bad_throttle();
Error too_many(std::string_view plural);
Error too_many_tags();
Error bad_page();
Error unknown_tagged_resource();

// Models
Error invalid_model(std::string_view what);
Error unknown_model(std::string_view name);
Error bad_model_name(std::string_view name);
Error model_name_taken();
Error model_in_use(std::string_view name, std::string_view kind, std::string_view by);

// Domain names and API mappings
Error unknown_domain();
Error domain_exists();
Error bad_domain_name();
Error only_regional_domains();
Error unknown_mapping();
Error mapping_key_taken();
Error bad_mapping_key();
Error mapping_key_slashes();
Error mapping_key_ends_with_slash();
Error mixed_protocols();
Error still_mapped(std::string_view noun);

// @connections: the SDKs read the header and the status, the bodies of these are empty
Error gone();
Error limit_exceeded();
Error payload_too_large();
Error invalid_connection_id(std::string_view connection_id);

}  // namespace fairlead::apigateway
