// Counting fibers in and out, and sleeps that notice the end.
#include "services/lambda/events/crew.h"

#include <algorithm>
#include <utility>

namespace fairlead::lambda {

namespace {
constexpr std::int64_t kNapMs = 50;
}

void Bell::ring() {
  std::shared_ptr<Parker> waiter;
  {
    std::lock_guard lock(mutex_);
    rung_ = true;
    waiter = std::move(waiter_);
    waiter_ = nullptr;
  }
  if (waiter) waiter->unpark();
}

void Bell::wait_until(std::int64_t deadline_ms) {
  for (;;) {
    const std::shared_ptr<Parker> self = Parker::current();
    {
      std::lock_guard lock(mutex_);
      if (rung_ || self->now_ms() >= deadline_ms) {
        rung_ = false;
        waiter_ = nullptr;
        return;
      }
      waiter_ = self;
    }
    self->park_until(deadline_ms);
  }
}

void Crew::start(std::function<void()> work) {
  working_ += 1;
  if (stopping_) {
    working_ -= 1;
    bell_.ring();
    return;
  }
  spawn_([this, work = std::move(work)]() mutable {
    work();
    work = nullptr;  // what it holds goes before the crew may
    // The last touch of this object: whoever waits may destroy it as soon as the count is seen.
    working_ -= 1;
  });
}

bool Crew::wait_empty(std::int64_t deadline_ms) {
  while (working_ != 0) {
    const std::int64_t now_ms = parking_now_ms();
    if (now_ms >= deadline_ms) return false;
    bell_.wait_until(std::min(deadline_ms, now_ms + kNapMs / 5));
  }
  return true;
}

bool Crew::pause(std::int64_t ms, const std::function<bool()>& go_on) {
  const std::int64_t until_ms = parking_now_ms() + ms;
  for (;;) {
    if (stopping_ || !go_on()) return false;
    const std::int64_t now_ms = parking_now_ms();
    if (now_ms >= until_ms) return true;
    (void)Future<bool>().get_until(std::min(until_ms, now_ms + kNapMs));
  }
}

}  // namespace fairlead::lambda
