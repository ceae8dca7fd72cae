// AsyncQueue: events that were accepted and are run later, at least once, in no promised order.
//
// Each event is an entry of the outbox, in the lane of its function. One fiber, the dispatcher,
// takes what is due and hands each entry to a fiber of its own, bounded for each function and in
// all. A failed event goes back into its lane with a later due time; one that is over its retries
// or its age is given up. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "services/lambda/event_queue.h"
#include "services/lambda/events/crew.h"
#include "services/lambda/events/invoke_config.h"
#include "services/lambda/events/options.h"
#include "services/lambda/events/outcomes.h"
#include "services/lambda/lambda.h"
#include "storage/outbox.h"

namespace fairlead::lambda {

class AsyncQueue {
 public:
  AsyncQueue(Lambda& lambda, storage::Store& store, InvokeConfigs& configs, Outcomes& outcomes,
             Crew& crew, const EventsOptions& options);

  Status open();  // once: what an earlier run left
  void start();   // the dispatcher
  Status accept(QueuedEvent event);
  void wake() { bell_.ring(); }  // something changed: look for what is due

  struct Counts {
    std::size_t waiting = 0, running = 0;
  };
  Counts counts() const;

 private:
  struct Progress;

  void dispatch();
  void hand_out(std::int64_t now_ms);
  std::size_t room_for(const std::string& lane);
  void run(const storage::Outbox::Entry& entry);
  void run_event(const storage::Outbox::Entry& entry, const QueuedEvent& event);
  Status after_failure(const storage::Outbox::Entry& entry, const QueuedEvent& event,
                       const InvokeConfig& config, Progress progress, Ran ran);
  Status after_fault(const storage::Outbox::Entry& entry, const QueuedEvent& event,
                     const InvokeConfig& config, Progress progress, const Error& error);
  Status succeed(const storage::Outbox::Entry& entry, const QueuedEvent& event,
                 const InvokeConfig& config, const Progress& progress, Ran ran);
  Status give_up(const storage::Outbox::Entry& entry, const QueuedEvent& event,
                 const InvokeConfig& config, Outcome outcome);
  InvokeConfig config_of(const std::string& function_arn) const;
  void finished(const std::string& lane);

  Lambda& lambda_;
  InvokeConfigs& configs_;
  Outcomes& outcomes_;
  Crew& crew_;
  const EventsOptions& options_;
  Clock& clock_;
  storage::Outbox outbox_;
  Bell bell_;

  mutable std::mutex mutex_;  // of what follows; never held across a wait
  std::unordered_map<std::string, std::size_t> running_;  // by lane
  std::size_t running_in_all_ = 0;
};

}  // namespace fairlead::lambda
