// Fibers on Boost.Context's two primitives, with the switch annotations of the sanitizers.
#include "net/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <chrono>
#include <cstring>
#include <exception>
#include <thread>

#include "base/check.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/fiber_scheduler.h"
#include "net/mailbox.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace fairlead::net {

namespace context = boost::context::detail;

namespace {

constexpr std::size_t kGuardBytes = 4096;

Counter& escaped_exceptions() {
  static Counter counter("fairlead_fiber_exceptions_total",
                         "Exceptions that ended a fiber: each is a bug");
  return counter;
}

void* map_stack() {
  void* low = mmap(nullptr, kFiberStackBytes + kGuardBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (low == MAP_FAILED) return nullptr;
  if (mprotect(low, kGuardBytes, PROT_NONE) != 0) {
    munmap(low, kFiberStackBytes + kGuardBytes);
    return nullptr;
  }
  return static_cast<char*>(low) + kGuardBytes;
}

}  // namespace

FiberParker::FiberParker(FiberScheduler& scheduler, std::shared_ptr<Mailbox> mailbox)
    : scheduler_(scheduler),
      mailbox_(std::move(mailbox)),
      timer_(this, [](void* self) { static_cast<FiberParker*>(self)->unpark(); }),
      stack_(map_stack()) {
  if (!stack_) return;
  context_ = context::make_fcontext(static_cast<char*>(stack_) + kFiberStackBytes, kFiberStackBytes,
                                    [](context::transfer_t from) {
                                      static_cast<FiberParker*>(from.data)->loop_context_ =
                                          from.fctx;
                                      entry(from.data);
                                    });
#if defined(__SANITIZE_THREAD__)
  tsan_fiber_ = __tsan_create_fiber(0);
#endif
}

FiberParker::~FiberParker() {
  if (!stack_) return;
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(tsan_fiber_);
#endif
  munmap(static_cast<char*>(stack_) - kGuardBytes, kFiberStackBytes + kGuardBytes);
}

// The bottom frame of every fiber: one piece of work after the other, for as long as the stack
// lives.
void FiberParker::entry(void* first_transfer) {
  auto* self = static_cast<FiberParker*>(first_transfer);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &self->loop_stack_, &self->loop_stack_size_);
#endif
  for (;;) {
    self->run_work();
    self->idle_ = true;
    self->switch_out();
  }
}

void FiberParker::run_work() {
  try {
    work_();
  } catch (const std::exception& escaped) {
    escaped_exceptions().add();
    log_error("an exception ended a fiber", {{"what", escaped.what()}});
  } catch (...) {
    escaped_exceptions().add();
    log_error("an unknown exception ended a fiber");
  }
  work_ = nullptr;
}

void FiberParker::swap_exception_state() {
  ExceptionState mine = exceptions_;
  auto* live = reinterpret_cast<char*>(abi::__cxa_get_globals());
  std::memcpy(static_cast<void*>(&exceptions_), live, sizeof(void*) + sizeof(unsigned int));
  std::memcpy(live, &mine, sizeof(void*) + sizeof(unsigned int));
}

void FiberParker::switch_in() {
  swap_exception_state();
#if defined(__SANITIZE_ADDRESS__)
  void* fake_stack;
  __sanitizer_start_switch_fiber(&fake_stack, stack_, kFiberStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
  tsan_loop_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(tsan_fiber_, 0);
#endif
  context_ = context::jump_fcontext(context_, this).fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
  swap_exception_state();
}

void FiberParker::switch_out() {
#if defined(__SANITIZE_ADDRESS__)
  void* fake_stack;
  __sanitizer_start_switch_fiber(&fake_stack, loop_stack_, loop_stack_size_);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(tsan_loop_, 0);
#endif
  loop_context_ = context::jump_fcontext(loop_context_, nullptr).fctx;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack, &loop_stack_, &loop_stack_size_);
#endif
}

void FiberParker::park() {
  CHECK(scheduler_.running() == this);
  int expected = kRunning;
  if (state_.compare_exchange_strong(expected, kParked, std::memory_order_acq_rel)) switch_out();
  state_.exchange(kRunning, std::memory_order_acq_rel);  // takes the permit
}

std::int64_t FiberParker::now_ms() const { return scheduler_.loop().clock().monotonic_ms(); }

