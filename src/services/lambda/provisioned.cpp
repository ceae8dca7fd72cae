// PutProvisionedConcurrencyConfig, GetProvisionedConcurrencyConfig,
// DeleteProvisionedConcurrencyConfig, ListProvisionedConcurrencyConfigs.
#include "base/clock.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/record_keys.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxListed = 50;
constexpr std::int64_t kLeastUnreserved = 100;

// A version or an alias that is there.
Result<FunctionName> provisioned_name(Lambda& lambda, const Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  if (name.qualifier.empty() || name.qualifier == "$LATEST") {
    return invalid_parameter(
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  }
  if (!version_number(name.qualifier)) {
    FunctionName whole = name;
    whole.qualifier.clear();
    TRY(lambda.functions().resolve(whole));
    const AliasPtr alias = TRY(lambda.functions().find_alias(name));
    if (!alias) return alias_not_found(name.arn());
    if (alias->version == "$LATEST") {
      return invalid_parameter(
          "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    }
    return name;
  }
  TRY(lambda.functions().resolve(name));
  return name;
}

// A version is provisioned by itself or through an alias, not both.
Status check_overlap(Lambda& lambda, const FunctionName& name) {
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  const auto others = TRY(lambda.provisioned().of_function(name));
  for (const ProvisionedConfig& other : others) {
    if (other.name.qualifier == name.qualifier) continue;
    const Resolved theirs = TRY(lambda.functions().resolve(other.name));
    if (theirs.function->version != resolved.function->version) continue;
    if (!resolved.alias && theirs.alias) return version_has_provisioned_alias();
    if (resolved.alias && !theirs.alias) return alias_of_provisioned_version();
  }
  return {};
}

Status check_limits(Lambda& lambda, const FunctionName& name, std::int64_t asked) {
  FunctionName whole = name;
  whole.qualifier.clear();
  const Resolved resolved = TRY(lambda.functions().resolve(whole));
  std::int64_t others = 0, of_function = 0;
  const auto all = TRY(lambda.provisioned().of_account(name.account, name.region));
  for (const ProvisionedConfig& config : all) {
    if (config.name.name == name.name && config.name.qualifier == name.qualifier) continue;
    (config.name.name == name.name ? of_function : others) += config.requested;
  }
  const auto reserved = resolved.latest->reserved_concurrency;
  if (reserved) {
    if (of_function + asked <= *reserved) return {};
    return invalid_parameter(
        "Requested Provisioned Concurrency should not be greater than the "
        "reservedConcurrentExecution for function");
  }
  const auto limit = static_cast<std::int64_t>(lambda.options().account_concurrency);
  if (asked > limit) {
    return invalid_parameter(
        "Specified ConcurrentExecutions for function is greater than account's unreserved "
        "concurrency [" +
        std::to_string(limit) + "].");
  }
  if (limit - others - of_function - asked < kLeastUnreserved) return not_enough_unreserved("");
  return {};
}

std::string date_of(std::int64_t ms) {
  std::string date = iso8601_millis(ms);
  date.pop_back();
  return date.substr(0, 19) + "+0000";
}

Result<Json> show(Lambda& lambda, const ProvisionedConfig& config) {
  const Provisioner::State state = TRY(lambda.provisioner().state(config));
  const auto allocated = static_cast<std::int64_t>(state.allocated);
  const bool ready = allocated >= config.requested;
  const bool failed = !ready && !state.failure.empty();
  Json json = Json::object({
      {"RequestedProvisionedConcurrentExecutions", config.requested},
      {"AllocatedProvisionedConcurrentExecutions", allocated},
      {"AvailableProvisionedConcurrentExecutions", allocated},
      {"Status", ready    ? "READY"
                 : failed ? "FAILED"
                          : "IN_PROGRESS"},
      {"LastModified", date_of(config.last_modified_ms)},
  });
  if (failed) json.set("StatusReason", state.failure);
  return json;
}

}  // namespace

Result<Reply> put_provisioned_concurrency_config(Lambda& lambda, Context& cx, Request& request) {
  const Json& input = request.input;
  const std::int64_t asked = input["ProvisionedConcurrentExecutions"].int_or(0);
  if (asked < 1) {
    return violates(write_json(input["ProvisionedConcurrentExecutions"]),
                    "provisionedConcurrentExecutions",
                    "Member must have value greater than or equal to 1");
  }
  ProvisionedConfig config;
  config.name = TRY(provisioned_name(lambda, cx, input));
  TRY(check_overlap(lambda, config.name));
  TRY(check_limits(lambda, config.name, asked));
  config.requested = asked;
  config.last_modified_ms = lambda.clock().now_ms();
  TRY(lambda.provisioned().put(config));
  lambda.provisioner().refresh(config.name);
  Reply reply;
  reply.status = 202;
  reply.output = TRY(show(lambda, config));
  return reply;
}

Result<Json> get_provisioned_concurrency_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(provisioned_name(lambda, cx, input));
  const auto config = TRY(lambda.provisioned().find(name));
  if (!config) return no_provisioned_concurrency();
  return show(lambda, *config);
}

Result<Json> delete_provisioned_concurrency_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(provisioned_name(lambda, cx, input));
  TRY(lambda.provisioned().remove(name));
  lambda.provisioner().refresh(name);
  return Json::object();
}

Result<Json> list_provisioned_concurrency_configs(Lambda& lambda, Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  name.qualifier.clear();
  TRY(lambda.functions().resolve(name));
  Json all = Json::array();
  const auto configs = TRY(lambda.provisioned().of_function(name));
  for (const ProvisionedConfig& config : configs) {
    Json item = TRY(show(lambda, config));
    item.set("FunctionArn", config.name.arn());
    all.push_back(std::move(item));
  }
  return listed(std::move(all), "ProvisionedConcurrencyConfigs", input, kMaxListed);
}

}  // namespace fairlead::lambda
