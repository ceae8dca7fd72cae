// Wordings of integrations' errors. Nobody recorded most of them for WebSocket APIs; where REST
// APIs have one it is theirs.
#include "services/apigateway/integration_errors.h"

#include <string>

#include "services/apigateway/errors.h"

namespace fairlead::apigateway {
namespace {
std::string text(std::string_view view) { return std::string(view); }
}  // namespace

Error bad_template(std::string_view key, std::string_view why) {
  return bad_request("Invalid mapping template specified for " + text(key) + ": " + text(why));
}
Error missing_integration_method() {
  return bad_request("Enumeration value for HttpMethod must be non-empty");
}
Error bad_integration_method(std::string_view method) {
  return bad_request("Invalid HTTP method specified: " + text(method));
}
Error bad_http_uri() { return bad_request("Invalid HTTP endpoint specified for URI"); }
Error bad_passthrough(std::string_view value) {
  return bad_request("Invalid passthroughBehavior specified: " + text(value));
}
Error missing_credentials() {
  return bad_request("Role ARN must be specified for AWS integrations");
}

}  // namespace fairlead::apigateway
