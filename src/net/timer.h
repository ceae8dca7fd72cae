// Timers: a hierarchical wheel of intrusive nodes. Arming and cancelling cost a few instructions
// and no allocation, whatever the number of timers; that is what 50,000 idle connections need.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fairlead::net {

// Embed one as a member. The owner must outlive it or cancel it; the destructor cancels.
struct Timer {
  using Fire = void (*)(void* owner);
  Timer(void* timer_owner, Fire on_fire) : owner(timer_owner), fire(on_fire) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  bool armed() const { return link != nullptr; }

  void* owner;
  Fire fire;  // called once, with the timer already disarmed (it may be armed again inside)
  std::int64_t due_ms = 0;
  Timer* next = nullptr;
  Timer** link = nullptr;  // the pointer that points at this node, in the slot or in its neighbour
  class TimerWheel* wheel = nullptr;
};

// Seven levels of 64 slots, one millisecond a slot at the bottom: reaches 139 years. One thread.
class TimerWheel {
 public:
  explicit TimerWheel(std::int64_t now_ms) : elapsed_ms_(now_ms) {}
  TimerWheel(const TimerWheel&) = delete;
  ~TimerWheel();

  void arm_at(Timer& timer,
              std::int64_t due_ms);  // re-arms if armed; the past means "next advance"
  void cancel(Timer& timer);
  // Fires what is due at `now_ms`, in order of due time, including what a fired timer arms in the
  // past.
  void advance(std::int64_t now_ms);
  // A time at or before which nothing is due; INT64_MAX when no timer is armed.
  std::int64_t next_due_ms() const;
  std::size_t armed() const { return armed_; }

 private:
  static constexpr int kLevels = 7;
  static constexpr int kBits = 6;
  static constexpr int kSlots = 1 << kBits;
  void place(Timer& timer);
  void push(Timer*& head, Timer& timer);
  bool earliest(int& level, int& slot, std::int64_t& at_ms) const;
  void vacate(int level, int slot);
  void take_slot(int level, int slot);
  void fire_taken();

  std::int64_t elapsed_ms_;
  std::size_t armed_ = 0;
  unsigned used_levels_ = 0;                       // a bit for each level that holds a timer
  std::array<std::uint64_t, kLevels> occupied_{};  // a bit for each slot that does
  std::array<Timer*, kLevels * kSlots> slots_{};
  Timer* far_ = nullptr;      // beyond the top level
  Timer* overdue_ = nullptr;  // armed for a time that was already over
  Timer* taken_ = nullptr;    // out of their slot, about to fire
};

}  // namespace fairlead::net
