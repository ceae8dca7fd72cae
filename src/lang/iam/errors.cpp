// IAM's words.
#include "lang/iam/errors.h"

namespace fairlead::iam {

const ErrorCode kMalformedPolicy{"MalformedPolicyDocument", 400};

Error policy_syntax(std::string_view what) {
  std::string message = "Syntax errors in policy.";
  if (!what.empty()) message.append(" (").append(what).append(")");
  return {&kMalformedPolicy, std::move(message), {}};
}
Error action_without_vendor() {
  return {&kMalformedPolicy,
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
          {}};
}
Error resource_not_an_arn(std::string_view resource) {
  return {&kMalformedPolicy,
          "Resource " + std::string(resource) + " must be in ARN format or \"*\".",
          {}};
}
Error invalid_condition_operator(std::string_view name) {
  return {&kMalformedPolicy, "Invalid Condition type : " + std::string(name) + ".", {}};
}

}  // namespace fairlead::iam
