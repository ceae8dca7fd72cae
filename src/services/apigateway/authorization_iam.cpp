// AWS_IAM on `$connect`: a signed handshake of somebody we know (reference/websocket-api.md §4.5).
#include "base/text.h"
#include "services/apigateway/authorization.h"
#include "services/apigateway/frames.h"

namespace fairlead::apigateway {
namespace {

// The one place where a caller's policies will be asked for execute-api:Invoke. Until IAM enforces
// policies everyone of the API's own account may; WebSocket APIs have no resource policy, so
// nobody else can.
bool may_invoke(const platform::Principal& caller, const CompiledStage& stage) {
  return caller.account == stage.account;
}

// AWS shows the last four digits of the account (§14.6).
std::string masked(const std::string& arn, const std::string& account) {
  std::string shown = arn;
  const std::size_t at = shown.find(":" + account + ":");
  if (at != std::string::npos && account.size() == 12) shown.replace(at + 1, 8, "********");
  return shown;
}

}  // namespace

std::optional<platform::HandshakeReply> authorise_by_signature(const Entrant& entrant) {
  platform::Context& cx = entrant.cx;
  if (!entrant.request.authenticate) {
    return refuse_before_routing(cx, 403, "MissingAuthenticationTokenException",
                                 "Missing Authentication Token");
  }
  const Status known = entrant.request.authenticate(cx);
  if (!known.ok()) {
    const Error& error = known.error();
    return refuse_before_routing(cx, error.code->http_status, error.code->name, error.message);
  }
  const platform::Principal& caller = cx.caller;
  if (!may_invoke(caller, entrant.stage)) {
    return refuse_before_routing(
        cx, 403, "AccessDeniedException",
        "User: " + caller.arn + " is not authorized to perform: execute-api:Invoke on resource: " +
            masked(entrant.stage.connect->source_arn, entrant.stage.account));
  }
  ClientIdentity& identity = entrant.facts.identity;
  identity.access_key = caller.access_key;
  identity.account_id = caller.account;
  identity.caller = caller.user_id;
  identity.user = caller.user_id;
  identity.user_arn = caller.arn;
  return std::nullopt;
}

}  // namespace fairlead::apigateway
