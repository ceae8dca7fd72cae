// Reading and filling integration URIs.
#include "services/apigateway/integration_uri.h"

#include "base/arn.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/integration_errors.h"

namespace fairlead::apigateway {

Status check_lambda_uri(std::string_view uri) {
  const auto arn = parse_arn(uri);
  if (!arn) return invalid_arn();
  // Here the account field holds "path/…" or the resource starts with it: ARNs of this form have
  // the service called in the place of the account.
  const std::string rest = arn->resource;
  if (arn->service != "apigateway" ||
      (!rest.starts_with("path/") && !rest.starts_with("action/"))) {
    return integration_arn_lacks_action();
  }
  if (arn->account != "lambda") return not_a_lambda_uri();
  // A stage variable may hold any part of the rest, even all of it.
  if (rest.find("${stageVariables.") == std::string::npos && !function_of(uri)) {
    return invalid_arn();
  }
  return {};
}

std::optional<ServiceTarget> service_of(std::string_view uri) {
  constexpr std::string_view kStart = "arn:aws:apigateway:";
  if (!uri.starts_with(kStart)) return std::nullopt;
  uri.remove_prefix(kStart.size());
  const std::size_t region_end = uri.find(':');
  const std::size_t service_end =
      region_end == std::string_view::npos ? region_end : uri.find(':', region_end + 1);
  if (service_end == std::string_view::npos) return std::nullopt;
  ServiceTarget target;
  target.region = uri.substr(0, region_end);
  const std::string_view host = uri.substr(region_end + 1, service_end - region_end - 1);
  const std::size_t dot = host.rfind('.');
  target.service = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (dot != std::string_view::npos) target.host_prefix = host.substr(0, dot);
  std::string_view rest = uri.substr(service_end + 1);
  const bool action = rest.starts_with("action/");
  if (!action && !rest.starts_with("path/")) return std::nullopt;
  rest.remove_prefix(action ? 7 : 5);
  const std::size_t query = rest.find_first_of(action ? "&?" : "?");
  if (query != std::string_view::npos) target.query = rest.substr(query + 1);
  rest = rest.substr(0, query);
  if (action) {
    target.action = rest;
  } else {
    while (rest.starts_with('/')) rest.remove_prefix(1);
    target.path = "/" + std::string(rest);
  }
  if (target.region.empty() || target.service.empty() || (action && rest.empty())) {
    return std::nullopt;
  }
  return target;
}

Status check_service_uri(std::string_view uri) {
  if (service_of(uri)) return {};
  const auto arn = parse_arn(uri);
  if (!arn) return invalid_arn();
  return integration_arn_lacks_action();
}

Status check_http_uri(std::string_view uri) {
  if (uri.starts_with("${stageVariables.")) return {};
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!uri.starts_with(scheme)) continue;
    const std::string_view rest = uri.substr(scheme.size());
    const bool blank = rest.find_first_of(" \t\r\n") != std::string_view::npos;
    if (!rest.empty() && rest.front() != '/' && rest.front() != '?' && !blank) return {};
  }
  return bad_http_uri();
}

std::string fill_stage_variables(std::string_view text, const Json& variables) {
  constexpr std::string_view kOpen = "${stageVariables.";
  std::string filled;
  for (;;) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close =
        open == std::string_view::npos ? open : text.find('}', open + kOpen.size());
    if (close == std::string_view::npos) return filled.append(text);
    const std::string_view name = text.substr(open + kOpen.size(), close - open - kOpen.size());
    filled.append(text.substr(0, open)).append(variables[name].string_or(""));
    text.remove_prefix(close + 1);
  }
}

std::optional<std::string> function_of(std::string_view uri) {
  constexpr std::string_view kBefore = ":lambda:path/2015-03-31/functions/";
  constexpr std::string_view kAfter = "/invocations";
  const std::size_t before = uri.find(kBefore);
  if (before == std::string_view::npos || !uri.ends_with(kAfter)) return std::nullopt;
  const std::size_t from = before + kBefore.size();
  if (uri.size() < from + kAfter.size()) return std::nullopt;
  std::string function(uri.substr(from, uri.size() - from - kAfter.size()));
  const auto arn = parse_arn(function);
  constexpr std::string_view kResource = "function:";
  if (!arn || arn->service != "lambda" || !arn->resource.starts_with(kResource) ||
      arn->resource.size() == kResource.size() || arn->resource.back() == ':') {
    return std::nullopt;
  }
  return function;
}

}  // namespace fairlead::apigateway
