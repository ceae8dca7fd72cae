// Parking of plain threads, and which parker the running code has.
#include "base/park.h"

#include <chrono>
#include <condition_variable>

#include "base/clock.h"

namespace fairlead {

namespace {

class ThreadParker : public Parker {
 public:
  void park() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return permit_; });
    permit_ = false;
  }

  void park_until(std::int64_t deadline_ms) override {
    std::unique_lock lock(mutex_);
    while (!permit_) {
      // Waits are cut so that a far deadline cannot overflow the clock's own arithmetic.
      const std::int64_t left = deadline_ms - now_ms();
      if (left <= 0) return;
      changed_.wait_for(lock, std::chrono::milliseconds(std::min<std::int64_t>(left, 3'600'000)));
    }
    permit_ = false;
  }

  std::int64_t now_ms() const override { return system_clock().monotonic_ms(); }

  void unpark() override {
    // Under the lock, so that the parker cannot go away between the flag and the notification.
    std::lock_guard lock(mutex_);
    permit_ = true;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool permit_ = false;
};

// A fiber never leaves its thread, but the compiler may keep a thread-local's address over a fiber
// switch, so these are not inlined into code that parks.
thread_local Parker* running = nullptr;

}  // namespace

std::int64_t parking_now_ms() { return Parker::current()->now_ms(); }

[[gnu::noinline]] std::shared_ptr<Parker> Parker::current() {
  if (running) return running->shared_from_this();
  thread_local const std::shared_ptr<Parker> own = std::make_shared<ThreadParker>();
  return own;
}

[[gnu::noinline]] void Parker::set_current(Parker* parker) { running = parker; }

}  // namespace fairlead
