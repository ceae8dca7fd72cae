// What is wrong with a policy document, in IAM's words; MalformedPolicyDocument.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::iam {

extern const ErrorCode kMalformedPolicy;

Error policy_syntax(std::string_view what);
Error action_without_vendor();
Error resource_not_an_arn(std::string_view resource);
Error invalid_condition_operator(std::string_view name);

}  // namespace fairlead::iam
