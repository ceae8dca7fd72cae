// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
#include "services/logs/errors.h"

namespace fairlead::logs {

namespace {
const ErrorCode kExists{"ResourceAlreadyExistsException", 400};
const ErrorCode kNotFound{"ResourceNotFoundException", 400};
const ErrorCode kInvalid{"InvalidParameterException", 400};
const ErrorCode kLimit{"LimitExceededException", 400};
}  // namespace

Error group_exists() { return {&kExists, "The specified log group already exists", {}}; }
Error stream_exists() { return {&kExists, "The specified log stream already exists", {}}; }
Error no_such_group() { return {&kNotFound, "The specified log group does not exist.", {}}; }
Error no_such_stream() { return {&kNotFound, "The specified log stream does not exist.", {}}; }
Error no_such_subscription() {
  return {&kNotFound, "The specified subscription filter does not exist.", {}};
}
Error no_such_query() { return {&kNotFound, "The specified query does not exist.", {}}; }
Error no_such_query_definition() {
  return {&kNotFound, "The specified query definition does not exist.", {}};
}
Error no_such_record() { return {&kNotFound, "The specified log record does not exist.", {}}; }
Error cannot_execute_function() {
  return {&kInvalid,
          "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
          "permission to execute your function.",
          {}};
}
Error invalid_parameter(std::string_view what) { return {&kInvalid, std::string(what), {}}; }
Error limit_exceeded() { return {&kLimit, "Resource limit exceeded.", {}}; }
Error too_many_queries() {
  return {&kLimit, "Account maximum query concurrency limit of [30] reached.", {}};
}

}  // namespace fairlead::logs
