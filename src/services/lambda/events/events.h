// Events: everything that invokes functions without somebody who waits for the answer (queued
// events, event source mappings), and function URLs.
//
// Everything that must not be lost is in the store before it is acknowledged; what runs are fibers
// of one crew, which an end or a crash of the server may cut short at any point.
#pragma once

#include <memory>
#include <string>

#include "platform/change_streams.h"
#include "platform/function_urls.h"
#include "platform/target.h"
#include "services/lambda/event_queue.h"
#include "services/lambda/events/async_queue.h"
#include "services/lambda/events/crew.h"
#include "services/lambda/events/invoke_config.h"
#include "services/lambda/events/mapping_table.h"
#include "services/lambda/events/options.h"
#include "services/lambda/events/outcomes.h"
#include "services/lambda/events/pumps.h"
#include "services/lambda/events/url_config.h"
#include "services/lambda/lambda.h"

namespace fairlead::lambda {

// Thread-safe. What it needs must outlive it.
class Events final : public EventQueue, public platform::Target, public platform::FunctionUrls {
 public:
  struct Needs {
    Lambda& lambda;
    storage::Store& store;
    platform::ChangeStreams& streams;
    platform::Targets& targets;
    Clock& clock;
  };
  Events(Needs needs, EventsOptions options);
  ~Events() override;

  // Once, before the first request: events and mappings of an earlier run go on.
  Status start();
  // Nothing new is begun. What runs goes on; wait_ended tells whether all of it has ended, at most
  // until `deadline_ms` (monotonic). What an end of the server cuts off runs again after a start.
  void stop();
  bool wait_ended(std::int64_t deadline_ms) { return crew_.wait_empty(deadline_ms); }

  // EventQueue
  Status accept(platform::Context& cx, QueuedEvent event) override;
  void removed(const FunctionName& name) override;

  // Target: functions. A delivery is an event.
  bool takes(std::string_view arn) const override;
  Status check(platform::Context& cx, const platform::Delivery& delivery) override;
  Status deliver(platform::Context& cx, platform::Delivery delivery) override;

  // FunctionUrls
  std::optional<Place> place_of_url(std::string_view url_id) override;
  platform::Reply serve_url(platform::Context& cx, platform::FunctionUrlRequest request) override;

  // For the operations, and for tests that move the clock.
  void wake() { queue_.wake(); }
  AsyncQueue::Counts event_counts() const { return queue_.counts(); }
  Lambda& lambda() { return lambda_; }
  Clock& clock() { return clock_; }
  platform::ChangeStreams& streams() { return streams_; }
  InvokeConfigs& invoke_configs() { return invoke_configs_; }
  MappingTable& mappings() { return mappings_; }
  Pumps& pumps() { return pumps_; }
  UrlConfigs& url_configs() { return url_configs_; }
  Outcomes& outcomes() { return outcomes_; }

 private:
  Status permit(platform::Context& cx, const platform::Delivery& delivery);

  const EventsOptions options_;
  Lambda& lambda_;
  Clock& clock_;
  platform::ChangeStreams& streams_;
  Crew crew_;
  Outcomes outcomes_;
  InvokeConfigs invoke_configs_;
  AsyncQueue queue_;
  MappingTable mappings_;
  Pumps pumps_;
  UrlConfigs url_configs_;
};

// Their rows of the operation table, beside those of add_lambda.
void add_lambda_events(platform::Registry& registry, Events& of);

}  // namespace fairlead::lambda