void FiberParker::park_until(std::int64_t deadline_ms) {
  CHECK(scheduler_.running() == this);
  if (state_.load(std::memory_order_acquire) == kRunning) {
    scheduler_.loop().arm_at(timer_, deadline_ms);
  }
  park();
  scheduler_.loop().cancel(timer_);
}

void FiberParker::unpark() {
  if (state_.exchange(kPermit, std::memory_order_acq_rel) != kParked) return;
  Loop* here = Loop::current();
  if (here && &here->fibers() == &scheduler_) {
    scheduler_.ready(*this);
  } else {
    mailbox_->post(this);
  }
}

FiberScheduler::FiberScheduler(Loop& loop, LoopOptions options, std::shared_ptr<Mailbox> mailbox)
    : loop_(loop), options_(options), mailbox_(std::move(mailbox)) {}

FiberScheduler::~FiberScheduler() {
  // A parked fiber cannot be unwound from here. Its stack stays mapped, as the process is ending.
  if (living_ > 0) log_warn("a loop ended with parked fibers", {{"fibers", living_}});
}

std::shared_ptr<FiberParker> FiberScheduler::take_idle() {
  if (!idle_.empty()) {
    auto fiber = std::move(idle_.back());
    idle_.pop_back();
    return fiber;
  }
  auto fiber = std::make_shared<FiberParker>(*this, mailbox_);
  return fiber->has_stack() ? fiber : nullptr;
}

bool FiberScheduler::start(std::function<void()>& work) {
  if (living_ >= options_.max_fibers) return false;
  auto fiber = take_idle();
  if (!fiber) return false;
  ++living_;
  fiber->work_ = std::move(work);
  fiber->idle_ = false;
  fiber->state_.store(FiberParker::kRunning, std::memory_order_relaxed);
  FiberParker& started = *fiber;
  started.self_ = std::move(fiber);
  ready(started);
  return true;
}

void FiberScheduler::start_or_queue(std::function<void()> work) {
  if (start(work)) return;
  CHECK(living_ > 0);  // nobody would ever take it out of the queue: out of address space
  queue_.push_back(std::move(work));
}

void FiberScheduler::ready(FiberParker& fiber) {
  fiber.next_ = nullptr;
  *ready_tail_ = &fiber;
  ready_tail_ = &fiber.next_;
}

void FiberScheduler::ready_all(FiberParker* newest_first) {
  FiberParker* oldest = nullptr;
  while (newest_first) {
    FiberParker* next = newest_first->next_;
    newest_first->next_ = oldest;
    oldest = newest_first;
    newest_first = next;
  }
  while (oldest) {
    FiberParker* next = oldest->next_;
    ready(*oldest);
    oldest = next;
  }
}

void FiberScheduler::run_ready() {
  FiberParker* fiber = ready_head_;
  ready_head_ = nullptr;
  ready_tail_ = &ready_head_;
  while (fiber) {
    FiberParker* next = fiber->next_;
    running_ = fiber;
    Parker::set_current(fiber);
    fiber->switch_in();
    Parker::set_current(nullptr);
    running_ = nullptr;
    if (fiber->idle_) finished(*fiber);
    fiber = next;
  }
}

void FiberScheduler::finished(FiberParker& fiber) {
  --living_;
  auto free = std::move(fiber.self_);
  if (idle_.size() < options_.kept_stacks) idle_.push_back(std::move(free));
  if (queue_.empty()) return;
  auto work = std::move(queue_.front());
  queue_.pop_front();
  start_or_queue(std::move(work));
}

void spawn(std::function<void()> work) {
  Loop* loop = Loop::current();
  CHECK(loop);
  loop->fibers().start_or_queue(std::move(work));
}

bool try_spawn(std::function<void()> work) {
  Loop* loop = Loop::current();
  CHECK(loop);
  return loop->fibers().start(work);
}

bool on_fiber() {
  Loop* loop = Loop::current();
  return loop && loop->fibers().running();
}

void sleep_for_ms(std::int64_t ms) {
  if (!on_fiber()) return std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  Clock& clock = Loop::current()->clock();
  const std::int64_t until_ms = clock.monotonic_ms() + ms;
  while (clock.monotonic_ms() < until_ms) Parker::current()->park_until(until_ms);
}

}  // namespace fairlead::net
