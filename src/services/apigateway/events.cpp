// Writing events. No tree is built: a message costs one string.
#include "services/apigateway/events.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "services/apigateway/client_values.h"

namespace fairlead::apigateway {
namespace {

enum class Kind { kConnect, kMessage, kDisconnect };

struct Closing {
  int code = 0;
  std::string_view reason;
};

void member(std::string& out, std::string_view key_with_quotes_and_colon, std::string_view value) {
  out += key_with_quotes_and_colon;
  append_json_string(out, value);
}

void identity(std::string& out, const ConnectionFacts& facts) {
  const ClientIdentity& client = facts.identity;
  const bool known = !client.user_arn.empty();  // AWS_IAM
  out += ",\"identity\":{";
  const auto optional = [&](std::string_view key, std::string_view value) {
    member(out, key, value);
    out += ',';
  };
  if (known) optional("\"userArn\":", client.user_arn);
  if (!facts.user_agent.empty()) optional("\"userAgent\":", facts.user_agent);
  if (known) {
    optional("\"accountId\":", client.account_id);
    optional("\"caller\":", client.caller);
  }
  member(out, "\"sourceIp\":", facts.source_ip);
  if (known) {
    member(out, ",\"accessKey\":", client.access_key);
    member(out, ",\"user\":", client.user);
  }
  out += '}';
}

void authorizer(std::string& out, const ConnectionFacts& facts, const EventStamp& stamp) {
  if (facts.identity.authorizer_members.empty()) return;
  out.append(",\"authorizer\":{").append(facts.identity.authorizer_members);
  if (stamp.authorizer_latency_ms >= 0) {
    out.append(",\"integrationLatency\":").append(std::to_string(stamp.authorizer_latency_ms));
  }
  out += '}';
}

// The order is the one AWS's serialiser has: §6.
void request_context(std::string& out, Kind kind, const CompiledStage& stage,
                     const ConnectionFacts& facts, const EventStamp& stamp,
                     std::string_view route_key, const Closing& closing) {
  member(out, "\"requestContext\":{\"routeKey\":", route_key);
  if (kind == Kind::kDisconnect) {
    out.append(",\"disconnectStatusCode\":").append(std::to_string(closing.code));
  }
  authorizer(out, facts, stamp);
  if (kind == Kind::kMessage) {
    out.append(",\"messageId\":\"").append(new_connection_id(stamp.time_ms)).append("\"");
  }
  static constexpr std::string_view kNames[] = {"CONNECT", "MESSAGE", "DISCONNECT"};
  out.append(",\"eventType\":\"").append(kNames[static_cast<int>(kind)]);
  out.append("\",\"extendedRequestId\":\"").append(stamp.request_id);
  out.append("\",\"requestTime\":\"").append(request_time(stamp.time_ms));
  out += "\",\"messageDirection\":\"IN\"";
  if (kind == Kind::kDisconnect) member(out, ",\"disconnectReason\":", closing.reason);
  out.append(",\"stage\":\"").append(stage.stage);
  out.append("\",\"connectedAt\":").append(std::to_string(facts.connected_at_ms));
  out.append(",\"requestTimeEpoch\":").append(std::to_string(stamp.time_ms));
  identity(out, facts);
  out.append(",\"requestId\":\"").append(stamp.request_id);
  member(out, "\",\"domainName\":", facts.domain_name);
  out.append(",\"connectionId\":\"").append(facts.connection_id);
  out.append("\",\"apiId\":\"").append(stage.api_id).append("\"}");
}

void variables(std::string& out, const CompiledStage& stage) {
  out += ',';
  if (!stage.stage_variables.empty()) {
    out.append("\"stageVariables\":").append(stage.stage_variables).append(",");
  }
}

constexpr std::string_view kEnd = "\"isBase64Encoded\":false}";

// `"{single}":{…},"{multi}":{…},` of values grouped by name.
void both_maps(std::string& out, const GroupedValues& groups, std::string_view single,
               std::string_view multi) {
  const auto each = [&](const auto& write) {
    const char* between = "";
    for (const auto& [name, values] : groups) {
      out += between;
      append_json_string(out, name);
      out += ':';
      write(values);
      between = ",";
    }
  };
  out.append("\"").append(single).append("\":{");
  each([&](const std::vector<std::string>& values) { append_json_string(out, values.back()); });
  out.append("},\"").append(multi).append("\":{");
  each([&](const std::vector<std::string>& values) {
    const char* between = "[";
    for (const std::string& value : values) {
      out += between;
      append_json_string(out, value);
      between = ",";
    }
    out += ']';
  });
  out += "},";
}

}  // namespace

std::string connect_event(const CompiledStage& stage, const ConnectionFacts& facts,
                          const EventStamp& stamp, const platform::HandshakeRequest& request,
                          std::string_view scheme) {
  std::string out = "{";
  both_maps(out, handshake_headers(request, facts, stamp.time_ms, scheme), "headers",
            "multiValueHeaders");
  const GroupedValues query = handshake_query(request.query);
  if (!query.empty()) {
    both_maps(out, query, "queryStringParameters", "multiValueQueryStringParameters");
  }
  request_context(out, Kind::kConnect, stage, facts, stamp, "$connect", {});
  variables(out, stage);
  return out.append(kEnd);
}

std::string authorizer_event(const CompiledStage& stage, const ConnectionFacts& facts,
                             const EventStamp& stamp, const platform::HandshakeRequest& request,
                             std::string_view scheme) {
  std::string out = "{\"type\":\"REQUEST\"";
  member(out, ",\"methodArn\":", stage.connect->source_arn);
  out += ',';
  GroupedValues headers = handshake_headers(request, facts, stamp.time_ms, scheme);
  add_upgrade_headers(headers, request);
  both_maps(out, headers, "headers", "multiValueHeaders");
  both_maps(out, handshake_query(request.query), "queryStringParameters",
            "multiValueQueryStringParameters");
  out.append("\"stageVariables\":");
  out.append(stage.stage_variables.empty() ? "{}" : stage.stage_variables).append(",");
  request_context(out, Kind::kConnect, stage, facts, stamp, "$connect", {});
  return out += '}';
}

std::string message_event(const CompiledStage& stage, const ConnectionFacts& facts,
                          const EventStamp& stamp, std::string_view route_key,
                          std::string_view body) {
  std::string out = "{";
  out.reserve(700 + facts.user_agent.size() + facts.identity.authorizer_members.size() +
              stage.stage_variables.size() + body.size() * 9 / 8);
  request_context(out, Kind::kMessage, stage, facts, stamp, route_key, {});
  variables(out, stage);
  member(out, "\"body\":", body);
  out += ',';
  return out.append(kEnd);
}

std::string disconnect_event(const CompiledStage& stage, const ConnectionFacts& facts,
                             const EventStamp& stamp, int code, std::string_view reason) {
  std::string out = "{";
  const GroupedValues headers{{"Host", {facts.domain_name}},
                              {"x-api-key", {""}},
                              {"X-Forwarded-For", {""}},
                              {"x-restapi", {""}}};
  both_maps(out, headers, "headers", "multiValueHeaders");
  request_context(out, Kind::kDisconnect, stage, facts, stamp, "$disconnect", {code, reason});
  variables(out, stage);
  return out.append(kEnd);
}

}  // namespace fairlead::apigateway
