// Checks and routing rules of website configurations.
#include "services/s3/website_config.h"

#include "base/text.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

namespace {

Status check_protocol(const Json& where) {
  const std::string protocol = where["Protocol"].string_or("http");
  if (protocol == "http" || protocol == "https") return {};
  return invalid_request(
      "Invalid protocol, protocol can be http or https. If not defined the "
      "protocol will be selected automatically.");
}

Status check_redirect(const Json& redirect) {
  if (!redirect.is_object() || redirect.empty()) return malformed_xml();
  TRY(check_protocol(redirect));
  const std::string code = redirect["HttpRedirectCode"].string_or("301");
  if (code.size() != 3 || !is_digits(code) || code[0] != '3' || code == "300") {
    return invalid_request("The provided HTTP redirect code (" + code +
                           ") is not valid. Valid codes are 3XX except 300.");
  }
  if (redirect.has("ReplaceKeyPrefixWith") && redirect.has("ReplaceKeyWith")) {
    return invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  return {};
}

Status check_condition(const Json& condition) {
  if (condition.is_null()) return {};
  if (condition.empty()) {
    return invalid_request(
        "Condition cannot be empty. To redirect all requests without a "
        "condition, the condition element shouldn't be present.");
  }
  if (!condition.has("HttpErrorCodeReturnedEquals")) return {};
  const std::string code = condition["HttpErrorCodeReturnedEquals"].string_or("");
  if (code.size() == 3 && is_digits(code) && (code[0] == '4' || code[0] == '5')) return {};
  return invalid_request("The provided HTTP error code (" + code +
                         ") is not valid. Valid codes are 4XX or 5XX.");
}

}  // namespace

Status check_website(const Json& configuration) {
  const Json& all = configuration["RedirectAllRequestsTo"];
  if (all.is_object()) {
    if (configuration.has("IndexDocument") || configuration.has("ErrorDocument") ||
        configuration.has("RoutingRules")) {
      return invalid_argument(
          "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
          "RedirectAllRequestsTo", "not null");
    }
    if (all["HostName"].string_or("").empty()) return malformed_xml();
    return check_protocol(all);
  }
  const Json& index = configuration["IndexDocument"];
  if (!index.is_object()) {
    return invalid_argument(
        "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
        "IndexDocument", "null");
  }
  const std::string suffix = index["Suffix"].string_or("");
  if (suffix.empty() || suffix.find('/') != suffix.npos) {
    return invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  }
  if (configuration.has("ErrorDocument") &&
      configuration["ErrorDocument"]["Key"].string_or("").empty()) {
    return invalid_argument("The ErrorDocument Key is not well formed", "ErrorDocument", "");
  }
  const Json& rules = configuration["RoutingRules"];
  if (configuration.has("RoutingRules") && rules.empty()) return malformed_xml();
  if (rules.size() > 50) {
    return invalid_request(std::to_string(rules.size()) +
                           " routing rules provided, the number of routing rules in a website "
                           "configuration is limited to 50.");
  }
  for (const Json& rule : rules.items()) {
    TRY(check_redirect(rule["Redirect"]));
    TRY(check_condition(rule["Condition"]));
  }
  return {};
}

const Json* find_routing_rule(const Json& configuration, std::string_view key, int error_code) {
  for (const Json& rule : configuration["RoutingRules"].items()) {
    const Json& condition = rule["Condition"];
    if (!key.starts_with(condition["KeyPrefixEquals"].string_or(""))) continue;
    const std::string code = condition["HttpErrorCodeReturnedEquals"].string_or("0");
    if (code == std::to_string(error_code)) return &rule;
  }
  return nullptr;
}

}  // namespace fairlead::s3
