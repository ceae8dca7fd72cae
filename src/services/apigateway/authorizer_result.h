// What a Lambda authorizer returned, read and checked (reference/websocket-api.md §4.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/iam/policy.h"
#include "services/apigateway/client_identity.h"

namespace fairlead::apigateway {

struct AuthorizerResult {
  ClientIdentity identity;  // principalId and context
  iam::Policy policy;
  std::string usage_key;  // usageIdentifierKey
};

// Nothing when it is not of the form that AWS asks for, or larger than 8 KiB.
std::optional<AuthorizerResult> read_authorizer_result(std::string_view payload);

}  // namespace fairlead::apigateway
