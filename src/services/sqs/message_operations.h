// What the message operations share with their batches: one entry at a time.
#pragma once

#include "services/sqs/messages.h"
#include "services/sqs/operations.h"

namespace fairlead::sqs {

// A message of SendMessage or of one entry of its batch, checked against its queue.
struct Outgoing {
  Message message;
  std::int64_t delay_s = 0;
};
Result<Outgoing> read_outgoing(const Context& cx, const Queue& queue, const Json& input);
Json sent_reply(const Message& message);  // MessageId and the digests

Status change_one_visibility(Sqs& service, Queue& queue, const Json& input);

}  // namespace fairlead::sqs
