// One row for each operation of AWS Lambda that is here.
#include "services/lambda/operations.h"

#include "base/limits.h"
#include "services/lambda/names.h"

namespace fairlead::lambda {
namespace {

using platform::any_resource;
using platform::json;
using platform::Operation;
using platform::raw;

constexpr auto kRead = platform::OperationKind::kRead;
constexpr auto kWrite = platform::OperationKind::kWrite;
constexpr std::size_t kInvokeBody = limits::kMaxLambdaPayload + 64 * 1024;

// The ARN that a policy names: with the qualifier only when the request has one.
std::string named_function(const Context& cx, const Json& input) {
  const auto name = function_name(cx, input);
  return name.ok() ? name->arn() : "*";
}

std::string tagged_function(const Context&, const Json& input) {
  return input["Resource"].string_or("*");
}

const Operation kOperations[] = {
    {"AddPermission", "lambda:AddPermission", named_function, kWrite, json<add_permission>},
    {"CreateFunction", "lambda:CreateFunction", named_function, kWrite, json<create_function>,
     limits::kMaxLambdaZipBody},
    {"DeleteFunction", "lambda:DeleteFunction", named_function, kWrite, json<delete_function>},
    {"DeleteFunctionConcurrency", "lambda:DeleteFunctionConcurrency", named_function, kWrite,
     json<delete_function_concurrency>},
    {"GetAccountSettings", "lambda:GetAccountSettings", any_resource, kRead,
     json<get_account_settings>},
    {"GetFunction", "lambda:GetFunction", named_function, kRead, json<get_function>},
    {"GetFunctionCodeSigningConfig", "lambda:GetFunctionCodeSigningConfig", named_function, kRead,
     json<get_function_code_signing_config>},
    {"GetFunctionConcurrency", "lambda:GetFunctionConcurrency", named_function, kRead,
     json<get_function_concurrency>},
    {"GetFunctionConfiguration", "lambda:GetFunctionConfiguration", named_function, kRead,
     json<get_function_configuration>},
    {"GetPolicy", "lambda:GetPolicy", named_function, kRead, json<get_policy>},
    {"Invoke", "lambda:InvokeFunction", named_function, kWrite, raw<invoke>, kInvokeBody},
    {"ListFunctions", "lambda:ListFunctions", any_resource, kRead, json<list_functions>},
    {"ListTags", "lambda:ListTags", tagged_function, kRead, json<list_tags>},
    {"ListVersionsByFunction", "lambda:ListVersionsByFunction", named_function, kRead,
     json<list_versions_by_function>},
    {"PutFunctionConcurrency", "lambda:PutFunctionConcurrency", named_function, kWrite,
     json<put_function_concurrency>},
    {"RemovePermission", "lambda:RemovePermission", named_function, kWrite,
     json<remove_permission>},
    {"TagResource", "lambda:TagResource", tagged_function, kWrite, json<tag_resource>},
    {"UntagResource", "lambda:UntagResource", tagged_function, kWrite, json<untag_resource>},
    {"UpdateFunctionCode", "lambda:UpdateFunctionCode", named_function, kWrite,
     json<update_function_code>, limits::kMaxLambdaZipBody},
    {"UpdateFunctionConfiguration", "lambda:UpdateFunctionConfiguration", named_function, kWrite,
     json<update_function_configuration>},
};

}  // namespace

Result<FunctionName> function_name(const Context& cx, const Json& input) {
  return parse_function_name(cx, input["FunctionName"].string_or(""),
                             input["Qualifier"].string_or(""));
}

Result<FunctionPtr> find_function(Lambda& lambda, const Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  return lambda.functions().find(name);
}

void add_lambda(platform::Registry& registry, Lambda& lambda) {
  registry.add("lambda", kOperations, &lambda);
}

}  // namespace fairlead::lambda
