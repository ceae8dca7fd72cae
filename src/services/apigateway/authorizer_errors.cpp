// The words of authorizers' errors.
#include "services/apigateway/authorizer_errors.h"

#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

namespace {
std::string text(std::string_view view) { return std::string(view); }
}  // namespace

Error authorizer_type_missing() {
  return bad_request("Invalid request input. CreateAuthorizer input is missing authorizer type.");
}
Error unknown_authorizer_type(std::string_view type) {
  return bad_request("Invalid authorizer type " + text(type) + ". Must be one of [REQUEST, JWT]");
}
Error unknown_authorization_type(std::string_view type) {
  return bad_request("Invalid authorization type " + text(type) +
                     ". Must be one of [NONE, AWS_IAM, CUSTOM, JWT]");
}
Error authorizer_name_taken(std::string_view name) {
  return bad_request("Authorizer name must be unique. Authorizer " + text(name) +
                     " already exists in this RestApi.");
}
Error authorizer_in_use(std::string_view authorizer_id) {
  return Error{
      &kConflict, "Cannot delete Authorizer '" + text(authorizer_id) + "' as it is being used", {}};
}
Error jwt_not_on_websocket() {
  return bad_request("Authorizer type JWT cannot be set for WEBSOCKET protocol Apis");
}
Error cannot_be_set_on_websocket(std::string_view member) {
  return bad_request(text(member) + " cannot be set for WEBSOCKET protocol Apis");
}
Error bad_payload_format_version() {
  return bad_request("AuthorizerPayloadFormatVersion must be one of [1.0, 2.0]");
}
Error simple_responses_need_version_2() {
  return bad_request("EnableSimpleResponses requires AuthorizerPayloadFormatVersion 2.0");
}
Error custom_needs_authorizer() {
  return bad_request(
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid "
      "authorizer.");
}
Error jwt_needs_authorizer() {
  return bad_request(
      "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT "
      "authorizer.");
}
Error api_keys_not_on_http() {
  return bad_request("ApiKeyRequired is not currently supported for HTTP APIs");
}

}  // namespace fairlead::apigateway
