// ClientIdentity: what authorising a handshake found out about the client. It never changes while
// the connection lives, is told to every later event, and is kept in the connection's record so
// that a `$disconnect` after a crash still has it (reference/websocket-api.md §4.4 and §4.5).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace fairlead::apigateway {

struct ClientIdentity {
  // CUSTOM: the authorizer's principalId and context, every value as text.
  std::string principal_id;
  std::vector<std::pair<std::string, std::string>> context;
  std::string authorizer_members;  // both as JSON members, for events; empty: no authorizer ran

  // AWS_IAM: requestContext.identity. Empty: the route does not ask for it.
  std::string access_key, account_id, caller, user, user_arn;

  // apiKeyRequired.
  std::string api_key, api_key_id;

  // Makes `authorizer_members` of the two above it.
  void write_authorizer_members();
  // Null when there is nothing to say: most connections are anonymous.
  Json document() const;
  static ClientIdentity of_document(const Json& document);
};

}  // namespace fairlead::apigateway
