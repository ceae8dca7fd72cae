// IAM's errors, each with its wording in one place.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::iam {

Error no_such_role(std::string_view name);
Error no_such_role_policy(std::string_view name);
Error no_such_policy(std::string_view arn);
Error no_such_policy_version(std::string_view arn, std::string_view version);
Error policy_not_attachable(std::string_view arn);
Error not_attached(std::string_view arn);
Error role_exists(std::string_view name);
Error policy_exists(std::string_view name);
Error must_detach_policies();
Error must_delete_policies();
Error policy_is_attached();
Error malformed_policy(std::string_view what);
Error limit_exceeded(std::string_view quota, int value);  // "Cannot exceed quota for <quota>: <n>"
Error inline_policies_too_large(std::string_view role);
Error invalid_input(std::string_view what);
Error validation_error(std::string_view what);
Error unmodifiable_aws_policy(std::string_view arn);

}  // namespace fairlead::iam
