// Customer managed policies (one version each for now), and AWS's by name.
#include "services/iam/managed_policies.h"

#include "base/arn.h"
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

constexpr int kMaxPolicies = 1500;
constexpr std::string_view kAwsPrefix = "arn:aws:iam::aws:policy/";

std::string policies_of(const std::string& account) {
  return storage::KeyWriter("iam/policy/").text(account).take();
}

std::string policy_key(const std::string& account, const std::string& arn) {
  return storage::KeyWriter("iam/policy/").text(account).text(arn).take();
}

bool is_aws_policy(std::string_view arn) {
  return arn.starts_with(kAwsPrefix) && arn.size() > kAwsPrefix.size();
}

// Who has it attached: the sum over the account's roles.
Result<int> attachments(Iam& iam, const std::string& account, const std::string& arn) {
  int n = 0;
  const std::string roles = storage::KeyWriter("iam/role/").text(account).take();
  for (const auto& [key, role] : TRY(storage::list_documents(iam.store(), roles))) {
    for (const Json& attached : role["Attached"].items()) n += attached.string_or("") == arn;
  }
  return n;
}

Result<Json> require_policy(Iam& iam, const std::string& account, const std::string& arn) {
  auto policy = TRY(storage::get_document(iam.store(), policy_key(account, arn)));
  if (!policy) return no_such_policy(arn);
  return std::move(*policy);
}

Result<Json> shown(Iam& iam, const std::string& account, const Json& policy) {
  Json out = policy;
  out.erase("Document");
  out.set("AttachmentCount", TRY(attachments(iam, account, policy["Arn"].string_or(""))));
  out.set("PermissionsBoundaryUsageCount", 0);
  out.set("IsAttachable", true);
  if (policy["Tags"].empty()) out.erase("Tags");
  return out;
}

}  // namespace

Result<bool> policy_exists_at(Iam& iam, const std::string& account, const std::string& arn) {
  if (is_aws_policy(arn)) return true;
  return TRY(storage::get_document(iam.store(), policy_key(account, arn))).has_value();
}

Result<Json> create_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string name = input["PolicyName"].as_string();
  const std::string path = input["Path"].string_or("/");
  TRY(check_policy_document(input["PolicyDocument"].as_string(), PolicyUse::kIdentity));
  const Json tags = TRY(merge_tags(Json::array(), input["Tags"]));
  const std::string arn = "arn:aws:iam::" + cx.account + ":policy" + path + name;
  const auto lock = iam.locks().lock(policies_of(cx.account));
  const auto others = TRY(storage::list_documents(iam.store(), policies_of(cx.account)));
  if (others.size() >= kMaxPolicies) return limit_exceeded("PoliciesPerAccount", kMaxPolicies);
  for (const auto& [key, other] : others) {
    if (equals_ignoring_case(other["PolicyName"].string_or(""), name)) return policy_exists(name);
  }
  const Json now = Json::number(std::to_string(cx.now_ms / 1000));
  Json policy = Json::object({{"PolicyName", name},
                              {"PolicyId", "ANPA" + random_upper_alnum(17)},
                              {"Arn", arn},
                              {"Path", path},
                              {"DefaultVersionId", "v1"},
                              {"CreateDate", now},
                              {"UpdateDate", now}});
  if (input.has("Description")) policy.set("Description", input["Description"]);
  policy.set("Tags", tags);
  policy.set("Document", input["PolicyDocument"]);
  storage::Batch batch;
  storage::put_document(batch, policy_key(cx.account, arn), policy);
  TRY(iam.store().commit(std::move(batch)));
  return Json::object({{"Policy", TRY(shown(iam, cx.account, policy))}});
}

Result<Json> get_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  if (is_aws_policy(arn)) {
    return platform::not_implemented("GetPolicy of the AWS managed policy " + arn);
  }
  const Json policy = TRY(require_policy(iam, cx.account, arn));
  return Json::object({{"Policy", TRY(shown(iam, cx.account, policy))}});
}

Result<Json> list_policies(Iam& iam, Context& cx, const Json& input) {
  if (input["Scope"].string_or("All") == "AWS") {
    return platform::not_implemented("ListPolicies of AWS managed policies");
  }
  Json policies = Json::array();
  const std::string path = input["PathPrefix"].string_or("/");
  for (const auto& [key, policy] :
       TRY(storage::list_documents(iam.store(), policies_of(cx.account)))) {
    if (!policy["Path"].string_or("").starts_with(path)) continue;
    Json out = TRY(shown(iam, cx.account, policy));
    if (input["OnlyAttached"].bool_or(false) && out["AttachmentCount"].int_or(0) == 0) continue;
    out.erase("Tags");
    policies.push_back(std::move(out));
  }
  return page_of("Policies", policies, input);
}

Result<Json> delete_policy(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  if (is_aws_policy(arn)) return unmodifiable_aws_policy(arn);
  const auto lock = iam.policy_locks().lock(arn);
  (void)TRY(require_policy(iam, cx.account, arn));
  if (TRY(attachments(iam, cx.account, arn)) > 0) return policy_is_attached();
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, policy_key(cx.account, arn));
  TRY(iam.store().commit(std::move(batch)));
  return Json::object();
}

Result<Json> get_policy_version(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  const std::string version = input["VersionId"].as_string();
  if (is_aws_policy(arn)) {
    return platform::not_implemented("GetPolicyVersion of the AWS managed policy " + arn);
  }
  const Json policy = TRY(require_policy(iam, cx.account, arn));
  if (version != "v1") return no_such_policy_version(arn, version);
  return Json::object(
      {{"PolicyVersion",
        Json::object({{"Document", percent_encode(policy["Document"].string_or(""))},
                      {"VersionId", "v1"},
                      {"IsDefaultVersion", true},
                      {"CreateDate", policy["CreateDate"]}})}});
}

Result<Json> list_policy_versions(Iam& iam, Context& cx, const Json& input) {
  const std::string arn = input["PolicyArn"].as_string();
  const Json policy = TRY(require_policy(iam, cx.account, arn));
  Json versions = Json::array({Json::object(
      {{"VersionId", "v1"}, {"IsDefaultVersion", true}, {"CreateDate", policy["CreateDate"]}})});
  return page_of("Versions", versions, input);
}

}  // namespace fairlead::iam
