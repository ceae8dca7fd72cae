// Functions, AWS services and HTTP servers behind integrations (reference/websocket-api.md §10.2).
#include "services/apigateway/integration_backend.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_parse.h"
#include "base/log.h"
#include "base/text.h"
#include "services/apigateway/integration_call.h"

namespace fairlead::apigateway {
namespace {

using Backend = MappedIntegration::Backend;
using Into = ParameterMapping::Into;
using Outcome = BackendAnswer::Outcome;

// The mapped parameters of one request.
struct Mapped {
  platform::HeaderList headers;
  std::vector<std::pair<std::string, std::string>> query, path;

  const std::string* header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (equals_ignoring_case(key, name)) return &value;
    }
    return nullptr;
  }
};

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Missing values are left out, and so are headers that could not be sent as one.
Mapped map_parameters(const MappedIntegration& integration, EventValues& values) {
  Mapped mapped;
  for (const ParameterMapping& mapping : integration.parameters) {
    auto value = values.value(mapping.source);
    if (!value) continue;
    if (mapping.into == Into::kQuery) mapped.query.emplace_back(mapping.name, std::move(*value));
    if (mapping.into == Into::kPath) mapped.path.emplace_back(mapping.name, std::move(*value));
    if (mapping.into == Into::kHeader && is_one_line(*value)) {
      mapped.headers.emplace_back(mapping.name, std::move(*value));
    }
  }
  return mapped;
}

std::string fill_path(std::string text, const Mapped& mapped) {
  for (const auto& [name, value] : mapped.path) {
    const std::string hole = "{" + name + "}";
    const std::string filled = percent_encode(value);
    for (std::size_t at = 0; (at = text.find(hole, at)) != std::string::npos;) {
      text.replace(at, hole.size(), filled);
      at += filled.size();
    }
  }
  return text;
}

void append_query(std::string& query, std::string_view name, std::string_view value) {
  if (!query.empty()) query += '&';
  query.append(percent_encode(name)).append("=").append(percent_encode(value));
}

void log_failure(const IntegrationEvent& event, const Error& error) {
  log_debug("an integration could not be called", {{"api", event.stage.api_id},
                                                   {"route", event.route.key},
                                                   {"error", error.code->name},
                                                   {"message", error.message}});
}

platform::Context context_of(Parts& parts, const IntegrationEvent& event) {
  platform::Context cx;
  cx.request_id = uuid_v4();
  cx.account = event.stage.account;
  cx.region = event.stage.region;
  cx.now_ms = parts.clock.now_ms();
  cx.deadline_ms = parts.clock.monotonic_ms() + event.route.timeout_ms;
  cx.scheme = "https";
  return cx;
}

BackendAnswer queue_for_function(Parts& parts, const IntegrationEvent& event, std::string payload) {
  BackendAnswer answer;
  platform::Target* target =
      parts.callers.targets ? parts.callers.targets->find(event.route.function_arn) : nullptr;
  if (!target) return answer;
  platform::Context cx = context_of(parts, event);
  cx.caller = integration_principal(event.stage, event.route);
  platform::Delivery delivery;
  delivery.arn = event.route.function_arn;
  delivery.payload = std::move(payload);
  if (event.route.role_arn.empty()) {
    delivery.source_principal = cx.caller.arn;
    delivery.source_arn = event.route.source_arn;
  }
  const Status queued = target->deliver(cx, std::move(delivery));
  if (!queued.ok()) {
    log_failure(event, queued.error());
    return answer;
  }
  answer.outcome = Outcome::kAnswered;
  return answer;
}

BackendAnswer call_function(Parts& parts, const IntegrationEvent& event, const Mapped& mapped,
                            std::string payload) {
  BackendAnswer answer;
  if (payload.empty()) payload = "{}";
  if (!check_json(payload).ok()) return answer;  // Lambda would refuse it
  const std::string* type = mapped.header("X-Amz-Invocation-Type");
  if (type && *type == "Event") return queue_for_function(parts, event, std::move(payload));
  if (type && *type != "RequestResponse") return answer;
  CallResult result = call_lambda(parts, event.stage, event.route, std::move(payload));
  answer.body = std::move(result.payload);
  switch (result.outcome) {
    case CallResult::Outcome::kAnswered:
      answer.outcome = Outcome::kAnswered;
      break;
    case CallResult::Outcome::kFunctionError:
      answer.outcome = Outcome::kFunctionError;
      break;
    case CallResult::Outcome::kTimedOut:
      answer.outcome = Outcome::kTimedOut;
      break;
    case CallResult::Outcome::kFailed:
      break;
  }
  return answer;
}

