// Lambda's errors, each with its exact wording in one place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace fairlead::lambda {

// 404. `arn` names the function, with its qualifier when one was asked for.
Error function_not_found(std::string_view arn);
Error wrong_region(std::string_view asked, std::string_view here);
Error no_policy();  // GetPolicy, RemovePermission without any
Error statement_not_found(std::string_view sid);
Error invalid_tag_arn(std::string_view arn);
Error alias_not_found(std::string_view arn);
Error layer_version_not_found(std::string_view arn);
Error layer_version_missing();  // GetLayerVersion
Error no_layer_policy();
Error no_provisioned_concurrency();

// 409
Error function_exists(std::string_view name);
Error statement_exists(std::string_view sid);
Error alias_exists(std::string_view arn);
Error version_in_use(std::string_view comma_separated_aliases);
Error version_has_provisioned_alias();
Error alias_of_provisioned_version();

// 412
Error function_revision_mismatch();
Error policy_revision_mismatch();
Error layer_revision_mismatch();

// 400 InvalidParameterValueException
Error invalid_parameter(std::string message);
Error qualifier_mismatch();
Error handler_required();
Error no_code();
Error ambiguous_code();
Error empty_zip();
Error bad_zip();
Error unzipped_too_large();
Error unknown_runtime(std::string_view runtime);
Error role_not_assumable();
Error environment_too_large(std::string_view measured);
Error reserved_keys(std::string_view comma_separated);
Error bad_principal();
Error too_many_tags();
Error not_enough_unreserved(std::string_view what = "Reserved");  // "Reserved" or ""
Error policy_too_long();
Error code_sha_mismatch(std::string_view given, std::string_view present);
Error too_many_layers();
Error layer_twice(std::string_view first_arn, std::string_view second_arn);
Error layer_missing(std::string_view arn);
Error wrong_layer_region(std::string_view region);
Error code_and_layers_too_large(std::uint64_t bytes);
Error object_unreadable(std::string_view code, std::string_view message);  // code from S3

// 400 ValidationException: what the model's constraints refuse.
Error violates(std::string_view value, std::string_view member, std::string_view constraint);

Error no_layer_version_arn(std::string_view arn);

// 400, 413, 429, 500 of Invoke
Error invalid_request_content(std::string_view why);
Error request_too_large(std::size_t limit = limits::kMaxLambdaPayload);
Error account_throttled();
Error function_throttled();  // its reserved concurrency is used up
Error machine_busy();        // no process became free in time
Error cannot_start(std::string_view why);
Error role_lost();  // the execution role is gone or does not trust Lambda any more
Error invoke_timed_out();
Error not_permitted(std::string_view principal, std::string_view arn);  // by the resource policy
Error layer_not_permitted(std::string_view principal, std::string_view arn);

}  // namespace fairlead::lambda
