// The timer wheel. A timer sits at the level of the highest bit group in which its due time differs
// from the time already worked through; when that time comes near, its slot is spread over the
// levels below. So every timer moves at most six times, and lower levels are always due earlier.
#include "net/timer.h"

#include <bit>
#include <cstdint>
#include <utility>

namespace fairlead::net {

Timer::~Timer() {
  if (wheel) wheel->cancel(*this);
}

TimerWheel::~TimerWheel() {
  const auto disarm = [](Timer* timer) {
    while (timer) {
      Timer* next = timer->next;
      timer->next = nullptr;
      timer->link = nullptr;
      timer->wheel = nullptr;
      timer = next;
    }
  };
  for (Timer* head : slots_) disarm(head);
  disarm(far_);
  disarm(overdue_);
  disarm(taken_);
}

void TimerWheel::push(Timer*& head, Timer& timer) {
  timer.next = head;
  timer.link = &head;
  if (head) head->link = &timer.next;
  head = &timer;
}

void TimerWheel::place(Timer& timer) {
  const std::int64_t at = timer.due_ms;
  if (at <= elapsed_ms_) return push(overdue_, timer);
  const auto different = static_cast<std::uint64_t>(at ^ elapsed_ms_) | (kSlots - 1);
  const int level = (63 - std::countl_zero(different)) / kBits;
  if (level >= kLevels) return push(far_, timer);
  const int slot = static_cast<int>(at >> (level * kBits)) & (kSlots - 1);
  push(slots_[level * kSlots + slot], timer);
  occupied_[level] |= std::uint64_t{1} << slot;
  used_levels_ |= 1u << level;
}

void TimerWheel::arm_at(Timer& timer, std::int64_t due_ms) {
  cancel(timer);
  timer.due_ms = due_ms;
  timer.wheel = this;
  ++armed_;
  place(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (!timer.link) return;
  Timer** link = timer.link;
  *link = timer.next;
  if (timer.next) timer.next->link = link;
  timer.next = nullptr;
  timer.link = nullptr;
  timer.wheel = nullptr;
  --armed_;
  if (*link == nullptr && link >= slots_.data() && link < slots_.data() + slots_.size()) {
    const auto index = link - slots_.data();
    vacate(static_cast<int>(index / kSlots), static_cast<int>(index % kSlots));
  }
}

void TimerWheel::vacate(int level, int slot) {
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  if (occupied_[level] == 0) used_levels_ &= ~(1u << level);
}

bool TimerWheel::earliest(int& level, int& slot, std::int64_t& at_ms) const {
  if (used_levels_ == 0) return false;
  level = std::countr_zero(used_levels_);
  slot = std::countr_zero(occupied_[level]);
  const std::int64_t span = std::int64_t{1} << ((level + 1) * kBits);
  at_ms = (elapsed_ms_ & ~(span - 1)) + (std::int64_t{slot} << (level * kBits));
  return true;
}

void TimerWheel::take_slot(int level, int slot) {
  Timer* timer = slots_[level * kSlots + slot];
  slots_[level * kSlots + slot] = nullptr;
  vacate(level, slot);
  while (timer) {
    Timer* next = timer->next;
    if (timer->due_ms <= elapsed_ms_) {
      push(taken_, *timer);
    } else {
      place(*timer);
    }
    timer = next;
  }
}

void TimerWheel::fire_taken() {
  while (taken_) {
    Timer& timer = *taken_;
    cancel(timer);
    timer.fire(timer.owner);  // may destroy the timer, cancel others, arm any
  }
}

void TimerWheel::advance(std::int64_t now_ms) {
  if (now_ms <= elapsed_ms_ && !overdue_) return;
  if (overdue_) {
    taken_ = overdue_;
    taken_->link = &taken_;
    overdue_ = nullptr;
    fire_taken();
  }
  int level, slot;
  std::int64_t at_ms;
  while (earliest(level, slot, at_ms) && at_ms <= now_ms) {
    elapsed_ms_ = at_ms;
    take_slot(level, slot);
    fire_taken();
  }
  if (now_ms <= elapsed_ms_) return;
  const bool new_era = (now_ms ^ elapsed_ms_) >> (kLevels * kBits) != 0;
  elapsed_ms_ = now_ms;
  if (!new_era) return;
  Timer* timer = std::exchange(far_, nullptr);
  while (timer) {
    Timer* next = timer->next;
    place(*timer);
    timer = next;
  }
}

std::int64_t TimerWheel::next_due_ms() const {
  if (overdue_) return elapsed_ms_;
  int level, slot;
  std::int64_t at_ms;
  if (earliest(level, slot, at_ms)) return at_ms;
  if (far_) return ((elapsed_ms_ >> (kLevels * kBits)) + 1) << (kLevels * kBits);
  return INT64_MAX;
}

}  // namespace fairlead::net
