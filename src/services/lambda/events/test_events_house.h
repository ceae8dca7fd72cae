// For the tests of events/: a Lambda service in memory (test_house.h) with its events, a made-up
// stream, and a queue that remembers what it was sent.
#pragma once

#include <condition_variable>

#include "base/json_parse.h"
#include "services/lambda/events/events.h"
#include "services/lambda/test_house.h"

namespace fairlead::lambda::test {

inline constexpr const char* kQueue = "arn:aws:sqs:us-east-1:000000000000:outcomes";
inline constexpr const char* kStream =
    "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-12T21:44:56.599";

class FakeQueue : public platform::Target {
 public:
  bool takes(std::string_view arn) const override { return arn.starts_with("arn:aws:sqs:"); }
  Status deliver(platform::Context&, platform::Delivery delivery) override {
    std::lock_guard lock(mutex_);
    messages_.push_back(std::move(delivery));
    return {};
  }
  std::vector<platform::Delivery> messages() {
    std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::vector<platform::Delivery> messages_;
};

// Sequence numbers are "1000001", "1000002", … across all shards, in the order of add().
class FakeStreams : public platform::ChangeStreams {
 public:
  Result<std::vector<Shard>> shards(platform::Context&, const std::string& arn) override {
    std::lock_guard lock(mutex_);
    if (arn != kStream || gone_) return missing();
    return shards_;
  }
  Result<Page> read(platform::Context&, const std::string&, const std::string& shard,
                    const std::string& after, std::size_t limit) override {
    std::lock_guard lock(mutex_);
    if (gone_) return missing();
    Page page;
    for (const auto& record : records_[shard]) {
      if (record.sequence <= after) continue;
      if (page.records.size() == limit) return page;
      page.records.push_back(record);
    }
    for (const Shard& of : shards_) page.at_end |= of.id == shard && of.closed;
    return page;
  }
  Result<std::string> latest(platform::Context&, const std::string&,
                             const std::string& shard) override {
    std::lock_guard lock(mutex_);
    return records_[shard].empty() ? std::string() : records_[shard].back().sequence;
  }
  bool wait(const std::string&, const std::string& after, std::int64_t deadline_ms) override {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::milliseconds(deadline_ms - parking_now_ms());
    changed_.wait_for(lock, until, [&] { return last_ > after || released_; });
    return last_ > after;
  }
  // While true nobody waits, so that a test's end need not.
  void release(bool released) {
    std::lock_guard lock(mutex_);
    released_ = released;
    changed_.notify_all();
  }

  void add_shard(const std::string& id, const std::string& parent = {}) {
    std::lock_guard lock(mutex_);
    for (Shard& shard : shards_) shard.closed |= shard.id == parent;
    shards_.push_back({id, parent, false});
    changed_.notify_all();
  }
  // A new item with this key and this number.
  void add(const std::string& shard, const std::string& key, int n, std::int64_t now_ms) {
    std::lock_guard lock(mutex_);
    last_ = std::to_string(++sequence_);
    const Json keys = Json::object({{"id", Json::object({{"S", key}})}});
    Json image = keys;
    image.set("n", Json::object({{"N", std::to_string(n)}}));
    Json record = Json::object({{"eventID", "e" + last_},
                                {"eventName", "INSERT"},
                                {"eventVersion", "1.1"},
                                {"eventSource", "aws:dynamodb"},
                                {"awsRegion", "us-east-1"},
                                {"dynamodb", Json::object({{"Keys", keys},
                                                           {"NewImage", image},
                                                           {"SequenceNumber", last_},
                                                           {"StreamViewType", "NEW_IMAGE"}})}});
    records_[shard].push_back({last_, std::move(record), now_ms});
    changed_.notify_all();
  }
  void disappear() {
    std::lock_guard lock(mutex_);
    gone_ = true;
    changed_.notify_all();
  }

 private:
  static Error missing() {
    static const ErrorCode kMissing{"ResourceNotFoundException", 400};
    return Error{&kMissing, "Requested resource not found", {}};
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Shard> shards_;
  std::map<std::string, std::vector<platform::ChangeRecord>> records_;
  std::string last_;
  int sequence_ = 1'000'000;
  bool gone_ = false, released_ = false;
};

template <class Check>
bool eventually(Check check, int timeout_ms = 10'000) {
  for (int waited = 0; waited < timeout_ms; ++waited) {
    if (check()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return check();
}

class EventsHouse : public House {
 public:
  explicit EventsHouse(LambdaOptions lambda_options = {}) : House(std::move(lambda_options)) {
    options.spawn = [](std::function<void()> task) { std::thread(std::move(task)).detach(); };
    options.stream_retry_first_ms = 1;
    options.stream_retry_most_ms = 5;
    options.look_every_ms = 10;
    begin();
  }
  ~EventsHouse() { end(); }

  // As after a restart of the server.
  void begin() {
    end();
    start();
    targets = std::make_unique<platform::Targets>();
    events =
        std::make_unique<Events>(Events::Needs{*lambda, *store, streams, *targets, clock}, options);
    targets->add(*events);
    targets->add(queue);
    lambda->set_event_queue(*events);
    add_lambda_events(registry, *events);
    ASSERT_TRUE(events->start().ok());
  }
  void end() {
    if (events) events->stop();
    streams.release(true);
    events.reset();
    streams.release(false);
  }

  void send(const std::string& function, const std::string& payload,
            const std::string& request_id = "00000000-0000-4000-8000-00000000abcd") {
    platform::Context cx = context();
    const Status sent = events->accept(
        cx, {function_arn("us-east-1", cx.account, function), request_id, payload, {}});
    ASSERT_TRUE(sent.ok()) << sent.error().message;
  }
  bool idle() const {
    const auto counts = events->event_counts();
    return counts.waiting + counts.running == 0;
  }
  void pass_ms(std::int64_t ms) {
    clock.advance_ms(ms);
    events->wake();
  }
  Json message(std::size_t index) {
    const auto all = queue.messages();
    if (index >= all.size()) return {};
    auto parsed = parse_json(all[index].payload);
    return parsed.ok() ? *parsed : Json(all[index].payload);
  }

  EventsOptions options;
  FakeStreams streams;
  FakeQueue queue;
  std::unique_ptr<platform::Targets> targets;
  std::unique_ptr<Events> events;
};

// What the function of a test was called with, and the answers it gives.
struct Calls {
  std::vector<Invocation> all() {
    std::lock_guard lock(mutex);
    return seen;
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return seen.size();
  }
  void note(const Invocation& invocation) {
    std::lock_guard lock(mutex);
    seen.push_back(invocation);
  }
  std::mutex mutex;
  std::vector<Invocation> seen;
};

inline WorkerOutcome fails(const std::string& message = "no") {
  return {.kind = WorkerOutcome::Kind::kFunctionError,
          .payload = R"({"errorMessage":")" + message + R"(","errorType":"Error"})",
          .error_type = "Error"};
}

}  // namespace fairlead::lambda::test
