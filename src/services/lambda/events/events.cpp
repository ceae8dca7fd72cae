// The parts put together, and events that come through the ports.
#include "services/lambda/events/events.h"

#include <utility>

#include "base/arn.h"
#include "base/ids.h"
#include "base/log.h"

namespace fairlead::lambda {

Events::Events(Needs needs, EventsOptions options)
    : options_(std::move(options)),
      lambda_(needs.lambda),
      clock_(needs.clock),
      streams_(needs.streams),
      crew_(options_.spawn),
      outcomes_(needs.targets, needs.clock),
      invoke_configs_(needs.store),
      queue_(needs.lambda, needs.store, invoke_configs_, outcomes_, crew_, options_),
      mappings_(needs.store),
      pumps_({needs.lambda, needs.streams, mappings_, outcomes_, crew_, options_, needs.clock}),
      url_configs_(needs.store) {}

Events::~Events() {
  stop();
  wait_ended(INT64_MAX);
}

Status Events::start() {
  TRY(queue_.open());
  queue_.start();
  return pumps_.start_all();
}

void Events::stop() {
  crew_.stop();
  queue_.wake();
  pumps_.wake_all();
}

Status Events::accept(platform::Context&, QueuedEvent event) {
  return queue_.accept(std::move(event));
}

void Events::removed(const FunctionName& name) {
  const Status configs = invoke_configs_.forget(name);
  const Status urls = url_configs_.forget(name);
  if (configs.ok() && urls.ok()) return;
  log_error("what was set up for a deleted function could not be removed",
            {{"function", name.arn()},
             {"error", configs.ok() ? urls.error().message : configs.error().message}});
}

bool Events::takes(std::string_view arn) const {
  const auto parsed = parse_arn(arn);
  return parsed && parsed->service == "lambda" && parsed->resource.starts_with("function:");
}

Status Events::permit(platform::Context& cx, const platform::Delivery& delivery) {
  const FunctionName name = TRY(parse_function_arn(delivery.arn));
  const FunctionPtr function = TRY(lambda_.functions().find(name));
  if (delivery.source_principal.empty()) return {};
  platform::InvokeRequest request;
  request.function_arn = delivery.arn;
  request.source_principal = delivery.source_principal;
  request.source_arn = delivery.source_arn;
  return lambda_.permit(cx, *function, request);
}

Status Events::check(platform::Context& cx, const platform::Delivery& delivery) {
  return permit(cx, delivery);
}

Status Events::deliver(platform::Context& cx, platform::Delivery delivery) {
  TRY(permit(cx, delivery));
  return queue_.accept({std::move(delivery.arn), uuid_v4(), std::move(delivery.payload), {}});
}

}  // namespace fairlead::lambda
