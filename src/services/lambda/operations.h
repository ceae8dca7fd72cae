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
Result<Json> list_versions_by_function(Lambda&, Context&, const Json& input);
Result<Json> delete_function(Lambda&, Context&, const Json& input);

// updates.cpp
Result<Json> update_function_code(Lambda&, Context&, const Json& input);
Result<Json> update_function_configuration(Lambda&, Context&, const Json& input);

// permissions.cpp
Result<Json> add_permission(Lambda&, Context&, const Json& input);
Result<Json> get_policy(Lambda&, Context&, const Json& input);
Result<Json> remove_permission(Lambda&, Context&, const Json& input);

// tags.cpp
Result<Json> tag_resource(Lambda&, Context&, const Json& input);
Result<Json> untag_resource(Lambda&, Context&, const Json& input);
Result<Json> list_tags(Lambda&, Context&, const Json& input);

// account.cpp
Result<Json> get_account_settings(Lambda&, Context&, const Json& input);
Result<Json> put_function_concurrency(Lambda&, Context&, const Json& input);
Result<Json> get_function_concurrency(Lambda&, Context&, const Json& input);
Result<Json> delete_function_concurrency(Lambda&, Context&, const Json& input);
Result<Json> get_function_code_signing_config(Lambda&, Context&, const Json& input);

// invoke.cpp
Result<Reply> invoke(Lambda&, Context&, Request&);

// The function that a request's FunctionName and Qualifier name.
Result<FunctionPtr> find_function(Lambda&, const Context& cx, const Json& input);
// The name in a request's FunctionName and Qualifier members.
Result<FunctionName> function_name(const Context& cx, const Json& input);
// The zip of a FunctionCode or UpdateFunctionCode input; refuses every other source by name.
Result<std::string> read_zip(std::string_view operation, const Json& code);

}  // namespace fairlead::lambda
