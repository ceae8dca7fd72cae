// Values of an event (reference/websocket-api.md §10.3 and §11).
#include "services/apigateway/event_values.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::apigateway {
namespace {

using From = ParameterSource::From;

Json parsed(std::string_view text) {
  if (text.empty()) return Json::object();
  auto value = parse_json(text);
  return value.ok() ? std::move(value).value() : Json();
}

Json identity_of(const ConnectionFacts& facts) {
  const ClientIdentity& client = facts.identity;
  Json identity = Json::object({{"sourceIp", facts.source_ip}});
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) identity.set(name, value);
  };
  add("userAgent", facts.user_agent);
  add("accountId", client.account_id);
  add("caller", client.caller);
  add("user", client.user);
  add("userArn", client.user_arn);
  add("accessKey", client.access_key);
  add("apiKey", client.api_key);
  add("apiKeyId", client.api_key_id);
  return identity;
}

Json context_of(const IntegrationEvent& event) {
  static constexpr std::string_view kTypes[] = {"CONNECT", "MESSAGE", "DISCONNECT"};
  const ConnectionFacts& facts = event.facts;
  Json context = Json::object({{"apiId", facts.api_id},
                               {"connectedAt", facts.connected_at_ms},
                               {"connectionId", facts.connection_id},
                               {"domainName", facts.domain_name},
                               {"eventType", kTypes[static_cast<int>(event.kind)]},
                               {"extendedRequestId", event.stamp.request_id},
                               {"identity", identity_of(facts)},
                               {"messageDirection", "IN"},
                               {"requestId", event.stamp.request_id},
                               {"requestTime", request_time(event.stamp.time_ms)},
                               {"requestTimeEpoch", event.stamp.time_ms},
                               {"routeKey", event.route.key},
                               {"stage", facts.stage}});
  if (event.kind == IntegrationEvent::Kind::kMessage) {
    context.set("messageId", new_connection_id(event.stamp.time_ms));
  }
  if (event.kind == IntegrationEvent::Kind::kDisconnect) {
    context.set("disconnectStatusCode", event.close_code);
    context.set("disconnectReason", event.close_reason);
  }
  if (!facts.identity.authorizer_members.empty()) {
    Json authorizer = Json::object({{"principalId", facts.identity.principal_id}});
    for (const auto& [name, value] : facts.identity.context) authorizer.set(name, value);
    context.set("authorizer", std::move(authorizer));
  }
  return context;
}

std::optional<std::string> at(const Json& root, const std::optional<jsonpath::JsonPath>& path,
                              std::string_view whole) {
  if (!path) return whole.empty() ? std::nullopt : std::optional(std::string(whole));
  if (!path->is_definite()) {
    Json::Array all;
    for (const Json* found : path->find(root)) all.push_back(*found);
    return write_json(Json(std::move(all)));
  }
  const Json* found = path->first(root);
  if (!found || found->is_null()) return std::nullopt;
  return text_of_value(*found);
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text.append(text.empty() ? "" : ",").append(value);
  return text;
}

enum class Pick { kLast, kAll };
enum class Case { kExact, kAny };

std::optional<std::string> of_group(const GroupedValues& groups, std::string_view name, Pick pick,
                                    Case letters) {
  for (const auto& [key, values] : groups) {
    const bool same = letters == Case::kAny ? equals_ignoring_case(key, name) : key == name;
    if (same) return pick == Pick::kAll ? joined(values) : values.back();
  }
  return std::nullopt;
}

std::optional<std::string> of_headers(const platform::HeaderList* headers, std::string_view name,
                                      Pick pick) {
  if (!headers) return std::nullopt;
  std::vector<std::string> values;
  for (const auto& [key, value] : *headers) {
    if (equals_ignoring_case(key, name)) values.push_back(value);
  }
  if (values.empty()) return std::nullopt;
  return pick == Pick::kAll ? joined(values) : values.back();
}

}  // namespace

std::string text_of_value(const Json& value) {
  return value.is_string() ? value.as_string() : write_json(value);
}

void EventValues::set_answer(int status, const platform::HeaderList& headers,
                             std::string_view body) {
  status_ = status;
  answer_headers_ = &headers;
  answer_body_ = body;
  if (context_) context_->set("status", std::to_string(status));
}

const Json& EventValues::body_json() {
  if (!body_json_) body_json_ = parsed(event_.body);
  return *body_json_;
}

const Json& EventValues::answer_json() {
  if (!answer_json_) answer_json_ = parsed(answer_body_);
  return *answer_json_;
}

const Json& EventValues::context() {
  if (!context_) {
    context_ = context_of(event_);
    if (status_ != 0) context_->set("status", std::to_string(status_));
  }
  return *context_;
}

const Json& EventValues::stage_variables() {
  if (!stage_variables_) stage_variables_ = parsed(event_.stage.stage_variables);
  return *stage_variables_;
}

const GroupedValues& EventValues::headers() {
  if (!headers_) {
    headers_.emplace();
    if (event_.handshake) {
      headers_ =
          handshake_headers(*event_.handshake, event_.facts, event_.stamp.time_ms, event_.scheme);
    }
  }
  return *headers_;
}

const GroupedValues& EventValues::query() {
  if (!query_) {
    query_.emplace();
    if (event_.handshake) query_ = handshake_query(event_.handshake->query);
  }
  return *query_;
}

std::optional<std::string> EventValues::value(const ParameterSource& source) {
  switch (source.from) {
    case From::kLiteral:
      return source.name;
    case From::kBody:
      return at(body_json(), source.path, body());
    case From::kHeader:
      return of_group(headers(), source.name, Pick::kLast, Case::kAny);
    case From::kQuery:
      return of_group(query(), source.name, Pick::kLast, Case::kExact);
    case From::kMultiHeader:
      return of_group(headers(), source.name, Pick::kAll, Case::kAny);
    case From::kMultiQuery:
      return of_group(query(), source.name, Pick::kAll, Case::kExact);
    case From::kStageVariable: {
      const Json* found = stage_variables().find(source.name);
      return found ? std::optional(text_of_value(*found)) : std::nullopt;
    }
    case From::kContext:
      return at(context(), source.path, {});
    case From::kAnswerStatus:
      return std::to_string(status_);
    case From::kAnswerHeader:
      return of_headers(answer_headers_, source.name, Pick::kLast);
    case From::kAnswerMultiHeader:
      return of_headers(answer_headers_, source.name, Pick::kAll);
    case From::kAnswerBody:
      return at(answer_json(), source.path, answer_body_);
  }
  return std::nullopt;
}

}  // namespace fairlead::apigateway
