// Striped locks: a queue of parked tasks behind each stripe. Unlocking hands the stripe to the one
// that waits longest, so nobody else wakes and nobody can overtake.
#include "storage/locks.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>

#include "base/check.h"
#include "base/park.h"

namespace fairlead::storage {

namespace {

// Lives on the waiter's stack until `granted`; after that only the waiter touches it.
struct Waiter {
  std::shared_ptr<Parker> parker = Parker::current();
  std::atomic<bool> granted{false};
  Waiter* next = nullptr;
};

}  // namespace

struct alignas(64) KeyLocks::Stripe {
  std::mutex mutex;  // held for a few instructions, never across a wait
  bool held = false;
  Waiter* first = nullptr;
  Waiter* last = nullptr;

  void lock();
  void unlock();
};

void KeyLocks::Stripe::lock() {
  {
    std::lock_guard guard(mutex);
    if (!held) {
      held = true;
      return;
    }
  }
  Waiter self;
  {
    std::lock_guard guard(mutex);
    if (!held) {
      held = true;
      return;
    }
    (last ? last->next : first) = &self;
    last = &self;
  }
  while (!self.granted.load(std::memory_order_acquire)) self.parker->park();
}

void KeyLocks::Stripe::unlock() {
  std::shared_ptr<Parker> next_holder;
  {
    std::lock_guard guard(mutex);
    CHECK(held);
    if (!first) {
      held = false;
      return;
    }
    Waiter* next = first;
    first = next->next;
    if (!first) last = nullptr;
    next_holder = next->parker;
    next->granted.store(true, std::memory_order_release);  // `next` is gone from here on
  }
  next_holder->unpark();
}

KeyLocks::KeyLocks(std::size_t stripes) : stripes_(new Stripe[stripes]), count_(stripes) {
  CHECK(stripes > 0);
}
KeyLocks::~KeyLocks() = default;

KeyLocks::Guard KeyLocks::lock(std::string_view key) {
  return Guard(*this, {std::hash<std::string_view>{}(key) % count_});
}

KeyLocks::Guard KeyLocks::lock_all(const std::vector<std::string>& keys) {
  std::vector<std::size_t> wanted;
  wanted.reserve(keys.size());
  for (const std::string& key : keys) {
    wanted.push_back(std::hash<std::string_view>{}(key) % count_);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return Guard(*this, std::move(wanted));
}

KeyLocks::Guard::Guard(KeyLocks& locks, std::vector<std::size_t> stripes)
    : locks_(&locks), stripes_(std::move(stripes)) {
  for (const std::size_t stripe : stripes_) locks_->stripes_[stripe].lock();
}

KeyLocks::Guard::Guard(Guard&& other) noexcept
    : locks_(std::exchange(other.locks_, nullptr)), stripes_(std::move(other.stripes_)) {}

KeyLocks::Guard::~Guard() {
  if (!locks_) return;
  for (auto at = stripes_.rbegin(); at != stripes_.rend(); ++at) locks_->stripes_[*at].unlock();
}

}  // namespace fairlead::storage
