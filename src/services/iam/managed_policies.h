// Managed policies: the customer's own, with versions, and the names of AWS's.
#pragma once

#include <string>

#include "base/result.h"
#include "platform/context.h"
#include "services/iam/iam.h"

namespace fairlead::iam {

// Every AWS managed policy's ARN exists; a customer's exists once it was made.
Result<bool> policy_exists_at(Iam& iam, const std::string& account, const std::string& arn);

using platform::Context;
Result<Json> create_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> get_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> list_policies(Iam& iam, Context& cx, const Json& input);
Result<Json> delete_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> get_policy_version(Iam& iam, Context& cx, const Json& input);
Result<Json> list_policy_versions(Iam& iam, Context& cx, const Json& input);

}  // namespace fairlead::iam
