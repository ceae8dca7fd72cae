// The WebSocketGateway port: addresses to stages, and the connections a crash left behind.
#include "services/apigateway/apigateway.h"

#include "base/log.h"
#include "services/apigateway/connect.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/parts.h"
#include "services/apigateway/session.h"

namespace fairlead::apigateway {

using platform::HandshakeReply;

ApiGateway::ApiGateway(storage::Store& store, platform::Invoker& invoker, platform::Pusher& pusher,
                       Clock& clock, ApiGatewayOptions options)
    : parts_(std::make_unique<Parts>(store, invoker, pusher, clock, std::move(options))) {}

ApiGateway::~ApiGateway() = default;

void ApiGateway::set_callers(IntegrationCallers callers) { parts_->callers = callers; }

namespace {

HandshakeReply forbidden(const platform::Context& cx) {
  return refuse_before_routing(cx, 403, "ForbiddenException", kForbidden);
}

HandshakeReply throttled(const platform::Context& cx) {
  return refuse_before_routing(cx, 429, "TooManyRequestsException", kThrottled);
}

bool may_connect(Parts& parts, const CompiledStage& stage) {
  const std::int64_t now = parts.clock.monotonic_ms();
  AccountBuckets& account = parts.accounts.of(stage.account, stage.region);
  if (account.connects && !account.connects->take(now)) return false;
  if (account.requests && !account.requests->take(now)) return false;
  return !stage.connect_throttle || stage.connect_throttle->take(now);
}

}  // namespace

HandshakeReply ApiGateway::connect(platform::Context& cx,
                                   const platform::HandshakeRequest& request) {
  auto slot = parts_->stages.find(cx.api_id, cx.stage);
  if (!slot.ok()) {
    log_error("a stage could not be read", {{"problem", slot.error().message}});
    return refuse_before_routing(cx, 500, "InternalServerErrorException", kInternalServerError);
  }
  const auto stage = slot.value() ? slot.value()->current() : nullptr;
  if (!stage || slot.value()->retired()) return forbidden(cx);
  if (stage->endpoint_disabled && !request.custom_domain) return forbidden(cx);
  if (!may_connect(*parts_, *stage)) return throttled(cx);
  return connect_to_stage(*parts_, cx, request, std::move(slot).value(), *stage);
}

HandshakeReply ApiGateway::plain_request(platform::Context& cx, const platform::HandshakeRequest&) {
  return forbidden(cx);
}

std::optional<platform::WebSocketGateway::Owner> ApiGateway::owner_of_api(std::string_view api_id) {
  return parts_->stages.owner_of(api_id);
}

std::optional<platform::WebSocketGateway::DomainRoute> ApiGateway::resolve_domain(
    std::string_view host, std::string_view path) {
  return parts_->domains.resolve(host, path);
}

std::optional<platform::WebSocketGateway::ConnectionPlace> ApiGateway::place_of(
    std::string_view connection_id) {
  const auto facts = parts_->connections.find(connection_id);
  if (!facts) return std::nullopt;
  const auto owner = parts_->stages.owner_of(facts->api_id);
  if (!owner) return std::nullopt;
  return ConnectionPlace{owner->account, owner->region, facts->api_id, facts->stage};
}

void ApiGateway::disconnect_survivors() {
  constexpr std::size_t kAtATime = 10'000;
  std::size_t ended = 0;
  for (;;) {
    auto left = parts_->connections.survivors(kAtATime);
    if (!left.ok()) {
      log_error("connections of the last run could not be read",
                {{"problem", left.error().message}});
      return;
    }
    for (const ConnectionFacts& facts : left.value()) {
      const auto slot = parts_->stages.find(facts.api_id, facts.stage);
      const auto stage = slot.ok() && slot.value() ? slot.value()->current() : nullptr;
      // A store that refuses would hand the same connections out for ever.
      if (!end_connection(*parts_, stage.get(), facts, 1006, "")) return;
      ++ended;
    }
    if (left.value().size() < kAtATime) break;
  }
  if (ended > 0) log_info("ended the connections of the last run", {{"connections", ended}});
}

}  // namespace fairlead::apigateway
