// Reading and filling integration URIs.
#include "services/apigateway/integration_uri.h"

#include "base/arn.h"
#include "services/apigateway/errors.h"

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
