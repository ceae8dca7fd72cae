// Running `$connect`.
#include "services/apigateway/connect.h"

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "services/apigateway/authorization.h"
#include "services/apigateway/client_values.h"
#include "services/apigateway/events.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/integration_call.h"
#include "services/apigateway/integration_run.h"
#include "services/apigateway/proxy_response.h"
#include "services/apigateway/session.h"

namespace fairlead::apigateway {
namespace {

using platform::HandshakeReply;
using platform::HandshakeRequest;
using platform::HeaderList;

// One handshake on its way: what every step needs.
struct Handshake {
  Parts& parts;
  platform::Context& cx;
  const HandshakeRequest& request;
  const CompiledStage& stage;
  const CompiledRoute& route;
  const ConnectionFacts& facts;
  EventStamp stamp;

  HandshakeReply refuse(int status, std::string_view message) const {
    return refuse_after_routing(status, message, facts.connection_id, stamp.request_id);
  }
};

bool is_hop_by_hop(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "Connection",        "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "TE", "Trailer",
      "Transfer-Encoding", "Upgrade",    "Content-Length"};
  for (const std::string_view known : kNames) {
    if (equals_ignoring_case(name, known)) return true;
  }
  return false;
}

// Of an accepted handshake's headers only the sub-protocol survives (§3.5).
HandshakeReply accept(const HeaderList& headers) {
  HandshakeReply reply;
  if (const std::string* protocol = find_header(headers, "Sec-WebSocket-Protocol")) {
    reply.headers.emplace_back("Sec-WebSocket-Protocol", *protocol);
  }
  return reply;
}

HandshakeReply pass_on(const Handshake& handshake, ProxyResponse response) {
  HandshakeReply reply;
  reply.status = response.status;
  for (auto& header : response.headers) {
    if (!is_hop_by_hop(header.first)) reply.headers.push_back(std::move(header));
  }
  if (!find_header(reply.headers, "Content-Type") && !response.body.empty()) {
    reply.headers.emplace_back("Content-Type", "application/json");
  }
  reply.headers.emplace_back("x-amz-apigw-id", handshake.stamp.request_id);
  if (response.status != 304) reply.body = std::move(response.body);
  return reply;
}

HandshakeReply run_lambda(const Handshake& handshake) {
  const CallResult result =
      call_lambda(handshake.parts, handshake.stage, handshake.route,
                  connect_event(handshake.stage, handshake.facts, handshake.stamp,
                                handshake.request, handshake.cx.scheme));
  switch (result.outcome) {
    case CallResult::Outcome::kTimedOut:
      return handshake.refuse(504, kEndpointTimedOut);
    case CallResult::Outcome::kFailed:
      return handshake.refuse(500, kInternalServerError);
    case CallResult::Outcome::kFunctionError:
      return handshake.refuse(502, kInternalServerError);
    case CallResult::Outcome::kAnswered:
      break;
  }
  auto response = read_proxy_response(result.payload);
  if (!response) return handshake.refuse(502, kInternalServerError);
  if (response->status / 100 == 2) return accept(response->headers);
  return pass_on(handshake, std::move(*response));
}

HandshakeReply run_mock(const Handshake& handshake) {
  std::string scratch;
  const Mock::Answer answer = handshake.route.mock->answer("", scratch);
  switch (answer.outcome) {
    case Mock::Outcome::kUnsupported:
      return handshake.refuse(415, kUnsupportedMediaType);
    case Mock::Outcome::kNoResponse:
      return handshake.refuse(500, kInternalServerError);
    case Mock::Outcome::kAnswer:
      break;
  }
  if (answer.status / 100 == 2) return accept({});
  if (answer.status < 200) return handshake.refuse(502, kInternalServerError);
  ProxyResponse response;
  response.status = answer.status;
  response.body = answer.body;
  return pass_on(handshake, std::move(response));
}

HandshakeReply run_mapped(const Handshake& handshake) {
  IntegrationEvent event{IntegrationEvent::Kind::kConnect,
                         handshake.stage,
                         handshake.route,
                         handshake.facts,
                         handshake.stamp,
                         {}};
  event.handshake = &handshake.request;
  event.scheme = handshake.cx.scheme;
  IntegrationResult result = run_integration(handshake.parts, event);
  switch (result.outcome) {
    case IntegrationResult::Outcome::kTimedOut:
      return handshake.refuse(504, kEndpointTimedOut);
    case IntegrationResult::Outcome::kFailed:
      return handshake.refuse(500, kInternalServerError);
    case IntegrationResult::Outcome::kUnsupported:
      return handshake.refuse(415, kUnsupportedMediaType);
    case IntegrationResult::Outcome::kAnswered:
      break;
  }
  if (result.status / 100 == 2) return accept(result.headers);
  if (result.status < 200) return handshake.refuse(502, kInternalServerError);
  ProxyResponse response;
  response.status = result.status;
  response.headers = std::move(result.headers);
  response.body = std::move(result.body);
  return pass_on(handshake, std::move(response));
}

// "" when everything that requestParameters demands is there.
std::string missing_parameters(const CompiledRoute& route, const HandshakeRequest& request) {
  std::string missing;
  if (route.required.empty()) return missing;
  const GroupedValues query = handshake_query(request.query);
  for (const RequiredParameter& parameter : route.required) {
    bool found = parameter.place == RequiredParameter::Place::kHeader &&
                 find_header(*request.headers, parameter.name);
    if (parameter.place == RequiredParameter::Place::kQuery) {
      for (const auto& group : query) found = found || group.first == parameter.name;
    }
    if (!found) missing.append(missing.empty() ? "" : ", ").append(parameter.name);
  }
  return missing;
}

HandshakeReply run_connect_route(const Handshake& handshake) {
  const std::string missing = missing_parameters(handshake.route, handshake.request);
  if (!missing.empty()) {
    return handshake.refuse(400, "Missing required request parameters: [" + missing + "]");
  }
  switch (handshake.route.target) {
    case CompiledRoute::Target::kNone:
      return accept({});
    case CompiledRoute::Target::kLambda:
      return run_lambda(handshake);
    case CompiledRoute::Target::kMock:
      return run_mock(handshake);
    case CompiledRoute::Target::kMapped:
      return run_mapped(handshake);
    case CompiledRoute::Target::kBroken:
      break;
  }
  log_debug("$connect cannot work",
            {{"api", handshake.stage.api_id}, {"problem", handshake.route.problem}});
  return handshake.refuse(500, kInternalServerError);
}

std::shared_ptr<ConnectionFacts> facts_of(const Parts& parts, const platform::Context& cx,
                                          const HandshakeRequest& request,
                                          const CompiledStage& stage) {
  auto facts = std::make_shared<ConnectionFacts>();
  facts->connected_at_ms = parts.clock.now_ms();
  facts->connection_id = new_connection_id(facts->connected_at_ms);
  facts->api_id = stage.api_id;
  facts->stage = stage.stage;
  facts->domain_name = repair_utf8(cx.host);
  facts->source_ip = request.peer_ip;
  if (const std::string* agent = find_header(*request.headers, "User-Agent")) {
    facts->user_agent = repair_utf8(*agent);
  }
  return facts;
}

}  // namespace

HandshakeReply connect_to_stage(Parts& parts, platform::Context& cx,
                                const HandshakeRequest& request, std::shared_ptr<StageSlot> slot,
                                const CompiledStage& stage) {
  auto facts = facts_of(parts, cx, request, stage);
  EventStamp stamp;
  stamp.time_ms = parts.clock.now_ms();
  stamp.request_id = new_gateway_request_id(stamp.time_ms);

  HandshakeReply reply;
  if (stage.connect) {
    if (auto refusal = authorise({parts, cx, request, stage, *facts, stamp})) {
      return std::move(*refusal);
    }
    reply = run_connect_route({parts, cx, request, stage, *stage.connect, *facts, stamp});
    if (reply.status != 101) return reply;
  }
  // Before anyone can see the 101: what is not on disk would get no `$disconnect` after a crash.
  const Status remembered = parts.connections.remember(*facts);
  if (!remembered.ok()) {
    log_error("a connection could not be recorded", {{"problem", remembered.error().message}});
    return refuse_after_routing(500, kInternalServerError, facts->connection_id, stamp.request_id);
  }
  reply.session = std::make_shared<Session>(parts, std::move(slot), std::move(facts));
  return reply;
}

}  // namespace fairlead::apigateway
