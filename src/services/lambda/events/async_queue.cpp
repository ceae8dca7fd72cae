// The dispatcher, and what becomes of one event.
#include "services/lambda/events/async_queue.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_parse.h"
#include "base/log.h"
#include "services/lambda/events/errors.h"

namespace fairlead::lambda {

using storage::Outbox;

namespace {

constexpr std::size_t kMaxEvent = 1024 * 1024;  // as AWS since October 2025
constexpr std::int64_t kLongestSleepMs = 60'000;
constexpr std::int64_t kAfterStoreFaultMs = 5000;

std::string encode(const QueuedEvent& event) {
  Json head = Json::object({{"arn", event.function_arn}, {"id", event.request_id}});
  if (!event.client_context.empty()) head.set("clientContext", event.client_context);
  return write_json(head) + "\n" + event.payload;
}

std::optional<QueuedEvent> decode(const std::string& body) {
  const auto end = body.find('\n');
  if (end == std::string::npos) return std::nullopt;
  const auto head = parse_json(std::string_view(body).substr(0, end));
  if (!head.ok()) return std::nullopt;
  return QueuedEvent{(*head)["arn"].string_or(""), (*head)["id"].string_or(""),
                     body.substr(end + 1), (*head)["clientContext"].string_or("")};
}

}  // namespace

// The note of an entry: what happened to the event so far.
struct AsyncQueue::Progress {
  std::int64_t failures = 0;  // of the function
  std::int64_t faults = 0;    // throttles and our own, since the last run
  std::string encode() const {
    return write_json(Json::object({{"failures", failures}, {"faults", faults}}));
  }
  static Progress decode(const std::string& note) {
    const auto json = parse_json(note);
    if (!json.ok()) return {};
    return {(*json)["failures"].int_or(0), (*json)["faults"].int_or(0)};
  }
};

AsyncQueue::AsyncQueue(Lambda& lambda, storage::Store& store, InvokeConfigs& configs,
                       Outcomes& outcomes, Crew& crew, const EventsOptions& options)
    : lambda_(lambda),
      configs_(configs),
      outcomes_(outcomes),
      crew_(crew),
      options_(options),
      clock_(lambda.clock()),
      outbox_(store, "lambda/events") {}

Status AsyncQueue::open() { return outbox_.open(clock_.now_ms()); }

void AsyncQueue::start() {
  crew_.start([this] { dispatch(); });
}

Status AsyncQueue::accept(QueuedEvent event) {
  if (event.payload.size() > kMaxEvent) return event_too_large();
  FunctionName name = TRY(parse_function_arn(event.function_arn));
  name.qualifier.clear();
  const std::int64_t now_ms = clock_.now_ms();
  const Status put = outbox_.put({name.arn(), encode(event), Progress().encode(), now_ms, now_ms});
  if (!put.ok()) {
    if (put.error().code == &storage::kOutboxFull) return too_many_events();
    return Error(put.error());
  }
  bell_.ring();
  return {};
}

AsyncQueue::Counts AsyncQueue::counts() const {
  const auto counts = outbox_.counts();
  return {counts.entries - counts.leased, counts.leased};
}

void AsyncQueue::dispatch() {
  while (!crew_.stopping()) {
    const std::int64_t now_ms = clock_.now_ms();
    hand_out(now_ms);
    const std::int64_t next_ms = outbox_.next_due_ms(now_ms);
    const std::int64_t sleep_ms = std::clamp<std::int64_t>(
        next_ms == INT64_MAX ? INT64_MAX : next_ms - now_ms, 1, kLongestSleepMs);
    bell_.wait_until(parking_now_ms() + sleep_ms);
  }
}

void AsyncQueue::hand_out(std::int64_t now_ms) {
  std::vector<std::string> lanes = outbox_.due_lanes(now_ms);
  for (const std::string& lane : lanes) {
    const std::size_t room = room_for(lane);
    if (room == 0) continue;
    auto entries = outbox_.take(lane, now_ms, room);
    if (!entries.ok()) {
      log_error("waiting events cannot be read", {{"error", entries.error().message}});
      continue;
    }
    for (auto& entry : *entries) {
      {
        std::lock_guard lock(mutex_);
        running_[lane] += 1;
        running_in_all_ += 1;
      }
      crew_.start([this, held = std::make_shared<Outbox::Entry>(std::move(entry))] { run(*held); });
    }
  }
}

// A function that has a lot to do leaves room for the others: no lane takes more than half of what
// is free in all.
std::size_t AsyncQueue::room_for(const std::string& lane) {
  std::lock_guard lock(mutex_);
  const auto found = running_.find(lane);
  const std::size_t mine = found == running_.end() ? 0 : found->second;
  const std::size_t of_lane =
      mine < options_.most_running_of_function ? options_.most_running_of_function - mine : 0;
  const std::size_t free =
      running_in_all_ < options_.most_running ? options_.most_running - running_in_all_ : 0;
  return std::min(of_lane, (free + 1) / 2);
}

void AsyncQueue::finished(const std::string& lane) {
  {
    std::lock_guard lock(mutex_);
    running_in_all_ -= 1;
    const auto found = running_.find(lane);
    if (--found->second == 0) running_.erase(found);
  }
  bell_.ring();
}

void AsyncQueue::run(const Outbox::Entry& entry) {
  if (const auto event = decode(entry.body)) {
    run_event(entry, *event);
  } else {
    log_error("a waiting event cannot be read and is dropped", {{"lane", entry.lane}});
    (void)outbox_.done(entry);
  }
  finished(entry.lane);
}

InvokeConfig AsyncQueue::config_of(const std::string& function_arn) const {
  InvokeConfig config;
  const auto name = parse_function_arn(function_arn);
  if (!name.ok()) return config;
  const auto found = configs_.find(*name);
  return found.ok() && *found ? **found : config;
}

void AsyncQueue::run_event(const Outbox::Entry& entry, const QueuedEvent& event) {
  const InvokeConfig config = config_of(event.function_arn);
  const Progress progress = Progress::decode(entry.note);
  Status status;
  if (clock_.now_ms() - entry.entered_ms > config.max_age_ms()) {
    Outcome outcome{
        event.request_id, event.function_arn, "EventAgeExceeded", progress.failures, {}};
    status = give_up(entry, event, config, std::move(outcome));
  } else {
    auto ran = run_function(
        lambda_, {event.function_arn, event.request_id, event.payload, event.client_context});
    if (crew_.stopping() && (!ran.ok() || ran->function_error)) {
      return outbox_.give_back(entry);  // it was cut off with the server: as if never run
    }
    if (!ran.ok()) {
      status = after_fault(entry, event, config, progress, ran.error());
    } else if (ran->function_error) {
      status = after_failure(entry, event, config, progress, std::move(*ran));
    } else {
      status = succeed(entry, event, config, progress, std::move(*ran));
    }
  }
  if (status.ok()) return;
  log_error("the outcome of an event could not be stored",
            {{"function", event.function_arn}, {"error", status.error().message}});
  crew_.pause(kAfterStoreFaultMs, [] { return true; });
  outbox_.give_back(entry);
}

Status AsyncQueue::succeed(const Outbox::Entry& entry, const QueuedEvent& event,
                           const InvokeConfig& config, const Progress& progress, Ran ran) {
  if (!config.on_success.empty()) {
    Outcome outcome{event.request_id, event.function_arn, "Success", progress.failures + 1,
                    std::move(ran)};
    outcomes_.deliver(config.on_success, event.function_arn,
                      write_json(outcome_record(outcome, event.payload, clock_.now_ms())));
  }
  return outbox_.done(entry);
}

Status AsyncQueue::after_failure(const Outbox::Entry& entry, const QueuedEvent& event,
                                 const InvokeConfig& config, Progress progress, Ran ran) {
  progress.failures += 1;
  progress.faults = 0;
  if (progress.failures > config.max_retries()) {
    Outcome outcome{event.request_id, event.function_arn, "RetriesExhausted", progress.failures,
                    std::move(ran)};
    return give_up(entry, event, config, std::move(outcome));
  }
  const auto& delays = options_.retry_delays_ms;
  const std::size_t which = std::min<std::size_t>(progress.failures - 1, delays.size() - 1);
  const std::int64_t due_ms = clock_.now_ms() + (delays.empty() ? 0 : delays[which]);
  return outbox_.put_off(entry, due_ms, progress.encode());
}

Status AsyncQueue::after_fault(const Outbox::Entry& entry, const QueuedEvent& event,
                               const InvokeConfig& config, Progress progress, const Error& error) {
  if (is_missing(error)) {  // deleted since; AWS drops its events, too
    log_warn("an event was dropped: its function is gone", {{"function", event.function_arn}});
    return outbox_.done(entry);
  }
  if (!is_throttle(error)) {
    log_warn("an event could not be run; it will be tried again",
             {{"function", event.function_arn}, {"error", error.message}});
  }
  const int doublings = static_cast<int>(std::min<std::int64_t>(progress.faults, 20));
  const std::int64_t delay_ms =
      std::min(options_.throttle_first_ms << doublings, options_.throttle_most_ms);
  progress.faults += 1;
  // At the latest when its age is over, to be given up.
  const std::int64_t end_ms = entry.entered_ms + config.max_age_ms() + 1;
  return outbox_.put_off(entry, std::min(clock_.now_ms() + delay_ms, end_ms), progress.encode());
}

Status AsyncQueue::give_up(const Outbox::Entry& entry, const QueuedEvent& event,
                           const InvokeConfig& config, Outcome outcome) {
  if (!config.on_failure.empty()) {
    outcomes_.deliver(config.on_failure, event.function_arn,
                      write_json(outcome_record(outcome, event.payload, clock_.now_ms())));
  }
  FunctionPtr function = outcome.last ? outcome.last->function : nullptr;
  if (!function) {
    const auto name = parse_function_arn(event.function_arn);
    auto found = name.ok() ? lambda_.functions().find(*name) : Result<FunctionPtr>(name.error());
    if (found.ok()) function = *found;
  }
  if (function && !function->dead_letter_arn.empty()) {
    outcomes_.deliver(function->dead_letter_arn, event.function_arn, event.payload,
                      dead_letter_attributes(outcome));
  }
  return outbox_.done(entry);
}

}  // namespace fairlead::lambda
