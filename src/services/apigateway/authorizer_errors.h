// What goes wrong around authorizers and route authorisation, in AWS's words where they were
// recorded (reference/websocket-api.md §15.7).
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

Error authorizer_type_missing();
Error unknown_authorizer_type(std::string_view type);
Error unknown_authorization_type(std::string_view type);
Error authorizer_name_taken(std::string_view name);
Error authorizer_in_use(std::string_view authorizer_id);
Error jwt_not_on_websocket();
Error cannot_be_set_on_websocket(std::string_view member);  // in the model's spelling
Error bad_payload_format_version();
Error simple_responses_need_version_2();
Error custom_needs_authorizer();
Error jwt_needs_authorizer();
Error api_keys_not_on_http();

}  // namespace fairlead::apigateway
