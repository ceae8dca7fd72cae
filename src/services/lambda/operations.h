// The handlers of the operation table, grouped by the file that holds them.
#pragma once

#include "platform/operation.h"
#include "services/lambda/lambda.h"

namespace fairlead::lambda {

using platform::Context;
using platform::Reply;
using platform::Request;

// functions.cpp
Result<Json> create_function(Lambda&, Context&, const Json& input);
Result<Json> get_function(Lambda&, Context&, const Json& input);
Result<Json> get_function_configuration(Lambda&, Context&, const Json& input);
Result<Json> list_functions(Lambda&, Context&, const Json& input);
Result<Json> delete_function(Lambda&, Context&, const Json& input);

// updates.cpp
Result<Json> update_function_code(Lambda&, Context&, const Json& input);
Result<Json> update_function_configuration(Lambda&, Context&, const Json& input);

// versions.cpp
Result<Json> publish_version(Lambda&, Context&, const Json& input);
Result<Json> list_versions_by_function(Lambda&, Context&, const Json& input);

// aliases.cpp
Result<Json> create_alias(Lambda&, Context&, const Json& input);
Result<Json> get_alias(Lambda&, Context&, const Json& input);
Result<Json> update_alias(Lambda&, Context&, const Json& input);
Result<Json> delete_alias(Lambda&, Context&, const Json& input);
Result<Json> list_aliases(Lambda&, Context&, const Json& input);

// layers.cpp
Result<Json> publish_layer_version(Lambda&, Context&, const Json& input);
Result<Json> get_layer_version(Lambda&, Context&, const Json& input);
Result<Json> get_layer_version_by_arn(Lambda&, Context&, const Json& input);
Result<Json> list_layers(Lambda&, Context&, const Json& input);
Result<Json> list_layer_versions(Lambda&, Context&, const Json& input);
Result<Json> delete_layer_version(Lambda&, Context&, const Json& input);

// layer_permissions.cpp
Result<Json> add_layer_version_permission(Lambda&, Context&, const Json& input);
Result<Json> get_layer_version_policy(Lambda&, Context&, const Json& input);
Result<Json> remove_layer_version_permission(Lambda&, Context&, const Json& input);

// permissions.cpp
Result<Json> add_permission(Lambda&, Context&, const Json& input);
Result<Json> get_policy(Lambda&, Context&, const Json& input);
Result<Json> remove_permission(Lambda&, Context&, const Json& input);

// provisioned.cpp
Result<Reply> put_provisioned_concurrency_config(Lambda&, Context&, Request&);
Result<Json> get_provisioned_concurrency_config(Lambda&, Context&, const Json& input);
Result<Json> delete_provisioned_concurrency_config(Lambda&, Context&, const Json& input);
Result<Json> list_provisioned_concurrency_configs(Lambda&, Context&, const Json& input);

// tags.cpp
Result<Json> tag_resource(Lambda&, Context&, const Json& input);
Result<Json> untag_resource(Lambda&, Context&, const Json& input);
Result<Json> list_tags(Lambda&, Context&, const Json& input);

// account.cpp
Result<Json> get_account_settings(Lambda&, Context&, const Json& input);
Result<Json> put_function_concurrency(Lambda&, Context&, const Json& input);
Result<Json> get_function_concurrency(Lambda&, Context&, const Json& input);
Result<Json> delete_function_concurrency(Lambda&, Context&, const Json& input);

// function_configs.cpp
Result<Json> get_function_code_signing_config(Lambda&, Context&, const Json& input);
Result<Json> get_function_recursion_config(Lambda&, Context&, const Json& input);
Result<Json> put_function_recursion_config(Lambda&, Context&, const Json& input);
Result<Json> get_runtime_management_config(Lambda&, Context&, const Json& input);
Result<Json> put_runtime_management_config(Lambda&, Context&, const Json& input);

// invoke.cpp
Result<Reply> invoke(Lambda&, Context&, Request&);
Result<Reply> invoke_async(Lambda&, Context&, Request&);

// What several of them need.

// The name in a request's FunctionName and Qualifier members.
Result<FunctionName> function_name(const Context& cx, const Json& input);
// One page of `all` under the name `member`, as Marker and MaxItems (at most `most`) ask for.
Result<Json> listed(Json all, std::string_view member, const Json& input, std::size_t most);
// code_source.cpp: the zip that a Code, Content or UpdateFunctionCode input names, sent along or in
// S3; what else it may name is refused.
Result<std::string> read_zip(Lambda&, Context&, std::string_view operation, const Json& code);
// versions.cpp: a version of $LATEST as it is, without conditions.
Result<FunctionPtr> publish_latest(Lambda&, const FunctionName& name);
// layer_use.cpp: the Layers of a request; code and layers together; a DeadLetterConfig's target.
Result<std::vector<LayerUse>> find_layers(Lambda&, Context&, const Json& arns);
Status check_unpacked_size(const Function& function);
Status check_dead_letter(Lambda&, const std::string& arn);

}  // namespace fairlead::lambda
