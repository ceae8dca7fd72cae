// Policies of a role: inline ones, kept in the role's document, and attached ones, kept as ARNs.
#include <algorithm>

#include "base/text.h"
#include "services/iam/errors.h"
#include "services/iam/managed_policies.h"
#include "services/iam/paging.h"
#include "services/iam/policy_document.h"
#include "services/iam/roles.h"

namespace fairlead::iam {

namespace {

constexpr std::size_t kMaxInlineBytes = 10'240;  // of all inline policies of a role together
constexpr int kMaxAttached = 10;                 // the default quota

std::string name_in(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

auto find_attached(Json& role, const std::string& arn) {
  auto& attached = role.find("Attached")->items();
  return std::find_if(attached.begin(), attached.end(),
                      [&](const Json& item) { return item.string_or("") == arn; });
}

}  // namespace

Result<Json> put_role_policy(Iam& iam, Context& cx, const Json& input) {
  TRY(check_policy_document(input["PolicyDocument"].as_string(), PolicyUse::kIdentity));
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    Json& policies = *role.find("Inline");
    policies.set(input["PolicyName"].as_string(), input["PolicyDocument"]);
    std::size_t bytes = 0;
    for (const auto& [policy, document] : policies.members()) {
      bytes += policy_size(document.string_or(""));
    }
    if (bytes > kMaxInlineBytes) return inline_policies_too_large(input["RoleName"].as_string());
    return {};
  });
}

Result<Json> get_role_policy(Iam& iam, Context& cx, const Json& input) {
  const Json role = TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  const std::string policy = input["PolicyName"].as_string();
  const Json* document = role["Inline"].find(policy);
  if (!document) return no_such_role_policy(policy);
  return Json::object({{"RoleName", role["RoleName"]},
                       {"PolicyName", policy},
                       {"PolicyDocument", percent_encode(document->string_or(""))}});
}

Result<Json> list_role_policies(Iam& iam, Context& cx, const Json& input) {
  const Json role = TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  Json names = Json::array();
  for (const auto& [name, document] : role["Inline"].members()) names.push_back(name);
  return page_of("PolicyNames", names, input);
}

Result<Json> delete_role_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string policy = input["PolicyName"].as_string();
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    if (!role.find("Inline")->erase(policy)) return no_such_role_policy(policy);
    return {};
  });
}

Result<Json> attach_role_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  const auto lock = iam.policy_locks().lock(arn);
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    if (!TRY(policy_exists_at(iam, cx.account, arn))) return policy_not_attachable(arn);
    auto& attached = role.find("Attached")->items();
    if (find_attached(role, arn) != attached.end()) return {};
    if (attached.size() >= kMaxAttached) return limit_exceeded("PoliciesPerRole", kMaxAttached);
    attached.push_back(arn);
    return {};
  });
}

Result<Json> detach_role_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    const auto found = find_attached(role, arn);
    auto& attached = role.find("Attached")->items();
    if (found == attached.end()) return not_attached(arn);
    attached.erase(found);
    return {};
  });
}

Result<Json> list_attached_role_policies(Iam& iam, Context& cx, const Json& input) {
  const Json role = TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  Json policies = Json::array();
  for (const Json& arn : role["Attached"].items()) {
    policies.push_back(
        Json::object({{"PolicyName", name_in(arn.as_string())}, {"PolicyArn", arn}}));
  }
  return page_of("AttachedPolicies", policies, input);
}

}  // namespace fairlead::iam
