// Integrations (reference/websocket-api.md §10.2 and §15.4). What cannot work is refused here, so
// that no deployment can hold it.
#include "base/arn.h"
#include "base/limits.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/integration_errors.h"
#include "services/apigateway/integration_uri.h"
#include "services/apigateway/operations.h"
#include "services/apigateway/templates.h"

namespace fairlead::apigateway {
namespace {

constexpr std::int64_t kLeastTimeoutMs = 50;

bool is_http(const std::string& type) { return type == "HTTP" || type == "HTTP_PROXY"; }

Status check_type(const Json& integration) {
  const std::string type = text_of(integration, "IntegrationType");
  if (type != "AWS" && type != "AWS_PROXY" && type != "MOCK" && !is_http(type)) {
    return bad_request("Invalid integration type " + type);
  }
  if (text_of(integration, "ConnectionType") != "INTERNET") {
    return platform::not_implemented("ConnectionType " + text_of(integration, "ConnectionType"));
  }
  for (const std::string_view member : {"IntegrationSubtype", "ResponseParameters", "TlsConfig"}) {
    if (!integration[member].is_null()) return only_for_http(wire_name(member));
  }
  // Turning text into bytes means nothing to a proxy event; a MOCK has no one to send them to.
  if (text_of(integration, "ContentHandlingStrategy") == "CONVERT_TO_BINARY" &&
      (type == "AWS_PROXY" || type == "MOCK")) {
    return platform::not_implemented("ContentHandlingStrategy CONVERT_TO_BINARY");
  }
  const std::string passthrough = text_of(integration, "PassthroughBehavior");
  if (passthrough != "WHEN_NO_MATCH" && passthrough != "WHEN_NO_TEMPLATES" &&
      passthrough != "NEVER") {
    return bad_passthrough(passthrough);
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

Status check_method(const Json& integration) {
  const std::string type = text_of(integration, "IntegrationType");
  if (type == "MOCK" || type == "AWS_PROXY") return {};
  static constexpr std::string_view kMethods[] = {"GET",  "POST",   "PUT",     "PATCH",
                                                  "HEAD", "DELETE", "OPTIONS", "ANY"};
  const std::string method = text_of(integration, "IntegrationMethod");
  if (method.empty()) return missing_integration_method();
  for (const std::string_view known : kMethods) {
    if (method == known) return {};
  }
  return bad_integration_method(method);
}

Status check_aws_target(const Parts& parts, const Json& integration) {
  const std::string uri = text_of(integration, "IntegrationUri");
  TRY(check_service_uri(uri));
  const auto service = service_of(uri);
  if (service && service->service == "lambda") return check_lambda_uri(uri);
  if (text_of(integration, "CredentialsArn").empty()) return missing_credentials();
  if (uri.find("${stageVariables.") != std::string::npos) return {};
  if (service && (!parts.callers.services || !parts.callers.services->has(service->service))) {
    return platform::not_implemented("An integration with the service " + service->service);
  }
  return {};
}

// Proxy integrations keep templates and do not use them; those of others must be good.
Status check_target(const Parts& parts, const Json& integration) {
  const std::string type = text_of(integration, "IntegrationType");
  const std::string uri = text_of(integration, "IntegrationUri");
  if (type == "AWS_PROXY") return check_lambda_uri(uri);
  if (type == "AWS") TRY(check_aws_target(parts, integration));
  if (is_http(type)) {
    TRY(check_http_uri(uri));
    if (!parts.callers.http) return platform::not_implemented("IntegrationType " + type);
  }
  if (type == "HTTP_PROXY") return {};
  TRY(TemplateChoice::compile(integration["RequestTemplates"],
                              integration["TemplateSelectionExpression"]));
  return {};
}

Status check_integration(const Parts& parts, const Json& integration) {
  TRY(check_type(integration));
  TRY(check_lengths(integration, {{"Description", 0, 1024}, {"IntegrationUri", 1, 2048}}));
  TRY(check_method(integration));
  TRY(check_credentials(integration));
  TRY(read_request_parameters(integration["RequestParameters"]));
  const std::int64_t timeout = integration["TimeoutInMillis"].int_or(0);
  if (timeout < kLeastTimeoutMs || timeout > limits::kIntegrationTimeoutMs) {
    return timeout_out_of_range();
  }
  return check_target(parts, integration);
}

Json defaults_of(const Json& input) {
  const std::string type = text_of(input, "IntegrationType");
  Json integration = Json::object(
      {{"ConnectionType", "INTERNET"},
       {"IntegrationResponseSelectionExpression", "${integration.response.statuscode}"},
       {"PassthroughBehavior", "WHEN_NO_MATCH"},
       {"PayloadFormatVersion", "1.0"},
       {"TimeoutInMillis", limits::kIntegrationTimeoutMs}});
  if (type == "AWS_PROXY") integration.set("IntegrationMethod", "POST");
  const bool function = text_of(input, "IntegrationUri").find(":lambda:path/") != std::string::npos;
  if (type == "AWS_PROXY" || (type == "AWS" && function)) {
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
  Json integration = defaults_of(input);
  copy_integration(input, integration);
  TRY(check_integration(parts, integration));
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
  TRY(check_integration(parts, integration));
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
