// Operations on roles themselves.
#include "services/iam/roles.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "services/iam/errors.h"
#include "services/iam/paging.h"
#include "services/iam/policy_document.h"
#include "services/iam/tags.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::iam {

namespace {

constexpr int kMaxRoles = 1000;
constexpr int kMaxTrustPolicyBytes = 2048;  // the default quota; white space does not count

std::string account_prefix(const std::string& account) {
  return storage::KeyWriter("iam/role/").text(account).take();
}

// The API's Role shape: the stored document without what is ours; the trust policy percent-encoded.
Json shown(const Json& role) {
  Json out = role;
  out.erase("Inline");
  out.erase("Attached");
  const std::string trust = role["AssumeRolePolicyDocument"].string_or("");
  out.set("AssumeRolePolicyDocument", percent_encode(trust));
  if (role["Tags"].empty()) out.erase("Tags");
  return out;
}

Status check_trust_policy(const std::string& text) {
  TRY(check_policy_document(text, PolicyUse::kTrust));
  if (policy_size(text) > kMaxTrustPolicyBytes) {
    return limit_exceeded("ACLSizePerRole", kMaxTrustPolicyBytes);
  }
  return {};
}

}  // namespace

std::string role_key(const std::string& account, const std::string& name) {
  // Role names are unique without regard to case.
  return storage::KeyWriter("iam/role/").text(account).text(to_lower(name)).take();
}

Result<Json> require_role(Iam& iam, const std::string& account, const std::string& name) {
  auto role = TRY(storage::get_document(iam.store(), role_key(account, name)));
  if (!role) return no_such_role(name);
  return std::move(*role);
}

Status save_role(Iam& iam, const std::string& account, const Json& role) {
  storage::Batch batch;
  storage::put_document(batch, role_key(account, role["RoleName"].as_string()), role);
  return iam.store().commit(std::move(batch));
}

Result<Json> change_role(Iam& iam, const Context& cx, const Json& input,
                         const std::function<Status(Json& role)>& change) {
  const std::string name = input["RoleName"].as_string();
  const auto lock = iam.locks().lock(role_key(cx.account, name));
  Json role = TRY(require_role(iam, cx.account, name));
  TRY(change(role));
  TRY(save_role(iam, cx.account, role));
  return Json::object();
}

Result<Json> create_role(Iam& iam, Context& cx, const Json& input) {
  const std::string name = input["RoleName"].as_string();
  const std::string path = input["Path"].string_or("/");
  const std::string trust = input["AssumeRolePolicyDocument"].as_string();
  TRY(check_trust_policy(trust));
  if (input.has("PermissionsBoundary")) {
    return platform::not_implemented("CreateRole with PermissionsBoundary");
  }
  const Json tags = TRY(merge_tags(Json::array(), input["Tags"]));

  const auto lock = iam.locks().lock(role_key(cx.account, name));
  if (TRY(storage::get_document(iam.store(), role_key(cx.account, name)))) return role_exists(name);
  const auto others = TRY(storage::list_documents(iam.store(), account_prefix(cx.account)));
  if (others.size() >= kMaxRoles) return limit_exceeded("RolesPerAccount", kMaxRoles);

  Json role = Json::object({{"Path", path},
                            {"RoleName", name},
                            {"RoleId", "AROA" + random_upper_alnum(17)},
                            {"Arn", "arn:aws:iam::" + cx.account + ":role" + path + name},
                            {"CreateDate", Json::number(std::to_string(cx.now_ms / 1000))},
                            {"AssumeRolePolicyDocument", trust}});
  if (input.has("Description")) role.set("Description", input["Description"]);
  role.set("MaxSessionDuration", input["MaxSessionDuration"].int_or(3600));
  role.set("Tags", tags);
  role.set("Inline", Json::object());
  role.set("Attached", Json::array());
  TRY(save_role(iam, cx.account, role));
  Json created = shown(role);
  created.erase("MaxSessionDuration");  // AWS shows it from GetRole on
  return Json::object({{"Role", std::move(created)}});
}

Result<Json> get_role(Iam& iam, Context& cx, const Json& input) {
  const Json role = TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  Json out = shown(role);
  out.set("RoleLastUsed", Json::object());
  return Json::object({{"Role", std::move(out)}});
}

Result<Json> list_roles(Iam& iam, Context& cx, const Json& input) {
  const std::string path = input["PathPrefix"].string_or("/");
  Json roles = Json::array();
  for (const auto& [key, role] :
       TRY(storage::list_documents(iam.store(), account_prefix(cx.account)))) {
    if (!role["Path"].string_or("").starts_with(path)) continue;
    Json out = shown(role);
    out.erase("Tags");
    roles.push_back(std::move(out));
  }
  return page_of("Roles", roles, input);
}

Result<Json> update_role(Iam& iam, Context& cx, const Json& input) {
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    for (const char* member : {"Description", "MaxSessionDuration"}) {
      if (input.has(member)) role.set(member, input[member]);
    }
    return {};
  });
}

Result<Json> update_assume_role_policy(Iam& iam, Context& cx, const Json& input) {
  TRY(check_trust_policy(input["PolicyDocument"].as_string()));
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    role.set("AssumeRolePolicyDocument", input["PolicyDocument"]);
    return {};
  });
}

Result<Json> delete_role(Iam& iam, Context& cx, const Json& input) {
  const std::string name = input["RoleName"].as_string();
  const auto lock = iam.locks().lock(role_key(cx.account, name));
  const Json role = TRY(require_role(iam, cx.account, name));
  if (!role["Attached"].empty()) return must_detach_policies();
  if (!role["Inline"].empty()) return must_delete_policies();
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, role_key(cx.account, name));
  TRY(iam.store().commit(std::move(batch)));
  return Json::object();
}

Result<Json> tag_role(Iam& iam, Context& cx, const Json& input) {
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    role.set("Tags", TRY(merge_tags(role["Tags"], input["Tags"])));
    return {};
  });
}

Result<Json> untag_role(Iam& iam, Context& cx, const Json& input) {
  return change_role(iam, cx, input, [&](Json& role) -> Status {
    role.set("Tags", without_tags(role["Tags"], input["TagKeys"]));
    return {};
  });
}

Result<Json> list_role_tags(Iam& iam, Context& cx, const Json& input) {
  const Json role = TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  return page_of("Tags", role["Tags"], input);
}

// Instance profiles belong to EC2, which is not here: no role has one.
Result<Json> list_instance_profiles_for_role(Iam& iam, Context& cx, const Json& input) {
  (void)TRY(require_role(iam, cx.account, input["RoleName"].as_string()));
  return page_of("InstanceProfiles", Json::array(), input);
}

}  // namespace fairlead::iam
