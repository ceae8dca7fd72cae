// The event loop: one thread, one epoll, its timers, its fibers and its mailbox. Everything that is
// born on a loop (a connection, a fiber, a timer) is touched by that loop's thread alone; the one
// door from other threads is post().
//
// A turn: wait for events, call watchers, fire timers, take the mail, run the fibers that are
// ready, then flush what was written during the turn (so that a burst leaves in one write).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/timer.h"

struct epoll_event;

namespace fairlead::net {

class FiberScheduler;
struct Mailbox;

// Called when a watched descriptor is ready (level-triggered). `events` are EPOLL* bits. The
// watcher may unwatch itself or others; one that is unwatched gets no further call, not even in
// this turn.
class Watcher {
 public:
  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

// Something with output to send at the end of the turn. Intrusive: in the list at most once.
class TurnEnd {
 public:
  virtual ~TurnEnd();
  virtual void on_turn_end() = 0;

 private:
  friend class Loop;
  TurnEnd* next_ = nullptr;
  TurnEnd** link_ = nullptr;
};

struct LoopOptions {
  std::size_t max_fibers = 8192;  // living at once on this loop; more wait in line (net/fiber.h)
  std::size_t kept_stacks = 256;  // free stacks kept for reuse; the rest is unmapped
};

class Loop {
 public:
  explicit Loop(Clock& clock = system_clock(), LoopOptions options = {});
  ~Loop();
  Loop(const Loop&) = delete;

  // The loop whose thread this is, or nullptr.
  static Loop* current();

  void run();   // until stop(); on the thread that shall be the loop's
  void stop();  // from any thread; what was posted before it still runs
  // Runs `work` on the loop's thread at its next turn. From any thread; one wake-up for a burst.
  // Work posted after the loop has ended is dropped when the loop is destroyed.
  void post(std::function<void()> work);

  // All below: on the loop's thread only.
  void arm(Timer& timer, std::int64_t delay_ms);
  void arm_at(Timer& timer, std::int64_t due_ms);  // monotonic milliseconds of the loop's clock
  void cancel(Timer& timer);
  void watch(int fd, std::uint32_t events, Watcher* watcher);
  void change(int fd, std::uint32_t events, Watcher* watcher);  // other events or another watcher
  void unwatch(int fd, Watcher* watcher);                       // before the descriptor is closed
  void at_turn_end(TurnEnd& what);
  // Keeps the object until the end of the turn: how a watcher drops itself inside its own callback.
  void retire(std::shared_ptr<void> object);

  Clock& clock() { return clock_; }
  std::int64_t now_ms() const { return now_ms_; }  // monotonic, read once a turn

  // One buffer a loop for reading: valid until the reader returns to the loop or parks.
  static constexpr std::size_t kSharedBufferBytes = 64 * 1024;
  char* shared_buffer() { return shared_buffer_.get(); }
  // Output buffers go round: take an empty one with capacity, give it back when it was sent.
  std::unique_ptr<std::string> take_buffer();
  void give_buffer(std::unique_ptr<std::string> buffer);

  std::size_t living_fibers() const;
  FiberScheduler& fibers() { return *fibers_; }  // for net/fiber.cpp

 private:
  void turn();
  void dispatch();
  void take_mail();
  void end_turn();
  int wait_ms() const;

  Clock& clock_;
  int epoll_ = -1;
  std::int64_t now_ms_ = 0;
  TimerWheel timers_;
  std::shared_ptr<Mailbox> mailbox_;
  std::unique_ptr<FiberScheduler> fibers_;
  TurnEnd* turn_ends_ = nullptr;
  std::vector<std::shared_ptr<void>> retired_;
  std::vector<std::function<void()>> mail_;  // being worked through; kept for its capacity
  static constexpr std::size_t kKeptBuffers = 64;
  std::array<std::unique_ptr<std::string>, kKeptBuffers> buffers_;
  std::size_t buffer_count_ = 0;
  std::unique_ptr<char[]> shared_buffer_;
  std::unique_ptr<epoll_event[]> ready_;  // the events of this turn
  std::size_t ready_count_ = 0;
  bool stopped_ = false;
};

// N loops, each on a thread of its own.
class Loops {
 public:
  explicit Loops(std::size_t count, Clock& clock = system_clock(), LoopOptions options = {});
  ~Loops();  // stops and joins
  void start();
  void stop();  // asks every loop to end
  void join();
  bool running() const { return !threads_.empty(); }
  std::size_t size() const { return loops_.size(); }
  Loop& at(std::size_t index) { return *loops_[index]; }
  Loop& pick();  // round robin, from any thread

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> next_{0};
};

// Raises the soft limit of open files to the hard one (once) and says what it is now.
std::size_t open_file_limit();

}  // namespace fairlead::net
