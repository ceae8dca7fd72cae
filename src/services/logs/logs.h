// CloudWatch Logs: groups, streams and their events, for people, tools and what functions print.
//
// Events wait in memory for at most a moment (flush() is called twice a second and before every
// read) and are then written in bulk: CloudWatch promises no more, and a write for each line would
// cost a sync for each line. Key layout: docs/formats/keys-logs.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "platform/log_sink.h"
#include "platform/operation.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::logs {

class Logs : public platform::LogSink {
 public:
  Logs(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

  void write(const std::string& account, const std::string& region, const std::string& group,
             const std::string& stream, std::vector<platform::LogEvent> events) override;
  // Writes what waits; parks. Errors are logged (the disk is full): the events stay in line.
  void flush();

  storage::Store& store() { return store_; }
  storage::KeyLocks& locks() { return locks_; }
  Clock& clock() { return clock_; }
  std::uint64_t next_sequence() { return sequence_.fetch_add(1, std::memory_order_relaxed); }

 private:
  struct Target {
    std::string account, region, group, stream;
    auto operator<=>(const Target&) const = default;
  };
  Status write_events(const Target& target, const std::vector<platform::LogEvent>& events);

  storage::Store& store_;
  Clock& clock_;
  storage::KeyLocks locks_{64};
  storage::KeyLocks flush_turn_{1};  // not in locks_: a flush takes stripes of those
  std::mutex mutex_;
  std::map<Target, std::vector<platform::LogEvent>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::atomic<std::uint64_t> sequence_{0};
};

void add_logs(platform::Registry& registry, Logs& logs);

}  // namespace fairlead::logs
