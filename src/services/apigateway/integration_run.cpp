// Running mapped integrations.
#include "services/apigateway/integration_run.h"

#include "base/base64.h"
#include "base/log.h"
#include "services/apigateway/event_values.h"
#include "services/apigateway/integration_backend.h"
#include "services/apigateway/mock.h"
#include "services/apigateway/template_objects.h"

namespace fairlead::apigateway {
namespace {

using Backend = MappedIntegration::Backend;
using Outcome = IntegrationResult::Outcome;
using Passthrough = MappedIntegration::Passthrough;

// A function that threw and whose error an integration response named: what a handshake sees.
constexpr int kFunctionErrorStatus = 502;

IntegrationResult only(Outcome outcome) {
  IntegrationResult result;
  result.outcome = outcome;
  return result;
}

std::optional<std::string> rendered(const IntegrationEvent& event, const MappingTemplate& picked,
                                    EventValues& values, TemplateSide side) {
  if (picked.is == MappingTemplate::Is::kText) return picked.text;
  TemplateScope scope(values, side);
  auto text = vtl::render(picked.parsed, scope);
  if (text.ok()) return std::move(text).value();
  log_debug(
      "a template failed",
      {{"api", event.stage.api_id}, {"route", event.route.key}, {"problem", text.error().message}});
  return std::nullopt;
}

// CONVERT_TO_BINARY: from base64; CONVERT_TO_TEXT: to base64, of what is not text on its way out.
bool convert(const std::string& strategy, std::string& body) {
  if (strategy != "CONVERT_TO_BINARY") return true;
  auto decoded = base64_decode(body);
  if (!decoded) return false;
  body = std::move(*decoded);
  return true;
}

IntegrationResult proxy(Parts& parts, const IntegrationEvent& event,
                        const MappedIntegration& integration, EventValues& values) {
  BackendAnswer answer = call_backend(parts, event, integration, values, std::string(event.body));
  if (answer.outcome == BackendAnswer::Outcome::kTimedOut) return only(Outcome::kTimedOut);
  if (answer.outcome != BackendAnswer::Outcome::kAnswered) return only(Outcome::kFailed);
  return {Outcome::kAnswered, answer.status, std::move(answer.headers), std::move(answer.body)};
}

// What the integration responses' keys are held against.
std::optional<std::string> selected_text(const MappedIntegration& integration, int status,
                                         EventValues& values) {
  if (integration.backend != Backend::kLambda) return std::to_string(status);
  const Json& message = values.answer_json()["errorMessage"];
  return message.is_null() ? std::nullopt : std::optional(text_of_value(message));
}

IntegrationResult respond(const IntegrationEvent& event, const MappedIntegration& integration,
                          EventValues& values, BackendAnswer& answer) {
  values.set_answer(answer.status, answer.headers, answer.body);
  const auto text = selected_text(integration, answer.status, values);
  const MappedResponse* response = integration.response_for(text);
  if (!response) return only(Outcome::kFailed);
  IntegrationResult result = only(Outcome::kAnswered);
  result.status = answer.status;
  if (answer.outcome == BackendAnswer::Outcome::kFunctionError && response->pattern) {
    result.status = kFunctionErrorStatus;
  }
  for (const ParameterMapping& mapping : response->headers) {
    auto value = values.value(mapping.source);
    const bool sendable =
        value && value->find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
    if (sendable) result.headers.emplace_back(mapping.name, std::move(*value));
  }
  if (const MappingTemplate* picked = response->templates.pick(values)) {
    auto body = rendered(event, *picked, values, TemplateSide::kResponse);
    if (!body) return only(Outcome::kFailed);
    result.body = std::move(*body);
  } else if (response->content_handling == "CONVERT_TO_TEXT") {
    result.body = base64_encode(answer.body);
  } else {
    result.body = std::move(answer.body);
  }
  if (!convert(response->content_handling, result.body)) return only(Outcome::kFailed);
  return result;
}

}  // namespace

IntegrationResult run_integration(Parts& parts, const IntegrationEvent& event) {
  const MappedIntegration& integration = *event.route.mapped;
  EventValues values(event);
  if (integration.backend == Backend::kHttpProxy) return proxy(parts, event, integration, values);

  std::string body;
  if (const MappingTemplate* picked = integration.requests.pick(values)) {
    auto text = rendered(event, *picked, values, TemplateSide::kRequest);
    if (!text) return only(Outcome::kFailed);
    body = std::move(*text);
  } else if (integration.passthrough == Passthrough::kNever ||
             (integration.passthrough == Passthrough::kWhenNoTemplates &&
              !integration.requests.empty())) {
    return only(Outcome::kUnsupported);
  } else if (integration.backend == Backend::kMock) {
    body = "{\"statusCode\": 200}";
  } else {
    body = event.body;
  }
  if (!convert(integration.content_handling, body)) return only(Outcome::kFailed);

  BackendAnswer answer;
  if (integration.backend == Backend::kMock) {
    answer.status = mock_status_code(body);
    if (answer.status == 0) return only(Outcome::kFailed);
    answer.outcome = BackendAnswer::Outcome::kAnswered;
  } else {
    answer = call_backend(parts, event, integration, values, std::move(body));
  }
  if (answer.outcome == BackendAnswer::Outcome::kTimedOut) return only(Outcome::kTimedOut);
  if (answer.outcome == BackendAnswer::Outcome::kFailed) return only(Outcome::kFailed);
  return respond(event, integration, values, answer);
}

}  // namespace fairlead::apigateway
