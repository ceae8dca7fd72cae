// Messages into a queue and out of it: what is written when, and which copy counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/sqs/message.h"
#include "services/sqs/queue.h"
#include "services/sqs/sqs.h"

namespace fairlead::sqs {

// Several messages in one batch: add each, then commit; after that they can be received.
class Sending {
 public:
  Sending(Sqs& service, QueuePointer queue) : service_(service), queue_(std::move(queue)) {}
  Status add(const Message& message, std::int64_t delay_s);
  Status commit();

 private:
  Sqs& service_;
  QueuePointer queue_;
  storage::Batch batch_;
  std::vector<Queue::Lease> added_;
};

struct Received {
  Message message;
  Delivery delivery;
  std::string receipt_handle;
};
struct ReceiveOptions {
  std::size_t most = 1;
  std::int64_t visibility_s = 30, wait_s = 0;
};
// Waits for the first message when there is none. Messages that were received too often go to the
// dead-letter queue instead.
Result<std::vector<Received>> receive(Sqs& service, const QueuePointer& queue,
                                      const ReceiveOptions& options);

// What a receipt handle names: one delivery of one message.
struct Receipt {
  MessageNumber number = 0;
  std::uint32_t receives = 0;
};
std::string write_receipt(const Queue& queue, const Receipt& receipt);
std::optional<Receipt> read_receipt(const Queue& queue, std::string_view handle);

// Of an older delivery the handle counts for nothing, and that is no error (as AWS).
Status remove(Sqs& service, Queue& queue, const std::string& handle);
Status change_visibility(Sqs& service, Queue& queue, const std::string& handle,
                         std::int64_t visibility_s);
Status purge(Sqs& service, Queue& queue);

}  // namespace fairlead::sqs
