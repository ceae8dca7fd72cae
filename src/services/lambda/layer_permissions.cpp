// AddLayerVersionPermission, GetLayerVersionPolicy, RemoveLayerVersionPermission.
#include <algorithm>

#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
namespace {

Result<LayerName> named(const Context& cx, const Json& input) {
  LayerName name = TRY(parse_layer_name(cx, input["LayerName"].string_or("")));
  name.version =
      static_cast<std::uint64_t>(std::max<std::int64_t>(input["VersionNumber"].int_or(0), 0));
  return name;
}

Json::Array::iterator statement_named(Json& policy, std::string_view sid) {
  return std::find_if(policy.items().begin(), policy.items().end(),
                      [&](const Json& statement) { return statement["Sid"].string_or("") == sid; });
}

Status check_revision(const Layer& layer, const Json& input) {
  const std::string revision = input["RevisionId"].string_or("");
  if (revision.empty() || revision == layer.policy_revision) return {};
  return layer_revision_mismatch();
}

Result<Json> statement_of(const Layer& layer, const Json& input) {
  Json statement = Json::object({
      {"Sid", input["StatementId"]},
      {"Effect", "Allow"},
      {"Principal", TRY(principal_of(input["Principal"].string_or("")))},
      {"Action", input["Action"]},
      {"Resource", layer.name.version_arn()},
  });
  const std::string organization = input["OrganizationId"].string_or("");
  if (!organization.empty()) {
    statement.set(
        "Condition",
        Json::object({{"StringEquals", Json::object({{"aws:PrincipalOrgID", organization}})}}));
  }
  return statement;
}

}  // namespace

Result<Json> add_layer_version_permission(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(named(cx, input));
  if (input["Action"].string_or("") != "lambda:GetLayerVersion") {
    return violates(input["Action"].string_or(""), "action",
                    "Member must satisfy regular expression pattern: lambda:GetLayerVersion");
  }
  Json reply = Json::object();
  const auto change = [&](Layer& layer) -> Status {
    TRY(check_revision(layer, input));
    const std::string sid = input["StatementId"].string_or("");
    if (statement_named(layer.policy, sid) != layer.policy.items().end()) {
      return statement_exists(sid);
    }
    const Json statement = TRY(statement_of(layer, input));
    layer.policy.push_back(statement);
    layer.policy_revision = uuid_v4();
    reply.set("Statement", write_json(statement));
    reply.set("RevisionId", layer.policy_revision);
    return {};
  };
  TRY(lambda.layers().change(name, change));
  return reply;
}

Result<Json> get_layer_version_policy(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(named(cx, input));
  const auto layer = TRY(lambda.layers().find(name));
  if (!layer) return layer_version_not_found(name.version_arn());
  if (layer->policy.empty()) return no_layer_policy();
  return Json::object(
      {{"Policy", policy_text(layer->policy)}, {"RevisionId", layer->policy_revision}});
}

Result<Json> remove_layer_version_permission(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(named(cx, input));
  const auto change = [&](Layer& layer) -> Status {
    const std::string sid = input["StatementId"].string_or("");
    const auto found = statement_named(layer.policy, sid);
    if (found == layer.policy.items().end()) return statement_not_found(sid);
    TRY(check_revision(layer, input));
    layer.policy.items().erase(found);
    layer.policy_revision = uuid_v4();
    return {};
  };
  TRY(lambda.layers().change(name, change));
  return Json::object();
}

}  // namespace fairlead::lambda
