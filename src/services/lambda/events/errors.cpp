// Wording as AWS answers it.
#include "services/lambda/events/errors.h"

namespace fairlead::lambda {
namespace {

const ErrorCode kNotFound{"ResourceNotFoundException", 404};
const ErrorCode kConflict{"ResourceConflictException", 409};
const ErrorCode kInvalid{"InvalidParameterValueException", 400};
const ErrorCode kValidation{"ValidationException", 400};
const ErrorCode kTooLarge{"RequestTooLargeException", 413};
const ErrorCode kTooMany{"TooManyRequestsException", 429};

Error user(const ErrorCode& code, std::string message) {
  return Error{&code, std::move(message), Json::object({{"Type", "User"}})};
}

}  // namespace

bool is_throttle(const Error& error) { return error.code->http_status == 429; }
bool is_missing(const Error& error) {
  return std::string_view(error.code->name) == "ResourceNotFoundException";
}

Error event_too_large() {
  return user(kTooLarge,
              "Request must be smaller than 1048576 bytes for the InvokeFunction operation");
}
Error too_many_events() {
  return Error{&kTooMany, "Rate Exceeded.",
               Json::object({{"Type", "User"}, {"Reason", "CallerRateLimitExceeded"}})};
}
Error invalid_marker() { return user(kInvalid, "Invalid Pagination Marker"); }

Error no_invoke_config(std::string_view arn) {
  return user(kNotFound, "The function " + std::string(arn) + " doesn't have an EventInvokeConfig");
}
Error nothing_configured() {
  return user(kInvalid, "You must specify at least one of error handling or destination setting.");
}
Error bad_destination(std::string_view arn) {
  return user(kInvalid, "The destination ARN " + std::string(arn) + " is invalid.");
}
Error destination_is_function() {
  return user(kInvalid, "You can't specify the function as a destination for itself.");
}

Error no_mapping() { return user(kNotFound, "The resource you requested does not exist."); }
Error mapping_exists(std::string_view source, std::string_view function, std::string_view uuid) {
  return user(kConflict, "The event source arn (\" " + std::string(source) +
                             " \") and function (\" " + std::string(function) +
                             " \") provided mapping already exists. Please update or delete the "
                             "existing mapping with UUID " +
                             std::string(uuid));
}
Error unrecognized_source() {
  return user(kInvalid, "Unrecognized event source, must be kinesis, dynamodb stream or sqs.");
}
Error stream_not_found(std::string_view arn) {
  return user(kInvalid, "Stream not found: " + std::string(arn));
}
Error starting_position_missing() {
  return Error{&kValidation,
               "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
               "constraint: Member must not be null.",
               {}};
}
Error unsupported_starting_position(std::string_view arn) {
  return user(kInvalid, "Unsupported starting position for arn type: " + std::string(arn));
}
Error bad_record_age() {
  return user(kInvalid,
              "Maximum record age in seconds must be -1 or between 60 and 604800, inclusive.");
}
Error bad_filter() { return user(kInvalid, "Invalid filter pattern definition."); }
Error mapping_invalid(std::string message) { return user(kInvalid, std::move(message)); }

Error no_url_config() { return user(kNotFound, "The resource you requested does not exist."); }
Error url_config_exists(std::string_view arn) {
  return user(kConflict,
              "Failed to create function url config for [functionArn = " + std::string(arn) +
                  "]. Error message:  FunctionUrlConfig exists for this Lambda "
                  "function");
}
Error bad_url_qualifier() {
  return Error{&kValidation,
               "1 validation error detected: Value at 'qualifier' failed to satisfy constraint: "
               "Member must satisfy regular expression pattern: "
               "((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
               {}};
}

}  // namespace fairlead::lambda
