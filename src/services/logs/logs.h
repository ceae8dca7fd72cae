// CloudWatch Logs: groups, streams and their events, for people, tools and what functions print;
// subscriptions that send them on, and Insights queries over them.
//
// Events wait in memory for at most a moment (flush() is called twice a second and before every
// read) and are then written in bulk: CloudWatch promises no more, and a write for each line would
// cost a sync for each line. Key layout: docs/formats/keys-logs.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "platform/log_sink.h"
#include "platform/operation.h"
#include "platform/target.h"
#include "services/logs/meters.h"
#include "services/logs/stream_times.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::logs {

class Queries;

class Logs : public platform::LogSink {
 public:
  Logs(storage::Store& store, Clock& clock);
  ~Logs() override;

  // Before the first request: where subscriptions may send to. Without it every one is refused.
  void set_targets(const platform::Targets* targets) { targets_ = targets; }

  void write(const std::string& account, const std::string& region, const std::string& group,
             const std::string& stream, std::vector<platform::LogEvent> events) override;
  // Writes what waits; parks. Errors are logged (the disk is full): the events stay in line.
  void flush();
  // Sends what subscriptions wait for; parks. Called twice a second. What a destination does not
  // take is tried again, ever more seldom, for a day.
  void deliver();
  // Erases what retention lets go, some of it in each call; parks. Called once a minute.
  Status sweep();

  storage::Store& store() { return store_; }
  storage::KeyLocks& locks() { return locks_; }
  Clock& clock() { return clock_; }
  Meters& meters() { return meters_; }
  StreamTimes& stream_times() { return stream_times_; }
  Queries& queries() { return *queries_; }
  const platform::Targets* targets() const { return targets_; }
  // Unique in this server's life and after it: the first one is made of the time.
  std::uint64_t next_sequence() { return sequence_.fetch_add(1, std::memory_order_relaxed); }
  void subscriptions_wait() { pending_.store(true, std::memory_order_relaxed); }

 private:
  struct Target {
    std::string account, region, group, stream;
    auto operator<=>(const Target&) const = default;
  };
  struct Backoff {
    std::int64_t next_ms = 0, delay_ms = 0;
  };
  using Waiting = std::pair<const Target, std::vector<platform::LogEvent>>;
  void write_or_keep(const std::vector<Waiting*>& together);
  Status write_together(const std::vector<Waiting*>& together);
  void deliver_group(std::uint64_t group_id);

  storage::Store& store_;
  Clock& clock_;
  const platform::Targets* targets_ = nullptr;
  storage::KeyLocks locks_{64};
  storage::KeyLocks flush_turn_{1};  // not in locks_: a flush takes stripes of those
  storage::KeyLocks deliver_turn_{1};
  Meters meters_;
  StreamTimes stream_times_;
  std::mutex mutex_;
  std::map<Target, std::vector<platform::LogEvent>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::atomic<std::uint64_t> sequence_;
  std::atomic<bool> pending_{true};            // rows of an earlier life may be there
  std::map<std::uint64_t, Backoff> backoffs_;  // by group; under deliver_turn_
  std::unique_ptr<Queries> queries_;
};

void add_logs(platform::Registry& registry, Logs& logs);

}  // namespace fairlead::logs
