// CreateAlias, GetAlias, UpdateAlias, DeleteAlias, ListAliases.
#include "base/ids.h"
#include "platform/paging.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxListed = 50;

Result<FunctionName> alias_name(const Context& cx, const Json& input) {
  FunctionName name = TRY(parse_function_name(cx, input["FunctionName"].string_or("")));
  name.qualifier = input["Name"].string_or("");
  return name;
}

// AdditionalVersionWeights has at most one entry; an empty one takes the second version away.
Status apply_routing(const Json& routing, Alias& alias) {
  if (!routing.is_object()) return {};
  alias.other_version.clear();
  alias.other_weight = 0;
  const auto& weights = routing["AdditionalVersionWeights"].members();
  if (weights.size() > 1) {
    return invalid_parameter(
        "Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  for (const auto& [version, weight] : weights) {
    const double share = weight.to_double().value_or(-1);
    if (share < 0 || share >= 1) {
      return violates("{" + version + "=" + write_json(weight) + "}",
                      "routingConfig.additionalVersionWeights",
                      "Map value must satisfy constraint: [Member must have value less than or "
                      "equal to 1.0, Member must have value greater than or equal to 0.0, Member "
                      "must not be null]");
    }
    alias.other_version = version;
    alias.other_weight = share;
  }
  return {};
}

Status check_routing(const Alias& alias) {
  if (alias.other_version.empty()) return {};
  if (alias.version == alias.other_version) {
    return invalid_parameter("Invalid function version " + alias.version + ". Function version " +
                             alias.version + " is already included in routing configuration.");
  }
  if (alias.version == "$LATEST") {
    return invalid_parameter(
        "$LATEST is not supported for an alias pointing to more than 1 version");
  }
  return {};
}

Status apply(const Json& input, Alias& alias) {
  if (input["FunctionVersion"].is_string()) alias.version = input["FunctionVersion"].as_string();
  if (input["Description"].is_string()) alias.description = input["Description"].as_string();
  TRY(apply_routing(input["RoutingConfig"], alias));
  TRY(check_routing(alias));
  alias.revision_id = uuid_v4();
  return {};
}

}  // namespace

Result<Json> create_alias(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(alias_name(cx, input));
  const auto change = [&](Alias& alias) -> Status {
    if (!alias.version.empty()) return alias_exists(name.arn());
    alias.account = name.account;
    alias.region = name.region;
    alias.function = name.name;
    alias.name = name.qualifier;
    alias.policy_revision = uuid_v4();
    return apply(input, alias);
  };
  const AliasPtr alias = TRY(lambda.functions().put_alias(name, change));
  return shown(*alias);
}

Result<Json> get_alias(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(alias_name(cx, input));
  const AliasPtr alias = TRY(lambda.functions().find_alias(name));
  if (!alias) return alias_not_found(name.arn());
  return shown(*alias);
}

Result<Json> update_alias(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(alias_name(cx, input));
  const std::string revision = input["RevisionId"].string_or("");
  const auto change = [&](Alias& alias) -> Status {
    if (alias.version.empty()) return alias_not_found(name.arn());
    if (!revision.empty() && revision != alias.revision_id) return function_revision_mismatch();
    return apply(input, alias);
  };
  const AliasPtr alias = TRY(lambda.functions().put_alias(name, change));
  lambda.provisioner().refresh(name);
  return shown(*alias);
}

Result<Json> delete_alias(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(alias_name(cx, input));
  TRY(lambda.functions().remove_alias(name));
  lambda.forget(name);
  return Json::object();
}

Result<Json> list_aliases(Lambda& lambda, Context& cx, const Json& input) {
  FunctionName name = TRY(parse_function_name(cx, input["FunctionName"].string_or("")));
  name.qualifier.clear();
  TRY(lambda.functions().resolve(name));
  const std::string version = input["FunctionVersion"].string_or("");
  Json all = Json::array();
  const auto aliases = TRY(lambda.functions().aliases(name));
  for (const AliasPtr& alias : aliases) {
    const bool wanted =
        version.empty() || alias->version == version || alias->other_version == version;
    if (wanted) all.push_back(shown(*alias));
  }
  return listed(std::move(all), "Aliases", input, kMaxListed);
}

}  // namespace fairlead::lambda
