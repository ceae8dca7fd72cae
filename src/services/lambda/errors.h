// Lambda's errors, each with its exact wording in one place.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::lambda {

// 404. `arn` names the function, with its qualifier when one was asked for.
Error function_not_found(std::string_view arn);
Error wrong_region(std::string_view asked, std::string_view here);
Error no_policy();  // GetPolicy, RemovePermission without any
Error statement_not_found(std::string_view sid);
Error invalid_tag_arn(std::string_view arn);

// 409
Error function_exists(std::string_view name);
Error statement_exists(std::string_view sid);

// 412
Error function_revision_mismatch();
Error policy_revision_mismatch();

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
Error not_enough_unreserved();
Error policy_too_long();

// 400 ValidationException: what the model's constraints refuse.
Error violates(std::string_view value, std::string_view member, std::string_view constraint);

// 400, 413, 429, 500 of Invoke
Error invalid_request_content(std::string_view why);
Error request_too_large();
Error account_throttled();
Error function_throttled();  // its reserved concurrency is used up
Error machine_busy();        // no process became free in time
Error cannot_start(std::string_view why);
Error role_lost();  // the execution role is gone or does not trust Lambda any more
Error invoke_timed_out();
Error not_permitted(std::string_view principal, std::string_view arn);  // by the resource policy

}  // namespace fairlead::lambda
