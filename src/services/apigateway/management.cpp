// @connections (reference/websocket-api.md §14): send to, look at and close an open connection.
#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

// The connection that is meant, if the address may speak of it. A connection can be addressed
// through any stage of its API; one of another API is as good as gone, and so is one whose 101 has
// not been sent or whose close has begun.
Result<std::shared_ptr<const ConnectionFacts>> require_connection(Parts& parts, const Context& cx,
                                                                  const Json& input) {
  const std::string id = text_of(input, "ConnectionId");
  if (!is_connection_id(id)) return invalid_connection_id(id);
  auto facts = parts.connections.find(id);
  if (!facts) return gone();
  if (!cx.api_id.empty() && cx.api_id != facts->api_id) return gone();
  const auto owner = parts.stages.owner_of(facts->api_id);
  if (!owner || owner->account != cx.account) return gone();
  return facts;
}

// Callbacks count against the account's request rate (§17).
Status require_rate(Parts& parts, const Context& cx) {
  AccountBuckets& account = parts.accounts.of(cx.account, cx.region);
  if (!account.requests || account.requests->take(parts.clock.monotonic_ms())) return {};
  return limit_exceeded();
}

Status outcome_of(platform::Pushed pushed) {
  switch (pushed) {
    case platform::Pushed::kSent:
      return {};
    case platform::Pushed::kGone:
      return gone();
    case platform::Pushed::kBackedUp:
      return limit_exceeded();
  }
  return gone();
}

}  // namespace

Result<platform::Reply> post_to_connection(Parts& parts, Context& cx, platform::Request& request) {
  TRY(require_rate(parts, cx));
  const auto facts = require_connection(parts, cx, request.input);
  if (request.body.size() > limits::kMaxMessage) {
    const bool malformed = !facts.ok() && facts.error().code == &kBadRequest;
    return malformed ? facts.error() : payload_too_large();
  }
  if (!facts.ok()) return facts.error();
  const std::string& id = facts.value()->connection_id;
  // Frames are always text, whatever was posted.
  TRY(outcome_of(is_valid_utf8(request.body) ? parts.pusher.push(id, request.body)
                                             : parts.pusher.push(id, repair_utf8(request.body))));
  platform::Reply reply;
  reply.headers.emplace_back("Content-Type", "application/json");  // of an empty body, as AWS
  return reply;
}

Result<platform::Reply> get_connection(Parts& parts, Context& cx, platform::Request& request) {
  TRY(require_rate(parts, cx));
  const auto facts = TRY(require_connection(parts, cx, request.input));
  const auto last_active_ms = parts.pusher.last_active_ms(facts->connection_id);
  if (!last_active_ms) return gone();
  Json identity = Json::object({{"sourceIp", facts->source_ip}});
  if (!facts->user_agent.empty()) identity.set("userAgent", facts->user_agent);
  platform::Reply reply;
  reply.body =
      write_json_pretty(Json::object({{"identity", std::move(identity)},
                                      {"connectedAt", iso8601_millis(facts->connected_at_ms)},
                                      {"lastActiveAt", iso8601_millis(*last_active_ms)}}));
  return reply;
}

Result<platform::Reply> delete_connection(Parts& parts, Context& cx, platform::Request& request) {
  TRY(require_rate(parts, cx));
  const auto facts = TRY(require_connection(parts, cx, request.input));
  const std::string& id = facts->connection_id;
  if (parts.pusher.close(id, 1000, "Connection Closed Normally") == platform::Pushed::kGone) {
    return gone();
  }
  parts.connections.leave(id);  // from now on 410, though the close handshake still runs
  platform::Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace fairlead::apigateway
