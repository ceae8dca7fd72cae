// Every refusal of the SQS service, named.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::sqs {

extern const ErrorCode kQueueDoesNotExist;

Error no_such_queue();
Error queue_exists(std::string_view attribute);
Error purge_in_progress(std::string_view queue);
Error bad_queue_name();
Error unknown_attribute(std::string_view name);
Error bad_attribute_value(std::string_view name);
Error bad_redrive_policy(std::string_view policy, std::string_view reason);
Error too_many_tags();

Error missing_parameter(std::string_view name);
// "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …"
Error bad_parameter(std::string_view value, std::string_view name, std::string_view reason);
Error bad_address(std::string_view url);
Error message_too_long(std::int64_t most);
Error bad_characters();
Error bad_message_attribute(std::string_view name, std::string_view what);
Error too_many_message_attributes();
Error not_for_standard_queues(std::string_view parameter);
Error queue_is_full();
Error message_damaged();

Error bad_receipt_handle(std::string_view handle);
Error not_in_flight(std::string_view handle);

Error empty_batch(std::string_view entry_type);
Error too_many_entries(std::size_t count);
Error batch_ids_not_distinct(std::string_view id);
Error bad_batch_id();
Error batch_too_long(std::size_t bytes);

}  // namespace fairlead::sqs
