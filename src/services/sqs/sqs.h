// The SQS service: standard queues. Messages are durable before SendMessage answers, delivered at
// least once, in about the order in which they came.
//
// Thread-safe; every call may wait. Start reading at operations.cpp (the operation table).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "platform/operation.h"
#include "platform/target.h"
#include "services/sqs/queues.h"
#include "storage/store.h"

namespace fairlead::sqs {

class Sqs : public platform::Target {
 public:
  Sqs(storage::Store& store, Clock& clock) : store_(store), clock_(clock), queues_(store) {}

  storage::Store& store() { return store_; }
  Clock& clock() { return clock_; }
  Queues& queues() { return queues_; }

  // Erases what queues need not keep any longer; parks. Called once a minute.
  Status sweep();

  // From now on nobody waits for a message, and those who do are answered: the server ends.
  void end_waits();

  // SendMessage to the queue of this ARN, for those in the house (dead letters, destinations).
  bool takes(std::string_view arn) const override;
  Status deliver(platform::Context& cx, platform::Delivery delivery) override;

 private:
  storage::Store& store_;
  Clock& clock_;
  Queues queues_;
};

void add_sqs(platform::Registry& registry, Sqs& service);

}  // namespace fairlead::sqs
