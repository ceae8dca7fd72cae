// Wording as AWS answers it (botocore's lambda model names the shapes; texts as seen from AWS).
#include "services/lambda/errors.h"

#include "platform/invoker.h"
#include "services/lambda/runtimes.h"

namespace fairlead::lambda {
namespace {

const ErrorCode kNotFound{"ResourceNotFoundException", 404};
const ErrorCode kNoProvisioned{"ProvisionedConcurrencyConfigNotFoundException", 404};
const ErrorCode kConflict{"ResourceConflictException", 409};
const ErrorCode kPrecondition{"PreconditionFailedException", 412};
const ErrorCode kInvalidParameter{"InvalidParameterValueException", 400};
const ErrorCode kValidation{"ValidationException", 400};
const ErrorCode kInvalidContent{"InvalidRequestContentException", 400};
const ErrorCode kTooLarge{"RequestTooLargeException", 413};
const ErrorCode kTooMany{"TooManyRequestsException", 429};
const ErrorCode kService{"ServiceException", 500};
const ErrorCode kDenied{"AccessDeniedException", 403};
constexpr const char* kRoleNotAssumable =
    "The role defined for the function cannot be assumed by Lambda.";
const ErrorCode kPolicyLength{"PolicyLengthExceededException", 400};

Error user(const ErrorCode& code, std::string message) {
  return Error{&code, std::move(message), Json::object({{"Type", "User"}})};
}

Error throttled(std::string_view reason) {
  // retryAfterSeconds goes out as the header Retry-After.
  Json detail = Json::object({{"retryAfterSeconds", "1"}, {"Type", "User"}, {"Reason", reason}});
  return Error{&kTooMany, "Rate Exceeded.", std::move(detail)};
}

}  // namespace

Error function_not_found(std::string_view arn) {
  return user(kNotFound, "Function not found: " + std::string(arn));
}
Error wrong_region(std::string_view asked, std::string_view here) {
  return user(kNotFound, "Functions from '" + std::string(asked) +
                             "' are not reachable in this region ('" + std::string(here) + "')");
}
Error no_policy() { return user(kNotFound, "The resource you requested does not exist."); }
Error statement_not_found(std::string_view sid) {
  return user(kNotFound, "Statement " + std::string(sid) + " is not found in resource policy.");
}
Error invalid_tag_arn(std::string_view arn) {
  return violates(arn, "resource",
                  "Member must satisfy regular expression pattern: "
                  "arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:"
                  "function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?");
}

Error alias_not_found(std::string_view arn) {
  return user(kNotFound, "Cannot find alias arn: " + std::string(arn));
}
Error layer_version_not_found(std::string_view arn) {
  return user(kNotFound, "Layer version " + std::string(arn) + " does not exist.");
}
Error layer_version_missing() {
  return user(kNotFound, "The resource you requested does not exist.");
}
Error no_layer_policy() {
  return user(kNotFound, "No policy is associated with the given resource.");
}
Error no_provisioned_concurrency() {
  return user(kNoProvisioned, "No Provisioned Concurrency Config found for this function");
}

Error function_exists(std::string_view name) {
  return user(kConflict, "Function already exist: " + std::string(name));
}
Error statement_exists(std::string_view sid) {
  return user(kConflict, "The statement id (" + std::string(sid) +
                             ") provided already exists. Please provide a new statement id, or "
                             "remove the existing statement.");
}

Error alias_exists(std::string_view arn) {
  return user(kConflict, "Alias already exists: " + std::string(arn));
}
Error version_in_use(std::string_view comma_separated_aliases) {
  return user(kConflict, "Unable to delete version because the following aliases reference it: [" +
                             std::string(comma_separated_aliases) + "]");
}
Error version_has_provisioned_alias() {
  return user(kConflict, "Version is pointed to by a Provisioned Concurrency alias");
}
Error alias_of_provisioned_version() {
  return user(kConflict,
              "Alias can't be used for Provisioned Concurrency configuration on an already "
              "Provisioned version");
}

Error function_revision_mismatch() {
  return user(kPrecondition,
              "The Revision Id provided does not match the latest Revision Id. Call the "
              "GetFunction/GetAlias API to retrieve the latest Revision Id");
}
Error policy_revision_mismatch() {
  return user(kPrecondition,
              "The Revision Id provided does not match the latest Revision Id. Call the "
              "GetPolicy API to retrieve the latest Revision Id");
}

Error layer_revision_mismatch() {
  return user(kPrecondition,
              "The Revision Id provided does not match the latest Revision Id. Call the "
              "GetLayerPolicy API to retrieve the latest Revision Id");
}

Error invalid_parameter(std::string message) { return user(kInvalidParameter, std::move(message)); }
Error qualifier_mismatch() {
  return invalid_parameter(
      "The derived qualifier from the function name does not match the specified qualifier.");
}
Error handler_required() {
  return invalid_parameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment "
      "packages.");
}
Error no_code() { return invalid_parameter("Please provide a source for function code."); }
Error ambiguous_code() {
  return invalid_parameter(
      "Please do not provide other FunctionCode parameters when providing a "
      "ZipFile.");
}
Error empty_zip() { return invalid_parameter("Uploaded file must be a non-empty zip"); }
Error bad_zip() {
  return invalid_parameter(
      "Could not unzip uploaded file. Please check your file, then try to upload again.");
}
Error unzipped_too_large() {
  return invalid_parameter("Unzipped size must be smaller than 262144000 bytes");
}
Error unknown_runtime(std::string_view runtime) {
  return invalid_parameter("Value " + std::string(runtime) +
                           " at 'runtime' failed to satisfy constraint: Member must satisfy enum "
                           "value set: [" +
                           known_runtimes_text() + "] or be a valid ARN");
}
Error role_not_assumable() { return invalid_parameter(kRoleNotAssumable); }
Error environment_too_large(std::string_view measured) {
  return invalid_parameter(
      "Lambda was unable to configure your environment variables because the environment "
      "variables you have provided exceeded the 4KB limit. String measured: " +
      std::string(measured));
}
Error reserved_keys(std::string_view comma_separated) {
  return invalid_parameter(
      "Lambda was unable to configure your environment variables because the environment "
      "variables you have provided contains reserved keys that are currently not supported for "
      "modification. Reserved keys used in this request: " +
      std::string(comma_separated));
}
Error bad_principal() {
  return invalid_parameter(
      "The provided principal was invalid. Please check the principal and try again.");
}
Error too_many_tags() { return invalid_parameter("Number of tags exceeds function tag limit."); }
Error not_enough_unreserved(std::string_view what) {
  return invalid_parameter("Specified " + std::string(what) +
                           "ConcurrentExecutions for function decreases account's "
                           "UnreservedConcurrentExecution below its minimum value of [100].");
}
Error policy_too_long() {
  return user(kPolicyLength, "The final policy size is bigger than the limit (20480).");
}

