// The words of this room's errors.
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

const ErrorCode kBadRequest{"BadRequestException", 400};
const ErrorCode kNotFound{"NotFoundException", 404};
const ErrorCode kConflict{"ConflictException", 409};
const ErrorCode kTooManyRequests{"TooManyRequestsException", 429};
const ErrorCode kGone{"GoneException", 410};
const ErrorCode kLimitExceeded{"LimitExceededException", 429};
const ErrorCode kPayloadTooLarge{"PayloadTooLargeException", 413};

namespace {
Error not_found(std::string message) { return Error{&kNotFound, std::move(message), {}}; }
Error conflict(std::string message) { return Error{&kConflict, std::move(message), {}}; }
std::string text(std::string_view view) { return std::string(view); }
}  // namespace

Error bad_request(std::string message) { return Error{&kBadRequest, std::move(message), {}}; }

Error invalid_api(std::string_view account, std::string_view api_id) {
  return not_found("Invalid API identifier specified " + text(account) + ":" + text(api_id));
}
Error invalid_identifier(const Kind& kind) {
  return not_found("Invalid " + text(kind.noun) + " identifier specified");
}
Error unknown_protocol() {
  return bad_request("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]");
}
Error missing_field(std::string_view wire_name) {
  return bad_request("Missing required field " + text(wire_name));
}
Error only_for_http(std::string_view wire_name) {
  return bad_request(text(wire_name) + " is only supported on protocolType HTTP");
}
Error bad_length(std::string_view wire_name, std::size_t least, std::size_t most) {
  return bad_request(text(wire_name) + " must be between " + std::to_string(least) + " and " +
                     std::to_string(most) + " characters long");
}
Error duplicate_route(std::string_view route_key) {
  return conflict("Route with key " + text(route_key) + " already exists for this API");
}
Error bad_route_key(std::string_view route_key) {
  return bad_request("Invalid route key " + text(route_key) +
                     ": only $connect, $disconnect and $default may start with $");
}
Error authorization_only_on_connect() {
  return bad_request("Currently, authorization is restricted to the $connect route only");
}
Error only_default_route_response() { return bad_request("Route response key must be $default"); }
Error bad_integration_response_key(std::string_view key) {
  return bad_request("Invalid integration response key " + text(key) +
                     ": must be $default or /regular expression/");
}
Error duplicate_response_key(std::string_view key) {
  return conflict("Response with key " + text(key) + " already exists");
}
Error integration_in_use(std::string_view integration_id, std::size_t routes) {
  return conflict("Cannot delete Integration '" + text(integration_id) +
                  "' as it is being used by " + std::to_string(routes) + " route(s)");
}
Error integration_arn_lacks_action() {
  return bad_request("AWS ARN for integration must contain path or action");
}
Error invalid_arn() { return bad_request("Invalid ARN specified in the request"); }
Error not_a_lambda_uri() {
  return bad_request(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose "
      "stream invocations.");
}
Error malformed_role_arn(std::string_view value) {
  return bad_request("Invalid ARN. ARN is not well formed " + text(value));
}
Error invalid_mapping_expression(std::string_view value) {
  return bad_request(
      "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid "
      "mapping expression specified: " +
      text(value) + "]");
}
Error invalid_selection_expression(std::string_view expression, std::string_view why) {
  return bad_request("Invalid selection expression " + text(expression) + ": " + text(why));
}
Error timeout_out_of_range() { return bad_request("Timeout should be between 50 ms and 29000 ms"); }
Error stage_exists() { return conflict("Stage already exists"); }
Error bad_stage_name() { return bad_request("Stage name only allows a-zA-Z0-9_-"); }
Error bad_stage_variable(std::string_view name) {
  return bad_request("Invalid stage variable " + text(name) +
                     ": names are letters, digits and _; values match [A-Za-z0-9-._~:/?#&=,]+");
}
Error no_routes_to_deploy() {
  return bad_request("At least one route is required before deploying the Api");
}
Error deployment_does_not_exist() { return bad_request("Deployment id does not exist"); }
Error deployment_in_use() {
  return bad_request("Active stages pointing to this deployment must be moved or deleted");
}
Error deployment_of_auto_stage() {
  return bad_request("Deployment id cannot be set on a stage with auto deploy enabled");
}
Error unknown_route_setting(std::string_view route_key) {
  return not_found("Unable to find Route by key " + text(route_key) +
                   " within the provided RouteSettings");
}
Error bad_throttle() { return bad_request("Throttling limits must not be negative"); }
Error too_many(std::string_view plural) {
  return bad_request("Maximum number of " + text(plural) + " for this API has been reached");
}
Error too_many_tags() { return bad_request("A resource can have at most 50 tags"); }
Error bad_page() { return bad_request("Invalid maxResults or nextToken specified"); }
Error unknown_tagged_resource() { return not_found("Invalid resource ARN specified"); }

Error invalid_model(std::string_view what) {
  return bad_request("Invalid model specified: Validation Result: warnings : [], errors : [" +
                     text(what) + "]");
}
Error unknown_model(std::string_view name) {
  return bad_request("Invalid model identifier specified: " + text(name));
}
Error bad_model_name(std::string_view name) {
  return bad_request("Model name must be alphanumeric: " + text(name));
}
Error model_name_taken() { return conflict("Model name already exists for this API"); }
Error model_in_use(std::string_view name, std::string_view kind, std::string_view by) {
  return conflict("Cannot delete model '" + text(name) + "', is referenced in " + text(kind) +
                  ": " + text(by));
}

Error unknown_domain() {
  return not_found("The domain name resource specified in the request was not found.");
}
Error domain_exists() { return conflict("The domain name you provided already exists."); }
Error bad_domain_name() { return bad_request("The domain name you provided is not valid."); }
Error only_regional_domains() {
  return bad_request("Only REGIONAL endpoint types are supported for this domain name.");
}
Error unknown_mapping() {
  return not_found("The api mapping resource specified in the request was not found.");
}
Error mapping_key_taken() { return conflict("ApiMapping key already exists for this domain name"); }
Error bad_mapping_key() {
  return bad_request(
      "API mapping key should contain only letters, numbers and $-_.+!*'()/ characters.");
}
Error mapping_key_slashes() {
  return bad_request("API mapping key should not start with a '/' or have consecutive '/'s.");
}
Error mapping_key_ends_with_slash() {
  return bad_request("API mapping key should not end with a '/'.");
}
Error mixed_protocols() {
  return bad_request("APIs of different protocol types cannot be mapped to the same domain name");
}
Error still_mapped(std::string_view noun) {
  return bad_request("Deleting " + text(noun) +
                     " failed. Please remove all base path mappings related to the " + text(noun) +
                     " in your domains before deletion.");
}

Error gone() { return Error{&kGone, "", {}}; }
Error limit_exceeded() { return Error{&kLimitExceeded, "", {}}; }
Error payload_too_large() { return Error{&kPayloadTooLarge, "", {}}; }
Error invalid_connection_id(std::string_view connection_id) {
  return bad_request("Invalid connectionId: " + text(connection_id));
}

}  // namespace fairlead::apigateway
