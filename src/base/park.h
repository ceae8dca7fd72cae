// Waiting, without knowing how. Code above the net layer waits by parking the task it runs on: on a
// fiber the event loop goes on with other work, on a plain thread (tests, tools) the thread sleeps.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace fairlead {

// One waiting place for each fiber or thread. A permit, not a counter: an unpark before the park
// makes the park return at once. park may return early, so callers wait in a loop on a condition.
class Parker : public std::enable_shared_from_this<Parker> {
 public:
  virtual ~Parker() = default;
  virtual void park() = 0;
  // Returns at the latest at `deadline_ms` (monotonic milliseconds, base/clock.h).
  virtual void park_until(std::int64_t deadline_ms) = 0;
  virtual void unpark() = 0;  // from any thread
  // Now, on the clock that park_until waits by: monotonic milliseconds.
  virtual std::int64_t now_ms() const = 0;

  static std::shared_ptr<Parker> current();
  // The net layer sets this while a fiber runs; nullptr means "this plain thread".
  static void set_current(Parker* parker);
};

// One value handed from whoever makes it to one task that waits for it. Copies share the value.
template <class T>
class Future {
 public:
  Future() : state_(std::make_shared<State>()) {}

  // From any thread, once.
  void set(T value) const {
    std::shared_ptr<Parker> waiter;
    {
      std::lock_guard lock(state_->mutex);
      state_->value.emplace(std::move(value));
      waiter = std::move(state_->waiter);
    }
    if (waiter) waiter->unpark();
  }

  // Parks until the value is there. One waiter, once.
  T get() const {
    auto value = get_until(INT64_MAX);
    return std::move(*value);
  }

  // Empty when `deadline_ms` (monotonic) passes first.
  std::optional<T> get_until(std::int64_t deadline_ms) const;

  bool ready() const {
    std::lock_guard lock(state_->mutex);
    return state_->value.has_value();
  }

 private:
  struct State {
    std::mutex mutex;  // held for a few instructions, never across a wait
    std::optional<T> value;
    std::shared_ptr<Parker> waiter;
  };
  std::shared_ptr<State> state_;
};

// Now, on the clock that the calling fiber or thread waits by.
std::int64_t parking_now_ms();

template <class T>
std::optional<T> Future<T>::get_until(std::int64_t deadline_ms) const {
  for (;;) {
    std::shared_ptr<Parker> self;
    {
      std::lock_guard lock(state_->mutex);
      if (state_->value) return std::move(state_->value);
      if (deadline_ms != INT64_MAX && parking_now_ms() >= deadline_ms) {
        state_->waiter.reset();
        return std::nullopt;
      }
      self = Parker::current();
      state_->waiter = self;
    }
    if (deadline_ms == INT64_MAX)
      self->park();
    else
      self->park_until(deadline_ms);
  }
}

}  // namespace fairlead