BackendAnswer call_service(Parts& parts, const IntegrationEvent& event,
                           const MappedIntegration& integration, Mapped mapped, std::string body) {
  BackendAnswer answer;
  if (!parts.callers.services) return answer;
  platform::Context cx = context_of(parts, event);
  cx.region = integration.service.region;
  platform::ServiceCall call;
  call.service = integration.service.service;
  call.host_prefix = integration.service.host_prefix;
  call.action = integration.service.action;
  call.method = integration.method == "ANY" ? "POST" : integration.method;
  call.path = integration.service.path.empty() ? "/" : fill_path(integration.service.path, mapped);
  call.query = integration.service.query;
  for (const auto& [name, value] : mapped.query) append_query(call.query, name, value);
  call.headers = std::move(mapped.headers);
  const bool typed = std::any_of(call.headers.begin(), call.headers.end(), [](const auto& header) {
    return equals_ignoring_case(header.first, "Content-Type");
  });
  if (!typed) call.headers.emplace_back("Content-Type", "application/json");
  call.body = std::move(body);
  call.role_arn = integration.role_arn;
  auto reply = parts.callers.services->call(cx, call);
  if (!reply.ok()) {
    log_failure(event, reply.error());
    return answer;
  }
  answer.outcome =
      parts.clock.monotonic_ms() > cx.deadline_ms ? Outcome::kTimedOut : Outcome::kAnswered;
  answer.status = reply->status;
  answer.headers = std::move(reply->headers);
  answer.body = std::move(reply->body);
  return answer;
}

// On $connect what the client sent goes on, but for what belongs to its own connection; the mapped
// parameters win.
platform::HeaderList http_headers(const IntegrationEvent& event, EventValues& values,
                                  const Mapped& mapped) {
  platform::HeaderList headers = mapped.headers;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!equals_ignoring_case(name, "Host") && is_one_line(value)) {
      headers.emplace_back(name, value);
    }
  };
  for (const auto& [name, all] : values.headers()) {
    if (mapped.header(name)) continue;
    for (const std::string& value : all) add(name, value);
  }
  const auto has = [&](std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& h) { return equals_ignoring_case(h.first, name); });
  };
  if (!has("Content-Type")) headers.emplace_back("Content-Type", "application/json");
  if (!has("User-Agent")) {
    headers.emplace_back("User-Agent", "AmazonAPIGateway_" + event.stage.api_id);
  }
  if (!has("x-amzn-apigateway-api-id")) {
    headers.emplace_back("x-amzn-apigateway-api-id", event.stage.api_id);
  }
  return headers;
}

BackendAnswer call_http(Parts& parts, const IntegrationEvent& event,
                        const MappedIntegration& integration, EventValues& values, Mapped mapped,
                        std::string body) {
  BackendAnswer answer;
  if (!parts.callers.http) return answer;
  platform::HttpCall call;
  call.method = integration.method;
  if (call.method == "ANY") call.method = event.handshake ? "GET" : "POST";
  call.url = fill_path(integration.url, mapped);
  std::string query;
  for (const auto& [name, all] : values.query()) {
    const bool set = std::any_of(mapped.query.begin(), mapped.query.end(),
                                 [&](const auto& pair) { return pair.first == name; });
    for (const std::string& value : all) {
      if (!set) append_query(query, name, value);
    }
  }
  for (const auto& [name, value] : mapped.query) append_query(query, name, value);
  if (!query.empty()) {
    call.url.append(call.url.find('?') == std::string::npos ? "?" : "&").append(query);
  }
  call.headers = http_headers(event, values, mapped);
  call.body = call.method == "GET" || call.method == "HEAD" ? std::string() : std::move(body);
  call.deadline_ms = parts.clock.monotonic_ms() + event.route.timeout_ms;
  auto reply = parts.callers.http->call(call);
  if (!reply.ok()) {
    log_failure(event, reply.error());
    if (reply.error().code == &platform::kHttpTimedOut) answer.outcome = Outcome::kTimedOut;
    return answer;
  }
  answer.outcome = Outcome::kAnswered;
  answer.status = reply->status;
  answer.headers = std::move(reply->headers);
  answer.body = std::move(reply->body);
  return answer;
}

}  // namespace

BackendAnswer call_backend(Parts& parts, const IntegrationEvent& event,
                           const MappedIntegration& integration, EventValues& values,
                           std::string body) {
  Mapped mapped = map_parameters(integration, values);
  switch (integration.backend) {
    case Backend::kLambda:
      return call_function(parts, event, mapped, std::move(body));
    case Backend::kService:
      return call_service(parts, event, integration, std::move(mapped), std::move(body));
    case Backend::kHttp:
    case Backend::kHttpProxy:
      return call_http(parts, event, integration, values, std::move(mapped), std::move(body));
    case Backend::kMock:
      break;
  }
  return {};
}

}  // namespace fairlead::apigateway
