// Roles, their inline policies, attachments and tags; and customer managed policies. One document
// for each role and for each policy.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "platform/context.h"
#include "services/iam/iam.h"

namespace fairlead::iam {

// The role's document, with the members of the API's Role shape and, beside them, `Inline` (policy
// name to document text) and `Attached` (policy ARNs). NoSuchEntity.
Result<Json> require_role(Iam& iam, const std::string& account, const std::string& name);
Status save_role(Iam& iam, const std::string& account, const Json& role);
std::string role_key(const std::string& account, const std::string& name);

using platform::Context;

// Applies `change` to the document of the role that `input.RoleName` names, under the role's lock,
// and saves it. Answers {}, as these operations do; an error of `change` leaves the role as it was.
Result<Json> change_role(Iam& iam, const Context& cx, const Json& input,
                         const std::function<Status(Json& role)>& change);

Result<Json> create_role(Iam& iam, Context& cx, const Json& input);
Result<Json> get_role(Iam& iam, Context& cx, const Json& input);
Result<Json> list_roles(Iam& iam, Context& cx, const Json& input);
Result<Json> update_role(Iam& iam, Context& cx, const Json& input);
Result<Json> update_assume_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> delete_role(Iam& iam, Context& cx, const Json& input);
Result<Json> tag_role(Iam& iam, Context& cx, const Json& input);
Result<Json> untag_role(Iam& iam, Context& cx, const Json& input);
Result<Json> list_role_tags(Iam& iam, Context& cx, const Json& input);
Result<Json> list_instance_profiles_for_role(Iam& iam, Context& cx, const Json& input);

// role_policies.cpp
Result<Json> put_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> get_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> list_role_policies(Iam& iam, Context& cx, const Json& input);
Result<Json> delete_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> attach_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> detach_role_policy(Iam& iam, Context& cx, const Json& input);
Result<Json> list_attached_role_policies(Iam& iam, Context& cx, const Json& input);

}  // namespace fairlead::iam
