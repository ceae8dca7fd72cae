// Outcomes: what destinations and dead-letter targets get to know about an event or a batch.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "platform/target.h"
#include "services/lambda/events/run.h"

namespace fairlead::lambda {

struct Outcome {
  std::string request_id, function_arn;
  std::string condition;  // "Success", "RetriesExhausted", "EventAgeExceeded"
  std::int64_t invokes = 0;
  // What the last run answered; nothing when there was no run or its answer is not known any more.
  std::optional<Ran> last;
};

// {"version":"1.0", "timestamp", "requestContext", "requestPayload", "responseContext", …}
Json outcome_record(const Outcome& outcome, const std::string& payload, std::int64_t now_ms);

// What a dead-letter target's message is told beside the event itself.
std::vector<platform::Attribute> dead_letter_attributes(const Outcome& outcome);

class Outcomes {
 public:
  Outcomes(platform::Targets& targets, Clock& clock) : targets_(targets), clock_(clock) {}

  // Delivers, trying again a few times when the receiver is busy. What cannot be delivered is
  // logged, counted and dropped, as AWS does.
  void deliver(const std::string& to_arn, const std::string& from_arn, std::string payload,
               std::vector<platform::Attribute> attributes = {});
  // A destination somebody configures: refused when nothing here takes it.
  Status check(const std::string& arn) const;

 private:
  platform::Targets& targets_;
  Clock& clock_;
};

}  // namespace fairlead::lambda
