// A Lambda authorizer on `$connect` (reference/websocket-api.md §4.1 to §4.4). Its answer is never
// cached.
#include "base/clock.h"
#include "base/json_parse.h"
#include "base/log.h"
#include "lang/iam/evaluate.h"
#include "services/apigateway/authorization.h"
#include "services/apigateway/authorizer_result.h"
#include "services/apigateway/client_values.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/integration_call.h"

namespace fairlead::apigateway {
namespace {

using platform::HandshakeReply;

constexpr std::string_view kDenied =
    "User is not authorized to access this resource with an explicit deny in an identity-based "
    "policy";
constexpr std::string_view kNotAllowed =
    "User is not authorized to access this resource because no identity-based policy allows the "
    "execute-api:Invoke action";

// `context.…` of an identity source. `eventType` and `messageDirection` do not resolve.
std::string context_value(const Entrant& entrant, std::string_view name) {
  const ConnectionFacts& facts = entrant.facts;
  if (name == "connectionId") return facts.connection_id;
  if (name == "connectedAt") return std::to_string(facts.connected_at_ms);
  if (name == "requestTimeEpoch") return std::to_string(entrant.stamp.time_ms);
  if (name == "requestTime") return request_time(entrant.stamp.time_ms);
  if (name == "requestId" || name == "extendedRequestId") return entrant.stamp.request_id;
  if (name == "apiId") return facts.api_id;
  if (name == "stage") return facts.stage;
  if (name == "domainName") return facts.domain_name;
  if (name == "routeKey") return "$connect";
  if (name == "identity.sourceIp") return facts.source_ip;
  if (name == "identity.userAgent") return facts.user_agent;
  return {};
}

bool is_present(const Entrant& entrant, const IdentitySource& source, const Json& variables) {
  switch (source.place) {
    case IdentitySource::Place::kHeader: {
      const std::string* header = find_header(*entrant.request.headers, source.name);
      return header && !header->empty();
    }
    case IdentitySource::Place::kQuery:
      for (const auto& [name, values] : handshake_query(entrant.request.query)) {
        if (name == source.name) return !values.back().empty();
      }
      return false;
    case IdentitySource::Place::kContext:
      return !context_value(entrant, source.name).empty();
    case IdentitySource::Place::kStageVariable:
      return !variables[source.name].string_or("").empty();
  }
  return false;
}

bool has_identity(const Entrant& entrant, const std::vector<IdentitySource>& sources) {
  Json variables;
  if (!sources.empty() && !entrant.stage.stage_variables.empty()) {
    auto parsed = parse_json(entrant.stage.stage_variables);
    if (parsed.ok()) variables = std::move(parsed).value();
  }
  for (const IdentitySource& source : sources) {
    if (!is_present(entrant, source, variables)) return false;
  }
  return true;
}

iam::AccessRequest access_request(const Entrant& entrant) {
  iam::AccessRequest request;
  request.action = "execute-api:Invoke";
  request.resource = entrant.stage.connect->source_arn;
  request.context.set("aws:SourceIp", entrant.facts.source_ip);
  request.context.set("aws:CurrentTime", iso8601_seconds(entrant.stamp.time_ms));
  request.context.set("aws:EpochTime", std::to_string(entrant.stamp.time_ms / 1000));
  const bool secure = entrant.cx.scheme == "https" || entrant.cx.scheme == "wss";
  request.context.set("aws:SecureTransport", secure ? "true" : "false");
  if (!entrant.facts.user_agent.empty()) {
    request.context.set("aws:UserAgent", entrant.facts.user_agent);
  }
  if (const std::string* referer = find_header(*entrant.request.headers, "Referer")) {
    request.context.set("aws:Referer", *referer);
  }
  return request;
}

// A function that throws this one word means "who are you?"; everything else is a fault.
bool says_unauthorized(const std::string& payload) {
  const auto error = parse_json(payload);
  return error.ok() && (*error)["errorMessage"].string_or("") == "Unauthorized";
}

}  // namespace

std::optional<HandshakeReply> authorise_by_lambda(const Entrant& entrant, std::string& usage_key) {
  const ConnectAuthorization& authorization = *entrant.stage.authorization;
  const std::string& connection_id = entrant.facts.connection_id;
  const std::string& request_id = entrant.stamp.request_id;
  const auto refuse = [&](int status, std::string_view message) {
    return refuse_after_routing(status, message, connection_id, request_id);
  };
  if (!has_identity(entrant, authorization.sources)) return refuse(401, kUnauthorized);

  const std::int64_t began_ms = entrant.parts.clock.monotonic_ms();
  const CallResult result =
      call_lambda(entrant.parts, entrant.stage, authorization.authorizer,
                  authorizer_event(entrant.stage, entrant.facts, entrant.stamp, entrant.request,
                                   entrant.cx.scheme));
  entrant.stamp.authorizer_latency_ms = entrant.parts.clock.monotonic_ms() - began_ms;
  if (result.outcome == CallResult::Outcome::kFunctionError && says_unauthorized(result.payload)) {
    return refuse(401, kUnauthorized);
  }
  if (result.outcome != CallResult::Outcome::kAnswered) return refuse(500, kInternalServerError);

  auto read = read_authorizer_result(result.payload);
  if (!read) {
    log_debug("an authorizer's result is malformed", {{"api", entrant.stage.api_id}});
    return refuse_without_message(500, connection_id, request_id);
  }
  switch (iam::evaluate(read->policy, access_request(entrant))) {
    case iam::Decision::kDenied:
      return refuse(403, kDenied);
    case iam::Decision::kNoOpinion:
      return refuse(403, kNotAllowed);
    case iam::Decision::kAllowed:
      break;
  }
  entrant.facts.identity = std::move(read->identity);
  usage_key = std::move(read->usage_key);
  return std::nullopt;
}

}  // namespace fairlead::apigateway
