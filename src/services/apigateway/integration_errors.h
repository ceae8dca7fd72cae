// Errors of integrations and their mappings, one named factory each (reference/websocket-api.md
// §15.7); errors.h has the room's others.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

Error bad_template(std::string_view key, std::string_view why);
Error missing_integration_method();
Error bad_integration_method(std::string_view method);
Error bad_http_uri();
Error bad_passthrough(std::string_view value);
Error missing_credentials();

}  // namespace fairlead::apigateway
