// Names as the JSON protocol has them, codes as the query protocol has them, and the sentences.
#include "services/sqs/errors.h"

namespace fairlead::sqs {

#define FAIRLEAD_SQS_CODE(name) "AWS.SimpleQueueService." name
const ErrorCode kQueueDoesNotExist{"QueueDoesNotExist", 400, FAIRLEAD_SQS_CODE("NonExistentQueue")};

namespace {

const ErrorCode kQueueNameExists{"QueueNameExists", 400, "QueueAlreadyExists"};
const ErrorCode kPurgeQueueInProgress{"PurgeQueueInProgress", 403,
                                      FAIRLEAD_SQS_CODE("PurgeQueueInProgress")};
const ErrorCode kInvalidAttributeName{"InvalidAttributeName", 400};
const ErrorCode kInvalidAttributeValue{"InvalidAttributeValue", 400};
const ErrorCode kInvalidParameterValue{"InvalidParameterValueException", 400,
                                       "InvalidParameterValue"};
const ErrorCode kMissingParameter{"MissingRequiredParameterException", 400, "MissingParameter"};
const ErrorCode kInvalidAddress{"InvalidAddress", 404};
const ErrorCode kInvalidMessageContents{"InvalidMessageContents", 400};
const ErrorCode kOverLimit{"OverLimit", 403};
const ErrorCode kInternalError{"InternalFailure", 500};
const ErrorCode kReceiptHandleIsInvalid{"ReceiptHandleIsInvalid", 404};
const ErrorCode kEmptyBatchRequest{"EmptyBatchRequest", 400,
                                   FAIRLEAD_SQS_CODE("EmptyBatchRequest")};
const ErrorCode kTooManyEntries{"TooManyEntriesInBatchRequest", 400,
                                FAIRLEAD_SQS_CODE("TooManyEntriesInBatchRequest")};
const ErrorCode kNotDistinct{"BatchEntryIdsNotDistinct", 400,
                             FAIRLEAD_SQS_CODE("BatchEntryIdsNotDistinct")};
const ErrorCode kInvalidBatchEntryId{"InvalidBatchEntryId", 400,
                                     FAIRLEAD_SQS_CODE("InvalidBatchEntryId")};
const ErrorCode kBatchRequestTooLong{"BatchRequestTooLong", 400,
                                     FAIRLEAD_SQS_CODE("BatchRequestTooLong")};
#undef FAIRLEAD_SQS_CODE

template <class... Parts>
std::string text(const Parts&... parts) {
  std::string all;
  (all.append(parts), ...);
  return all;
}

}  // namespace

Error no_such_queue() { return {&kQueueDoesNotExist, "The specified queue does not exist.", {}}; }

Error queue_exists(std::string_view attribute) {
  return {&kQueueNameExists,
          text("A queue already exists with the same name and a different value for attribute ",
               attribute),
          {}};
}

Error purge_in_progress(std::string_view queue) {
  return {&kPurgeQueueInProgress,
          text("Only one PurgeQueue operation on ", queue, " is allowed every 60 seconds."),
          {}};
}

Error bad_queue_name() {
  return {&kInvalidParameterValue,
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
          {}};
}

Error unknown_attribute(std::string_view name) {
  return {&kInvalidAttributeName, text("Unknown Attribute ", name, "."), {}};
}

Error bad_attribute_value(std::string_view name) {
  return {&kInvalidAttributeValue, text("Invalid value for the parameter ", name, "."), {}};
}

Error bad_redrive_policy(std::string_view policy, std::string_view reason) {
  return bad_parameter(policy, "RedrivePolicy", reason);
}

Error too_many_tags() { return {&kInvalidParameterValue, "A queue can have at most 50 tags.", {}}; }

Error missing_parameter(std::string_view name) {
  return {&kMissingParameter, text("The request must contain the parameter ", name, "."), {}};
}

Error bad_parameter(std::string_view value, std::string_view name, std::string_view reason) {
  return {&kInvalidParameterValue,
          text("Value ", value, " for parameter ", name, " is invalid. Reason: ", reason),
          {}};
}

Error bad_address(std::string_view url) {
  return {&kInvalidAddress, text("The address ", url, " is not valid for this endpoint."), {}};
}

Error message_too_long(std::int64_t most) {
  return {&kInvalidParameterValue,
          text("One or more parameters are invalid. Reason: Message must be shorter than ",
               std::to_string(most), " bytes."),
          {}};
}

Error bad_characters() {
  return {&kInvalidMessageContents,
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF "
          "| #xE000 to #xFFFD | #x10000 to #x10FFFF",
          {}};
}

Error bad_message_attribute(std::string_view name, std::string_view what) {
  return {&kInvalidParameterValue, text("The message attribute '", name, "' ", what), {}};
}

Error too_many_message_attributes() {
  return {&kInvalidParameterValue,
          "Number of message attributes exceeds the allowed maximum of 10.",
          {}};
}

Error not_for_standard_queues(std::string_view parameter) {
  return {
      &kInvalidParameterValue,
      text("The request include parameter ", parameter, " which is not valid for this queue type"),
      {}};
}

Error queue_is_full() {
  return {&kOverLimit, "The queue holds as many messages as this server keeps of one queue.", {}};
}

Error message_damaged() { return {&kInternalError, "A stored message is damaged.", {}}; }

Error bad_receipt_handle(std::string_view handle) {
  return {&kReceiptHandleIsInvalid,
          text("The input receipt handle \"", handle, "\" is not a valid receipt handle."),
          {}};
}

Error not_in_flight(std::string_view handle) {
  return bad_parameter(handle, "ReceiptHandle",
                       "Message does not exist or is not available for visibility timeout change.");
}

Error empty_batch(std::string_view entry_type) {
  return {&kEmptyBatchRequest,
          text("There should be at least one ", entry_type, " in the request."),
          {}};
}

Error too_many_entries(std::size_t count) {
  return {&kTooManyEntries,
          text("Maximum number of entries per request are 10. You have sent ",
               std::to_string(count), "."),
          {}};
}

Error batch_ids_not_distinct(std::string_view id) {
  return {&kNotDistinct, text("Id ", id, " repeated."), {}};
}

Error bad_batch_id() {
  return {&kInvalidBatchEntryId,
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It "
          "can be at most 80 letters long.",
          {}};
}

Error batch_too_long(std::size_t bytes) {
  return {&kBatchRequestTooLong,
          text("Batch requests cannot be longer than 1048576 bytes. You have sent ",
               std::to_string(bytes), " bytes."),
          {}};
}

}  // namespace fairlead::sqs
