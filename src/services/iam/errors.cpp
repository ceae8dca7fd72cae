// The codes and sentences of IAM's errors.
#include "services/iam/errors.h"

namespace fairlead::iam {

namespace {

const ErrorCode kNoSuchEntity{"NoSuchEntityException", 404, "NoSuchEntity"};
const ErrorCode kExists{"EntityAlreadyExistsException", 409, "EntityAlreadyExists"};
const ErrorCode kDeleteConflict{"DeleteConflictException", 409, "DeleteConflict"};
const ErrorCode kMalformedPolicy{"MalformedPolicyDocumentException", 400,
                                 "MalformedPolicyDocument"};
const ErrorCode kLimitExceeded{"LimitExceededException", 409, "LimitExceeded"};
const ErrorCode kInvalidInput{"InvalidInputException", 400, "InvalidInput"};
const ErrorCode kValidationError{"ValidationError", 400};
const ErrorCode kAccessDenied{"AccessDenied", 403};

std::string with(std::string_view before, std::string_view name, std::string_view after) {
  std::string text(before);
  text += name;
  text += after;
  return text;
}

}  // namespace

Error no_such_role(std::string_view name) {
  return {&kNoSuchEntity, with("The role with name ", name, " cannot be found."), {}};
}
Error no_such_role_policy(std::string_view name) {
  return {&kNoSuchEntity, with("The role policy with name ", name, " cannot be found."), {}};
}
Error no_such_policy(std::string_view arn) {
  return {&kNoSuchEntity, with("Policy ", arn, " was not found."), {}};
}
Error no_such_policy_version(std::string_view arn, std::string_view version) {
  return {&kNoSuchEntity,
          with("Policy ", arn, " version ") + std::string(version) +
              " does not exist or is not attachable.",
          {}};
}
Error policy_not_attachable(std::string_view arn) {
  return {&kNoSuchEntity, with("Policy ", arn, " does not exist or is not attachable."), {}};
}
Error not_attached(std::string_view arn) {
  return {&kNoSuchEntity, with("Policy ", arn, " was not found."), {}};
}
Error role_exists(std::string_view name) {
  return {&kExists, with("Role with name ", name, " already exists."), {}};
}
Error policy_exists(std::string_view name) {
  return {&kExists,
          with("A policy called ", name, " already exists. Duplicate names are not allowed."),
          {}};
}
Error must_detach_policies() {
  return {&kDeleteConflict, "Cannot delete entity, must detach all policies first.", {}};
}
Error must_delete_policies() {
  return {&kDeleteConflict, "Cannot delete entity, must delete policies first.", {}};
}
Error policy_is_attached() {
  return {&kDeleteConflict, "Cannot delete a policy attached to entities.", {}};
}
Error malformed_policy(std::string_view what) { return {&kMalformedPolicy, std::string(what), {}}; }
Error limit_exceeded(std::string_view quota, int value) {
  return {
      &kLimitExceeded, with("Cannot exceed quota for ", quota, ": ") + std::to_string(value), {}};
}
Error inline_policies_too_large(std::string_view role) {
  return {&kLimitExceeded,
          "Maximum policy size of 10240 bytes exceeded for role " + std::string(role),
          {}};
}
Error invalid_input(std::string_view what) { return {&kInvalidInput, std::string(what), {}}; }
Error validation_error(std::string_view what) { return {&kValidationError, std::string(what), {}}; }
Error unmodifiable_aws_policy(std::string_view arn) {
  return {&kAccessDenied, with("Policy ", arn, " is owned by AWS and cannot be changed."), {}};
}

}  // namespace fairlead::iam
