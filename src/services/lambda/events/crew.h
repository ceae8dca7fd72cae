// Crew: the fibers that work through events, counted, so that somebody can wait until all have
// ended. Bell: wakes the one fiber that waits for something to do.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/park.h"

namespace fairlead::lambda {

class Bell {
 public:
  void ring();  // from any thread; a ring before the wait makes it return at once
  // Parks until somebody rings, at most until `deadline_ms` (monotonic). One waiter.
  void wait_until(std::int64_t deadline_ms);

 private:
  std::mutex mutex_;
  bool rung_ = false;
  std::shared_ptr<Parker> waiter_;
};

class Crew {
 public:
  using Spawn = std::function<void(std::function<void()>)>;
  explicit Crew(Spawn spawn) : spawn_(std::move(spawn)) {}

  // Runs `work` on a fiber of its own. After stop() it is dropped.
  void start(std::function<void()> work);
  // Everybody looks at stopping() now and then, and ends.
  void stop() { stopping_ = true; }
  bool stopping() const { return stopping_; }
  // Until nobody works any more, at most until `deadline_ms` (monotonic). True if so.
  bool wait_empty(std::int64_t deadline_ms);
  // Sleeps, in short pieces: false as soon as `go_on` does not hold or the crew stops.
  bool pause(std::int64_t ms, const std::function<bool()>& go_on);

 private:
  Spawn spawn_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> working_{0};
  Bell bell_;
};

}  // namespace fairlead::lambda