Error code_sha_mismatch(std::string_view given, std::string_view present) {
  return invalid_parameter(
      "CodeSHA256 (" + std::string(given) + ") is different from current CodeSHA256 in $LATEST (" +
      std::string(present) + "). Please try again with the CodeSHA256 in $LATEST.");
}
Error too_many_layers() { return invalid_parameter("Cannot reference more than 5 layers."); }
Error layer_twice(std::string_view first_arn, std::string_view second_arn) {
  return invalid_parameter(
      "Two different versions of the same layer are not allowed to be referenced in the same "
      "function. " +
      std::string(first_arn) + " and " + std::string(second_arn) +
      " are versions of the same layer.");
}
Error layer_missing(std::string_view arn) {
  return invalid_parameter("Layer version " + std::string(arn) + " does not exist.");
}
Error wrong_layer_region(std::string_view region) {
  return invalid_parameter(
      "Layers are not in the same region as the function. Layers are expected to be in region " +
      std::string(region) + ".");
}
Error code_and_layers_too_large(std::uint64_t bytes) {
  return invalid_parameter(
      "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. "
      "The actual size is " +
      std::to_string(bytes) + " bytes.");
}
Error object_unreadable(std::string_view code, std::string_view message) {
  return invalid_parameter("Error occurred while GetObject. S3 Error Code: " + std::string(code) +
                           ". S3 Error Message: " + std::string(message));
}
Error no_layer_version_arn(std::string_view arn) {
  return violates("[" + std::string(arn) + "]", "layers",
                  "Member must satisfy constraint: [Member must have length less than or equal to "
                  "140, Member must have length greater than or equal to 1, Member must satisfy "
                  "regular expression pattern: "
                  "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|"
                  "(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]");
}

Error violates(std::string_view value, std::string_view member, std::string_view constraint) {
  return Error{&kValidation,
               "1 validation error detected: Value '" + std::string(value) + "' at '" +
                   std::string(member) +
                   "' failed to satisfy constraint: " + std::string(constraint),
               {}};
}

Error invalid_request_content(std::string_view why) {
  return user(kInvalidContent, "Could not parse request body into json: " + std::string(why));
}
Error request_too_large(std::size_t limit) {
  return user(kTooLarge, "Request must be smaller than " + std::to_string(limit) +
                             " bytes for the InvokeFunction operation");
}
Error account_throttled() { return throttled("ConcurrentInvocationLimitExceeded"); }
Error function_throttled() {
  return throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
}
Error machine_busy() { return throttled("ConcurrentInvocationLimitExceeded"); }
Error cannot_start(std::string_view why) {
  return Error{&kService, "The function could not be started: " + std::string(why),
               Json::object({{"Type", "Service"}})};
}
Error role_lost() { return user(kDenied, kRoleNotAssumable); }
Error invoke_timed_out() {
  return Error{&platform::kInvokeTimedOut, "The function did not answer in time.", {}};
}
Error layer_not_permitted(std::string_view principal, std::string_view arn) {
  return Error{
      &kDenied,
      "User: " + std::string(principal) +
          " is not authorized to perform: lambda:GetLayerVersion on resource: " + std::string(arn) +
          " because no resource-based policy allows the lambda:GetLayerVersion action",
      {}};
}
Error not_permitted(std::string_view principal, std::string_view arn) {
  return Error{
      &kDenied,
      std::string(principal) +
          " is not authorized to perform: lambda:InvokeFunction on resource: " + std::string(arn) +
          " because no resource-based policy allows the lambda:InvokeFunction action",
      {}};
}

}  // namespace fairlead::lambda
