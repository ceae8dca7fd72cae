// Small settings beside a function's configuration: code signing, recursion, runtime updates.
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {
namespace {

constexpr std::string_view kTerminate = "Terminate";

Result<FunctionName> unqualified(const Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  if (name.qualifier.empty()) return name;
  return invalid_parameter(
      "This operation does not support versions or aliases. Please specify either a function name "
      "or an unqualified function ARN.");
}

}  // namespace

// No function has a code signing config: CreateFunction refuses them.
Result<Json> get_function_code_signing_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  TRY(lambda.functions().resolve(name));
  return Json::object();
}

Result<Json> get_function_recursion_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(unqualified(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  const std::string& loop = resolved.latest->recursive_loop;
  return Json::object({{"RecursiveLoop", loop.empty() ? std::string(kTerminate) : loop}});
}

Result<Json> put_function_recursion_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(unqualified(cx, input));
  const std::string loop = input["RecursiveLoop"].string_or("");
  if (loop != "Allow" && loop != kTerminate) {
    return violates(loop, "recursiveLoop",
                    "Member must satisfy enum value set: [Terminate, Allow]");
  }
  TRY(lambda.functions().update(name, [&](Function& function) -> Status {
    function.recursive_loop = loop == kTerminate ? "" : loop;
    return {};
  }));
  return Json::object({{"RecursiveLoop", loop}});
}

Result<Json> get_runtime_management_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  TRY(lambda.functions().resolve(name));
  return Json::object({{"UpdateRuntimeOn", "Auto"}, {"FunctionArn", name.arn()}});
}

// There is one version of each runtime here, so nothing is ever updated but with Fairlead itself.
Result<Json> put_runtime_management_config(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const std::string mode = input["UpdateRuntimeOn"].string_or("");
  if (mode != "Auto") {
    return platform::not_implemented("PutRuntimeManagementConfig with UpdateRuntimeOn " + mode);
  }
  TRY(lambda.functions().resolve(name));
  return Json::object({{"UpdateRuntimeOn", mode}, {"FunctionArn", name.arn()}});
}

}  // namespace fairlead::lambda
