// One row for each operation of AWS Lambda that is here.
#include "services/lambda/operations.h"

#include <algorithm>

#include "base/limits.h"
#include "platform/paging.h"
#include "services/lambda/errors.h"
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

std::string named_layer(const Context& cx, const Json& input) {
  auto name = parse_layer_name(cx, input["LayerName"].string_or(""));
  if (!name.ok()) return "*";
  const std::int64_t version = input["VersionNumber"].int_or(0);
  if (version < 1) return name->arn();
  name->version = static_cast<std::uint64_t>(version);
  return name->version_arn();
}

std::string layer_by_arn(const Context&, const Json& input) { return input["Arn"].string_or("*"); }

std::string tagged_function(const Context&, const Json& input) {
  return input["Resource"].string_or("*");
}

const Operation kOperations[] = {
    {"AddLayerVersionPermission", "lambda:AddLayerVersionPermission", named_layer, kWrite,
     json<add_layer_version_permission>},
    {"AddPermission", "lambda:AddPermission", named_function, kWrite, json<add_permission>},
    {"CreateAlias", "lambda:CreateAlias", named_function, kWrite, json<create_alias>},
    {"CreateFunction", "lambda:CreateFunction", named_function, kWrite, json<create_function>,
     limits::kMaxLambdaZipBody},
    {"DeleteAlias", "lambda:DeleteAlias", named_function, kWrite, json<delete_alias>},
    {"DeleteFunction", "lambda:DeleteFunction", named_function, kWrite, json<delete_function>},
    {"DeleteFunctionConcurrency", "lambda:DeleteFunctionConcurrency", named_function, kWrite,
     json<delete_function_concurrency>},
    {"DeleteLayerVersion", "lambda:DeleteLayerVersion", named_layer, kWrite,
     json<delete_layer_version>},
    {"DeleteProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig",
     named_function, kWrite, json<delete_provisioned_concurrency_config>},
    {"GetAccountSettings", "lambda:GetAccountSettings", any_resource, kRead,
     json<get_account_settings>},
    {"GetAlias", "lambda:GetAlias", named_function, kRead, json<get_alias>},
    {"GetFunction", "lambda:GetFunction", named_function, kRead, json<get_function>},
    {"GetFunctionCodeSigningConfig", "lambda:GetFunctionCodeSigningConfig", named_function, kRead,
     json<get_function_code_signing_config>},
    {"GetFunctionConcurrency", "lambda:GetFunctionConcurrency", named_function, kRead,
     json<get_function_concurrency>},
    {"GetFunctionConfiguration", "lambda:GetFunctionConfiguration", named_function, kRead,
     json<get_function_configuration>},
    {"GetFunctionRecursionConfig", "lambda:GetFunctionRecursionConfig", named_function, kRead,
     json<get_function_recursion_config>},
    {"GetLayerVersion", "lambda:GetLayerVersion", named_layer, kRead, json<get_layer_version>},
    {"GetLayerVersionByArn", "lambda:GetLayerVersion", layer_by_arn, kRead,
     json<get_layer_version_by_arn>},
    {"GetLayerVersionPolicy", "lambda:GetLayerVersionPolicy", named_layer, kRead,
     json<get_layer_version_policy>},
    {"GetPolicy", "lambda:GetPolicy", named_function, kRead, json<get_policy>},
    {"GetProvisionedConcurrencyConfig", "lambda:GetProvisionedConcurrencyConfig", named_function,
     kRead, json<get_provisioned_concurrency_config>},
    {"GetRuntimeManagementConfig", "lambda:GetRuntimeManagementConfig", named_function, kRead,
     json<get_runtime_management_config>},
    {"Invoke", "lambda:InvokeFunction", named_function, kWrite, raw<invoke>, kInvokeBody},
    {"InvokeAsync", "lambda:InvokeAsync", named_function, kWrite, raw<invoke_async>, kInvokeBody},
    {"ListAliases", "lambda:ListAliases", named_function, kRead, json<list_aliases>},
    {"ListFunctions", "lambda:ListFunctions", any_resource, kRead, json<list_functions>},
    {"ListLayerVersions", "lambda:ListLayerVersions", any_resource, kRead,
     json<list_layer_versions>},
    {"ListLayers", "lambda:ListLayers", any_resource, kRead, json<list_layers>},
    {"ListProvisionedConcurrencyConfigs", "lambda:ListProvisionedConcurrencyConfigs",
     named_function, kRead, json<list_provisioned_concurrency_configs>},
    {"ListTags", "lambda:ListTags", tagged_function, kRead, json<list_tags>},
    {"ListVersionsByFunction", "lambda:ListVersionsByFunction", named_function, kRead,
     json<list_versions_by_function>},
    {"PublishLayerVersion", "lambda:PublishLayerVersion", named_layer, kWrite,
     json<publish_layer_version>, limits::kMaxLambdaZipBody},
    {"PublishVersion", "lambda:PublishVersion", named_function, kWrite, json<publish_version>},
    {"PutFunctionConcurrency", "lambda:PutFunctionConcurrency", named_function, kWrite,
     json<put_function_concurrency>},
    {"PutFunctionRecursionConfig", "lambda:PutFunctionRecursionConfig", named_function, kWrite,
     json<put_function_recursion_config>},
    {"PutProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", named_function,
     kWrite, raw<put_provisioned_concurrency_config>},
    {"PutRuntimeManagementConfig", "lambda:PutRuntimeManagementConfig", named_function, kWrite,
     json<put_runtime_management_config>},
    {"RemoveLayerVersionPermission", "lambda:RemoveLayerVersionPermission", named_layer, kWrite,
     json<remove_layer_version_permission>},
    {"RemovePermission", "lambda:RemovePermission", named_function, kWrite,
     json<remove_permission>},
    {"TagResource", "lambda:TagResource", tagged_function, kWrite, json<tag_resource>},
    {"UntagResource", "lambda:UntagResource", tagged_function, kWrite, json<untag_resource>},
    {"UpdateAlias", "lambda:UpdateAlias", named_function, kWrite, json<update_alias>},
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

Result<Json> listed(Json all, std::string_view member, const Json& input, std::size_t most) {
  const std::int64_t asked = input["MaxItems"].int_or(static_cast<std::int64_t>(most));
  const auto limit =
      static_cast<std::size_t>(std::clamp<std::int64_t>(asked, 1, static_cast<std::int64_t>(most)));
  auto page = platform::page_of(all, input["Marker"], limit);
  if (!page) return invalid_parameter("Invalid Pagination Marker");
  Json reply = Json::object({{std::string(member), std::move(page->items)}});
  if (!page->next.empty()) reply.set("NextMarker", page->next);
  return reply;
}

void add_lambda(platform::Registry& registry, Lambda& lambda) {
  registry.add("lambda", kOperations, &lambda);
}

}  // namespace fairlead::lambda
