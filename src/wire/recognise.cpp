// Which service a request is for and which protocol it speaks.
#include "base/text.h"
#include "wire/http_input.h"
#include "wire/route.h"

namespace fairlead::wire {
namespace {

// The service of "AKID/20260112/us-east-1/dynamodb/aws4_request", from the header or the query.
std::string signing_service(const HttpInput& input) {
  const auto fourth = [](std::string_view scope) -> std::string {
    const auto parts = split(scope.substr(0, std::min<std::size_t>(scope.size(), 512)), '/');
    return parts.size() >= 5 ? std::string(parts[parts.size() - 2]) : std::string();
  };
  const std::string_view header = header_or_empty(input, "authorization");
  if (const std::size_t at = header.find("Credential="); at != std::string_view::npos) {
    const std::string_view scope = header.substr(at + 11);
    return fourth(scope.substr(0, scope.find_first_of(", ")));
  }
  const auto presigned = raw_parameter(input.query, "X-Amz-Credential");
  if (!presigned) return {};
  const auto decoded = percent_decode(*presigned);
  return decoded ? fourth(*decoded) : std::string();
}

// apigateway has two models: version 2 lives under /v2/.
ServiceModel by_path(const Models& models, const ServiceModel& found, std::string_view path) {
  if (!found || found.endpoint_prefix() != "apigateway") return found;
  const bool second = path.starts_with("/v2/");
  return models.find_service(second ? "apigatewayv2" : "apigateway");
}

bool is_known_path(const ServiceModel& service, const HttpInput& input) {
  return service && find_route(service, input, {}).outcome != RouteOutcome::kNoPath;
}

// Unsigned and without a telling host: only paths that can hardly be a bucket's.
ServiceModel by_path_alone(const Models& models, const HttpInput& input) {
  if (input.path.find("/@connections/") != std::string_view::npos ||
      input.path.find("/%40connections/") != std::string_view::npos) {
    return models.find_service("apigatewaymanagementapi");
  }
  if (input.path.size() < 4 || input.path[0] != '/') return {};
  for (const std::string_view name : {"lambda", "cloudfront", "route53"}) {
    const ServiceModel service = models.find_service(name);
    if (input.path.starts_with("/20") && is_known_path(service, input)) return service;
  }
  const ServiceModel v2 = models.find_service("apigatewayv2");
  return input.path.starts_with("/v2/") && is_known_path(v2, input) ? v2 : ServiceModel();
}

bool may_have_body(const HttpInput& input) {
  return input.method == "POST" && header_or_empty(input, "content-length") != "0";
}

Dialect dialect_of_target(const HttpInput& input, std::string_view target, const Models& models) {
  Dialect dialect;
  dialect.protocol = Protocol::kJson;
  dialect.service = models.find_by_target(target.substr(0, target.rfind('.')));
  if (!dialect.service) dialect.service = models.find_by_signing_name(signing_service(input));
  if (dialect.service && dialect.service.json_version().empty()) dialect.service = {};
  dialect.query_mode = equals_ignoring_case(header_or_empty(input, "x-amzn-query-mode"), "true");
  return dialect;
}

ServiceModel service_of(const HttpInput& input, const HostHint& host, const Models& models) {
  ServiceModel service;
  if (const std::string name = signing_service(input); !name.empty()) {
    service = by_path(models, models.find_by_signing_name(name), input.path);
  }
  if (!service && !host.endpoint.empty()) {
    service = by_path(models, models.find_by_endpoint(host.endpoint), input.path);
  }
  if (!service && !query_action(input).empty()) {
    service = models.find_by_api_version(query_parameter(input, "Version"));
  }
  return service ? service : by_path_alone(models, input);
}

}  // namespace

Dialect recognise(const HttpInput& input, const HostHint& host, const Models& models) {
  const std::string_view target = header_or_empty(input, "x-amz-target");
  if (!target.empty()) return dialect_of_target(input, target, models);
  Dialect dialect;
  dialect.service = service_of(input, host, models);
  const bool asks_form =
      is_form(input) && input.body.empty() && may_have_body(input) && query_action(input).empty();
  if (!dialect.service) {
    dialect.service = models.find_service("s3");
    dialect.needs_body = asks_form && input.path == "/" && host.bucket.empty();
  }
  dialect.protocol = dialect.service ? dialect.service.protocol() : Protocol::kRestXml;
  if (dialect.protocol == Protocol::kQuery) dialect.needs_body = asks_form;
  if (dialect.service && dialect.service.name() == "s3") dialect.bucket = host.bucket;
  return dialect;
}

Dialect recognise(const HttpInput& input, const Models& models) {
  return recognise(input, read_host(header_or_empty(input, "host")), models);
}

}  // namespace fairlead::wire
