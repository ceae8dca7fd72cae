// The handlers of the operation table, each in the file that its group names, and what all of them
// need.
#pragma once

#include "services/sqs/sqs.h"

namespace fairlead::sqs {

using platform::Context;

// The queue of a QueueUrl: the last two pieces of its path are account and name, whatever stands
// before them (our own address, sqs.<region>.amazonaws.com, …).
Result<QueuePointer> require_queue(Sqs& service, const Context& cx, const Json& input);
std::string queue_url(const Context& cx, const Queue& queue);
// The ARN that a QueueUrl means, for permissions; "*" when it means none.
std::string arn_of_url(const Context& cx, const Json& input);

// queue_operations.cpp
Result<Json> create_queue(Sqs& service, Context& cx, const Json& input);
Result<Json> delete_queue(Sqs& service, Context& cx, const Json& input);
Result<Json> get_queue_url(Sqs& service, Context& cx, const Json& input);
Result<Json> list_queues(Sqs& service, Context& cx, const Json& input);
Result<Json> list_dead_letter_source_queues(Sqs& service, Context& cx, const Json& input);
Result<Json> purge_queue(Sqs& service, Context& cx, const Json& input);
Result<Json> get_queue_attributes(Sqs& service, Context& cx, const Json& input);
Result<Json> set_queue_attributes(Sqs& service, Context& cx, const Json& input);
Result<Json> tag_queue(Sqs& service, Context& cx, const Json& input);
Result<Json> untag_queue(Sqs& service, Context& cx, const Json& input);
Result<Json> list_queue_tags(Sqs& service, Context& cx, const Json& input);

// message_operations.cpp
Result<Json> send_message(Sqs& service, Context& cx, const Json& input);
Result<Json> receive_message(Sqs& service, Context& cx, const Json& input);
Result<Json> delete_message(Sqs& service, Context& cx, const Json& input);
Result<Json> change_message_visibility(Sqs& service, Context& cx, const Json& input);

// batch_operations.cpp
Result<Json> send_message_batch(Sqs& service, Context& cx, const Json& input);
Result<Json> delete_message_batch(Sqs& service, Context& cx, const Json& input);
Result<Json> change_message_visibility_batch(Sqs& service, Context& cx, const Json& input);

}  // namespace fairlead::sqs
