// The fibers of one loop: their stacks, who is ready to run, who waits for a free place.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/park.h"
#include "net/loop.h"

namespace fairlead::net {

// One pooled fiber: stack, saved context and waiting place. Reused for one piece of work after the
// other; a late unpark meant for earlier work is only an early return from park, which is allowed.
class FiberParker final : public Parker {
 public:
  explicit FiberParker(FiberScheduler& scheduler, std::shared_ptr<Mailbox> mailbox);
  ~FiberParker() override;
  bool has_stack() const { return stack_ != nullptr; }

  void park() override;
  void park_until(std::int64_t deadline_ms) override;
  void unpark() override;
  std::int64_t now_ms() const override;  // on the loop's clock

 private:
  friend class FiberScheduler;
  friend struct Mailbox;
  enum State { kRunning, kPermit, kParked };

  [[noreturn]] static void entry(void* first_transfer);
  void run_work();
  void switch_in();   // on the loop's stack: runs the fiber until it parks or its work ends
  void switch_out();  // on the fiber's stack
  void swap_exception_state();

  FiberScheduler& scheduler_;
  std::shared_ptr<Mailbox> mailbox_;
  std::atomic<int> state_{kRunning};
  FiberParker* next_ = nullptr;        // in the ready list or the mailbox
  std::shared_ptr<FiberParker> self_;  // while it has work
  std::function<void()> work_;
  bool idle_ = true;  // its work ended
  Timer timer_;
  void* stack_ = nullptr;  // above the guard page
  void* context_ = nullptr;
  void* loop_context_ = nullptr;
  // What the C++ runtime knows about exceptions in flight is kept for each thread; a fiber that
  // parks inside a catch block takes its own along.
  struct ExceptionState {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  } exceptions_;
  const void* loop_stack_ = nullptr;  // for AddressSanitizer
  std::size_t loop_stack_size_ = 0;
  void* tsan_fiber_ = nullptr;  // for ThreadSanitizer
  void* tsan_loop_ = nullptr;
};

class FiberScheduler {
 public:
  FiberScheduler(Loop& loop, LoopOptions options, std::shared_ptr<Mailbox> mailbox);
  ~FiberScheduler();

  bool start(std::function<void()>& work);  // false: no place
  void start_or_queue(std::function<void()> work);
  void ready(FiberParker& fiber);
  void ready_all(FiberParker* newest_first);  // from the mailbox
  bool has_ready() const { return ready_head_ != nullptr; }
  void run_ready();  // those that are ready now, each once
  FiberParker* running() const { return running_; }
  std::size_t living() const { return living_; }
  Loop& loop() { return loop_; }

 private:
  std::shared_ptr<FiberParker> take_idle();
  void finished(FiberParker& fiber);

  Loop& loop_;
  LoopOptions options_;
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<std::shared_ptr<FiberParker>> idle_;
  std::deque<std::function<void()>> queue_;
  FiberParker* ready_head_ = nullptr;
  FiberParker** ready_tail_ = &ready_head_;
  FiberParker* running_ = nullptr;
  std::size_t living_ = 0;
};

}  // namespace fairlead::net
