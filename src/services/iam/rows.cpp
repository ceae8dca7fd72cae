// The operation tables of IAM and STS.
#include "services/iam/iam.h"
#include "services/iam/managed_policies.h"
#include "services/iam/roles.h"

namespace fairlead::iam {

using platform::Operation;
using enum platform::OperationKind;

namespace {

std::string role_arn(const Context& cx, const Json& input) {
  return "arn:aws:iam::" + cx.account + ":role" + input["Path"].string_or("/") +
         input["RoleName"].string_or("*");
}

std::string roles_arn(const Context& cx, const Json&) {
  return "arn:aws:iam::" + cx.account + ":role/*";
}

std::string policy_arn(const Context& cx, const Json& input) {
  if (const Json* arn = input.find("PolicyArn")) return arn->string_or("*");
  return "arn:aws:iam::" + cx.account + ":policy" + input["Path"].string_or("/") +
         input["PolicyName"].string_or("*");
}

Result<Json> get_caller_identity(Iam&, Context& cx, const Json&) {
  return Json::object(
      {{"UserId", cx.caller.user_id}, {"Account", cx.caller.account}, {"Arn", cx.caller.arn}});
}

template <auto kFunction>
constexpr auto json = platform::json<kFunction>;

const Operation kIamOperations[] = {
    // name, permission, resource, kind, handler
    {"AttachRolePolicy", "iam:AttachRolePolicy", role_arn, kWrite, json<attach_role_policy>},
    {"CreatePolicy", "iam:CreatePolicy", policy_arn, kWrite, json<create_policy>},
    {"CreateRole", "iam:CreateRole", role_arn, kWrite, json<create_role>},
    {"DeletePolicy", "iam:DeletePolicy", policy_arn, kWrite, json<delete_policy>},
    {"DeleteRole", "iam:DeleteRole", role_arn, kWrite, json<delete_role>},
    {"DeleteRolePolicy", "iam:DeleteRolePolicy", role_arn, kWrite, json<delete_role_policy>},
    {"DetachRolePolicy", "iam:DetachRolePolicy", role_arn, kWrite, json<detach_role_policy>},
    {"GetPolicy", "iam:GetPolicy", policy_arn, kRead, json<get_policy>},
    {"GetPolicyVersion", "iam:GetPolicyVersion", policy_arn, kRead, json<get_policy_version>},
    {"GetRole", "iam:GetRole", role_arn, kRead, json<get_role>},
    {"GetRolePolicy", "iam:GetRolePolicy", role_arn, kRead, json<get_role_policy>},
    {"ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", role_arn, kRead,
     json<list_attached_role_policies>},
    {"ListInstanceProfilesForRole", "iam:ListInstanceProfilesForRole", role_arn, kRead,
     json<list_instance_profiles_for_role>},
    {"ListPolicies", "iam:ListPolicies", platform::any_resource, kRead, json<list_policies>},
    {"ListPolicyVersions", "iam:ListPolicyVersions", policy_arn, kRead, json<list_policy_versions>},
    {"ListRolePolicies", "iam:ListRolePolicies", role_arn, kRead, json<list_role_policies>},
    {"ListRoleTags", "iam:ListRoleTags", role_arn, kRead, json<list_role_tags>},
    {"ListRoles", "iam:ListRoles", roles_arn, kRead, json<list_roles>},
    {"PutRolePolicy", "iam:PutRolePolicy", role_arn, kWrite, json<put_role_policy>},
    {"TagRole", "iam:TagRole", role_arn, kWrite, json<tag_role>},
    {"UntagRole", "iam:UntagRole", role_arn, kWrite, json<untag_role>},
    {"UpdateAssumeRolePolicy", "iam:UpdateAssumeRolePolicy", role_arn, kWrite,
     json<update_assume_role_policy>},
    {"UpdateRole", "iam:UpdateRole", role_arn, kWrite, json<update_role>},
};

const Operation kStsOperations[] = {
    {"GetCallerIdentity", "sts:GetCallerIdentity", platform::any_resource, kRead,
     json<get_caller_identity>},
};

}  // namespace

void add_iam(platform::Registry& registry, Iam& iam) {
  registry.add("iam", kIamOperations, &iam);
  registry.add("sts", kStsOperations, &iam);
}

}  // namespace fairlead::iam
