// Limits of the account and the share of them that is reserved for a function.
#include "base/limits.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kTotalCodeSize = 80'530'636'800;  // AWS's 75 GB
constexpr std::int64_t kLeastUnreserved = 100;
constexpr std::size_t kEvery = SIZE_MAX;

std::int64_t reserved_by_others(const std::vector<FunctionPtr>& functions,
                                const std::string& but_not) {
  std::int64_t reserved = 0;
  for (const FunctionPtr& function : functions) {
    if (function->name != but_not) reserved += function->reserved_concurrency.value_or(0);
  }
  return reserved;
}

Result<FunctionName> whole_function(const Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  if (!name.qualifier.empty()) {
    return invalid_parameter(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support "
        "this operation. Please specify either a function name or an unqualified function ARN.");
  }
  return name;
}

}  // namespace

Result<Json> get_account_settings(Lambda& lambda, Context& cx, const Json&) {
  const auto functions = TRY(lambda.functions().list(cx.account, cx.region, "", kEvery));
  std::uint64_t code_size = 0;
  const auto everything = TRY(lambda.functions().all());
  for (const FunctionPtr& function : everything) {
    const bool here = function->account == cx.account && function->region == cx.region;
    if (here) code_size += function->code_size;
  }
  const auto layers = TRY(lambda.layers().all(cx.account, cx.region));
  for (const Layer& layer : layers) code_size += layer.size;
  const auto concurrency = static_cast<std::int64_t>(lambda.options().account_concurrency);
  return Json::object({
      {"AccountLimit",
       Json::object({
           {"TotalCodeSize", kTotalCodeSize},
           {"CodeSizeUnzipped", limits::kMaxLambdaUnzipped},
           {"CodeSizeZipped", limits::kMaxLambdaZip},
           {"ConcurrentExecutions", concurrency},
           {"UnreservedConcurrentExecutions", concurrency - reserved_by_others(functions, "")},
       })},
      {"AccountUsage",
       Json::object({{"TotalCodeSize", code_size}, {"FunctionCount", functions.size()}})},
  });
}

Result<Json> put_function_concurrency(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(whole_function(cx, input));
  const std::int64_t asked = input["ReservedConcurrentExecutions"].int_or(-1);
  if (asked < 0) {
    return violates(write_json(input["ReservedConcurrentExecutions"]),
                    "reservedConcurrentExecutions",
                    "Member must have value greater than or equal to 0");
  }
  const auto functions = TRY(lambda.functions().list(cx.account, cx.region, "", kEvery));
  const auto limit = static_cast<std::int64_t>(lambda.options().account_concurrency);
  const std::int64_t others = reserved_by_others(functions, name.name);
  if (asked > 0 && (asked > limit || limit - others - asked < kLeastUnreserved)) {
    return not_enough_unreserved();
  }
  std::int64_t provisioned = 0;
  const auto configs = TRY(lambda.provisioned().of_function(name));
  for (const ProvisionedConfig& config : configs) provisioned += config.requested;
  if (asked < provisioned) {
    return invalid_parameter(
        "ReservedConcurrentExecutions should not be lower than function's total provisioned "
        "concurrency [" +
        std::to_string(provisioned) + "].");
  }
  TRY(lambda.functions().update(name, [&](Function& function) -> Status {
    function.reserved_concurrency = static_cast<int>(asked);
    return {};
  }));
  return Json::object({{"ReservedConcurrentExecutions", asked}});
}

Result<Json> get_function_concurrency(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(whole_function(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  const FunctionPtr& function = resolved.latest;
  Json reply = Json::object();
  if (function->reserved_concurrency) {
    reply.set("ReservedConcurrentExecutions", *function->reserved_concurrency);
  }
  return reply;
}

Result<Json> delete_function_concurrency(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(whole_function(cx, input));
  TRY(lambda.functions().update(name, [](Function& function) -> Status {
    function.reserved_concurrency.reset();
    return {};
  }));
  return Json::object();
}

}  // namespace fairlead::lambda
