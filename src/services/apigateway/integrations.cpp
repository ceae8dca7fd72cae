// Integrations (reference/websocket-api.md §10.2 and §15.4). Types that a later issue brings are
// refused by name here, so that no deployment can hold one.
#include "base/arn.h"
#include "base/limits.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/integration_uri.h"
#include "services/apigateway/operations.h"
#include "services/apigateway/templates.h"

namespace fairlead::apigateway {
namespace {

constexpr std::int64_t kLeastTimeoutMs = 50;

Status check_type(const Json& integration) {
  const std::string type = text_of(integration, "IntegrationType");
  if (type == "AWS" || type == "HTTP" || type == "HTTP_PROXY") {
    return platform::not_implemented("IntegrationType " + type);
  }
  if (type != "AWS_PROXY" && type != "MOCK") {
    return bad_request("Invalid integration type " + type);
  }
  if (text_of(integration, "ConnectionType") != "INTERNET") {
    return platform::not_implemented("ConnectionType " + text_of(integration, "ConnectionType"));
  }
  for (const std::string_view member : {"IntegrationSubtype", "ResponseParameters", "TlsConfig"}) {
    if (!integration[member].is_null()) return only_for_http(wire_name(member));
  }
  // Turning text into bytes means nothing to a proxy event; a MOCK has no one to send them to.
  if (text_of(integration, "ContentHandlingStrategy") == "CONVERT_TO_BINARY") {
    return platform::not_implemented("ContentHandlingStrategy CONVERT_TO_BINARY");
  }
  return {};
}

Status check_credentials(const Json& integration) {
  const std::string credentials = text_of(integration, "CredentialsArn");
  if (credentials.empty()) return {};
  if (credentials == "arn:aws:iam::*:user/*") {
    return platform::not_implemented("CredentialsArn arn:aws:iam::*:user/*");
  }
  const auto arn = parse_arn(credentials);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) {
    return malformed_role_arn(credentials);
  }
  return {};
}

// Sources of request parameters (§10.3); proxy and MOCK integrations do not use what they name.
Status check_parameters(const Json& parameters) {
  static constexpr std::string_view kTargets[] = {"integration.request.header.",
                                                  "integration.request.querystring.",
                                                  "integration.request.path."};
  static constexpr std::string_view kSources[] = {"route.request.", "stageVariables.", "context.",
                                                  "'"};
  const auto begins = [](const std::string& text, const auto& prefixes) {
    for (const std::string_view prefix : prefixes) {
      if (text.starts_with(prefix) && text.size() > prefix.size()) return true;
    }
    return false;
  };
  for (const Json::Member& parameter : parameters.members()) {
    if (!begins(parameter.key, kTargets)) return invalid_mapping_expression(parameter.key);
    const std::string value = parameter.value.string_or("");
    if (!begins(value, kSources)) return invalid_mapping_expression(value);
  }
  return {};
}

Status check_integration(const Json& integration) {
  TRY(check_type(integration));
  TRY(check_lengths(integration, {{"Description", 0, 1024}, {"IntegrationUri", 1, 2048}}));
  TRY(check_credentials(integration));
  TRY(check_parameters(integration["RequestParameters"]));
  const std::int64_t timeout = integration["TimeoutInMillis"].int_or(0);
  if (timeout < kLeastTimeoutMs || timeout > limits::kIntegrationTimeoutMs) {
    return timeout_out_of_range();
  }
  const bool mock = text_of(integration, "IntegrationType") == "MOCK";
  if (!mock) return check_lambda_uri(text_of(integration, "IntegrationUri"));
  return check_mock_templates(integration["RequestTemplates"],
                              integration["TemplateSelectionExpression"]);
}

Json defaults_of(const std::string& type) {
  Json integration = Json::object(
      {{"ConnectionType", "INTERNET"},
       {"IntegrationResponseSelectionExpression", "${integration.response.statuscode}"},
       {"PassthroughBehavior", "WHEN_NO_MATCH"},
       {"PayloadFormatVersion", "1.0"},
       {"TimeoutInMillis", limits::kIntegrationTimeoutMs}});
  if (type == "AWS_PROXY") {
    integration.set("IntegrationMethod", "POST");
    integration.set("IntegrationResponseSelectionExpression",
                    "${integration.response.body.errorMessage}");
  }
  return integration;
}

void copy_integration(const Json& input, Json& integration) {
  copy_members(input, integration,
               {"ConnectionType", "IntegrationMethod", "IntegrationType", "IntegrationUri",
                "IntegrationSubtype", "PassthroughBehavior", "PayloadFormatVersion",
                "RequestTemplates", "ResponseParameters", "TimeoutInMillis", "TlsConfig"});
  copy_or_clear(input, integration,
                {"ConnectionId", "ContentHandlingStrategy", "CredentialsArn", "Description",
                 "TemplateSelectionExpression"});
  copy_map(input, integration, "RequestParameters");
}

}  // namespace

Result<Json> create_integration(Parts& parts, Context& cx, const Json& input) {
  Json integration = defaults_of(text_of(input, "IntegrationType"));
  copy_integration(input, integration);
  TRY(check_integration(integration));
  Change change = TRY(Change::begin(parts, cx, input));
  integration.set("IntegrationId", TRY(change.new_id(kIntegrations)));
  change.put(kIntegrations, integration);
  TRY(change.commit_and_deploy());
  return integration;
}

Result<Json> update_integration(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json integration = TRY(change.require(kIntegrations, text_of(input, "IntegrationId")));
  copy_integration(input, integration);
  TRY(check_integration(integration));
  change.put(kIntegrations, integration);
  TRY(change.commit_and_deploy());
  return integration;
}

Result<Json> delete_integration(Parts& parts, Context& cx, const Json& input) {
  const std::string id = text_of(input, "IntegrationId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kIntegrations, id));
  std::size_t routes = 0;
  for (const Json& route : TRY(change.all(kRoutes))) {
    routes += text_of(route, "Target") == "integrations/" + id ? 1 : 0;
  }
  if (routes > 0) return integration_in_use(id, routes);
  change.erase(kIntegrations, id);
  change.erase_children(kIntegrationResponses, id);
  TRY(change.commit_and_deploy());
  return Json();
}

}  // namespace fairlead::apigateway
