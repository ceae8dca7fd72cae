// What happens on an open connection.
#include "services/apigateway/session.h"

#include "base/check.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "services/apigateway/events.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/integration_call.h"
#include "services/apigateway/integration_run.h"
#include "services/apigateway/proxy_response.h"

namespace fairlead::apigateway {

namespace {
TokenBucket* requests_of_account(Parts& parts, const StageSlot& slot) {
  const auto stage = slot.current();
  return stage ? parts.accounts.of(stage->account, stage->region).requests.get() : nullptr;
}
}  // namespace

Session::Session(Parts& parts, std::shared_ptr<StageSlot> slot,
                 std::shared_ptr<const ConnectionFacts> facts)
    : parts_(parts),
      slot_(std::move(slot)),
      facts_(std::move(facts)),
      account_requests_(requests_of_account(parts, *slot_)) {}

Session::~Session() {
  if (closed_.load()) return;
  ODD("a session was dropped without being closed");
  parts_.connections.leave(facts_->connection_id);
}

void Session::established() {
  parts_.connections.enter(facts_);
  // The socket may have closed before it was established: then nobody else takes it out.
  if (closed_.load()) {
    parts_.connections.leave(facts_->connection_id);
    return;
  }
  // Its stage was deleted while `$connect` ran.
  if (slot_->retired()) parts_.pusher.close(facts_->connection_id, 1001, "Going away");
}

std::string Session::error(std::string_view message) const {
  return error_frame(message, facts_->connection_id, new_gateway_request_id(parts_.clock.now_ms()));
}

bool Session::may_pass(const CompiledRoute& route) const {
  if (!route.throttle && !account_requests_) return true;
  const std::int64_t now_ms = parts_.clock.monotonic_ms();
  if (route.throttle && !route.throttle->take(now_ms)) return false;
  return !account_requests_ || account_requests_->take(now_ms);
}

std::optional<std::string> Session::message(std::string text) {
  const std::shared_ptr<const CompiledStage> stage = slot_->current();
  if (!stage || slot_->retired()) return error(kForbidden);
  std::string scratch;
  const CompiledRoute* route = stage->route_of(text, scratch);
  if (!route) return error(kForbidden);
  if (!may_pass(*route)) return error(kThrottled);
  if (route->body_check) {
    if (const auto problem = route->body_check->problem(text)) return bad_body(*route, *problem);
  }
  switch (route->target) {
    case CompiledRoute::Target::kMock:
      return run_mock(*route, text, scratch);
    case CompiledRoute::Target::kLambda:
      return run_lambda(*stage, *route, text);
    case CompiledRoute::Target::kMapped:
      return run_mapped(*stage, *route, text);
    case CompiledRoute::Target::kNone:
    case CompiledRoute::Target::kBroken:
      break;
  }
  log_debug("a message met a route that cannot work",
            {{"api", facts_->api_id}, {"route", route->key}, {"problem", route->problem}});
  return error(kInternalServerError);
}

std::string Session::bad_body(const CompiledRoute& route, const std::string& problem) const {
  log_debug("a message did not fit its model",
            {{"api", facts_->api_id}, {"route", route.key}, {"problem", problem}});
  return bad_body_frame(facts_->connection_id, new_gateway_request_id(parts_.clock.now_ms()));
}

std::optional<std::string> Session::run_mock(const CompiledRoute& route, std::string_view text,
                                             std::string& scratch) const {
  const Mock::Answer answer = route.mock->answer(text, scratch);
  switch (answer.outcome) {
    case Mock::Outcome::kAnswer:
      if (route.reply == CompiledRoute::Reply::kNone) return std::nullopt;
      return std::string(answer.body);
    case Mock::Outcome::kNoResponse:
      return error(kInternalServerError);
    case Mock::Outcome::kUnsupported:
      return error(kUnsupportedMediaType);
  }
  return std::nullopt;
}

std::optional<std::string> Session::run_lambda(const CompiledStage& stage,
                                               const CompiledRoute& route,
                                               std::string_view text) const {
  EventStamp stamp;
  stamp.time_ms = parts_.clock.now_ms();
  stamp.request_id = new_gateway_request_id(stamp.time_ms);
  const auto fail = [&](std::string_view message) {
    return error_frame(message, facts_->connection_id, stamp.request_id);
  };
  const CallResult result =
      call_lambda(parts_, stage, route, message_event(stage, *facts_, stamp, route.key, text));
  if (result.outcome == CallResult::Outcome::kTimedOut) return fail(kEndpointTimedOut);
  if (result.outcome != CallResult::Outcome::kAnswered) return fail(kInternalServerError);

  ProxyResponse response;
  if (!is_null_payload(result.payload)) {
    auto read = read_proxy_response(result.payload);
    if (!read) return fail(kInternalServerError);
    response = std::move(*read);
  }
  if (route.reply == CompiledRoute::Reply::kNone) return std::nullopt;
  if (response.body.size() > limits::kMaxMessage) return fail(kInternalServerError);
  if (!is_valid_utf8(response.body)) return repair_utf8(response.body);
  return std::move(response.body);
}

std::optional<std::string> Session::run_mapped(const CompiledStage& stage,
                                               const CompiledRoute& route,
                                               std::string_view text) const {
  EventStamp stamp;
  stamp.time_ms = parts_.clock.now_ms();
  stamp.request_id = new_gateway_request_id(stamp.time_ms);
  const auto fail = [&](std::string_view message) {
    return error_frame(message, facts_->connection_id, stamp.request_id);
  };
  IntegrationResult result = run_integration(
      parts_, {IntegrationEvent::Kind::kMessage, stage, route, *facts_, stamp, text});
  switch (result.outcome) {
    case IntegrationResult::Outcome::kTimedOut:
      return fail(kEndpointTimedOut);
    case IntegrationResult::Outcome::kFailed:
      return fail(kInternalServerError);
    case IntegrationResult::Outcome::kUnsupported:
      return fail(kUnsupportedMediaType);
    case IntegrationResult::Outcome::kAnswered:
      break;
  }
  if (route.reply == CompiledRoute::Reply::kNone) return std::nullopt;
  if (result.body.size() > limits::kMaxMessage) return fail(kInternalServerError);
  if (!is_valid_utf8(result.body)) return repair_utf8(result.body);
  return std::move(result.body);
}

void Session::closed(int code, std::string_view reason) {
  if (closed_.exchange(true)) {
    ODD("a session was closed twice");
    return;
  }
  parts_.connections.leave(facts_->connection_id);
  end_connection(parts_, slot_->current().get(), *facts_, code, reason);
}

namespace {
// What the event says where the wire had no words of its own (§13.4).
std::string_view reason_text(int code, std::string_view reason) {
  if (code == 1005) return "Client-side close frame status not set";
  if (code == 1006) return "Connection closed abnormally";
  return reason;
}

// Whatever comes of it: nobody is left to be told.
void run_disconnect(Parts& parts, const CompiledStage& stage, const CompiledRoute& route,
                    const ConnectionFacts& facts, int code, std::string_view reason) {
  EventStamp stamp;
  stamp.time_ms = parts.clock.now_ms();
  stamp.request_id = new_gateway_request_id(stamp.time_ms);
  if (route.target == CompiledRoute::Target::kLambda) {
    call_lambda(parts, stage, route, disconnect_event(stage, facts, stamp, code, reason));
  } else if (route.target == CompiledRoute::Target::kMapped) {
    IntegrationEvent event{IntegrationEvent::Kind::kDisconnect, stage, route, facts, stamp, {}};
    event.close_code = code;
    event.close_reason = reason;
    run_integration(parts, event);
  }
}

}  // namespace

bool end_connection(Parts& parts, const CompiledStage* stage, const ConnectionFacts& facts,
                    int code, std::string_view reason) {
  const CompiledRoute* route = stage ? stage->disconnect : nullptr;
  if (route) run_disconnect(parts, *stage, *route, facts, code, reason_text(code, reason));
  const Status forgotten = parts.connections.forget(facts.connection_id);
  if (forgotten.ok()) return true;
  log_error("a closed connection's record could not be erased",
            {{"connection", facts.connection_id}, {"problem", forgotten.error().message}});
  return false;
}

}  // namespace fairlead::apigateway
