// Statements of the resource policy that allow lambda:InvokeFunctionUrl. AddPermission makes Allow
// statements only.
#include "services/lambda/events/url_access.h"

#include <algorithm>

#include "base/text.h"

namespace fairlead::lambda {
namespace {

bool names(const Json& principal, const platform::Principal& caller) {
  if (principal.string_or("") == "*" || principal["AWS"].string_or("") == "*") return true;
  if (caller.kind == platform::Principal::Kind::kAnonymous) return false;
  const std::string aws = principal["AWS"].string_or("");
  return !aws.empty() && (aws == caller.arn || aws == "arn:aws:iam::" + caller.account + ":root");
}

// Only the condition on the URL's own kind is known; any other one does not hold.
bool conditions_hold(const Json& conditions, const std::string& auth_type) {
  for (const auto& [test, keys] : conditions.members()) {
    if (test != "StringEquals") return false;
    for (const auto& [key, wanted] : keys.members()) {
      if (!equals_ignoring_case(key, "lambda:FunctionUrlAuthType")) return false;
      if (wanted.string_or("") != auth_type) return false;
    }
  }
  return true;
}

}  // namespace

bool may_call_url(const UrlConfig& config, const Json& policy, const platform::Principal& caller) {
  if (config.auth_type == "AWS_IAM") {
    if (caller.kind == platform::Principal::Kind::kAnonymous) return false;
    if (caller.account == config.name.account) return true;
  }
  return std::any_of(policy.items().begin(), policy.items().end(), [&](const Json& statement) {
    return matches_wildcard(statement["Action"].string_or(""), "lambda:InvokeFunctionUrl") &&
           names(statement["Principal"], caller) &&
           conditions_hold(statement["Condition"], config.auth_type);
  });
}

}  // namespace fairlead::lambda
