// One turn after the other; and N loops on N threads.
#include "net/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/check.h"
#include "net/fiber_scheduler.h"
#include "net/mailbox.h"

namespace fairlead::net {

namespace {

constexpr int kEventsPerTurn = 256;
constexpr std::size_t kSmallestBuffer = 2 * 1024;
constexpr std::size_t kLargestKeptBuffer = 64 * 1024;
constexpr std::int64_t kLongestWaitMs = 3'600'000;

thread_local Loop* current_loop = nullptr;

}  // namespace

Mailbox::Mailbox() : event_fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { CHECK(event_fd >= 0); }
Mailbox::~Mailbox() { ::close(event_fd); }

// The descriptor is watched edge-triggered and never read: each write is one edge.
void Mailbox::signal() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_fd, &one, sizeof one);
}

void Mailbox::post(std::function<void()> what) {
  bool first;
  {
    std::lock_guard lock(mutex);
    work.push_back(std::move(what));
    first = !signalled.exchange(true, std::memory_order_relaxed);
  }
  if (first) signal();
}

void Mailbox::post(FiberParker* fiber) {
  bool first;
  {
    std::lock_guard lock(mutex);
    fiber->next_ = fibers;
    fibers = fiber;
    first = !signalled.exchange(true, std::memory_order_relaxed);
  }
  if (first) signal();
}

TurnEnd::~TurnEnd() {
  if (!link_) return;
  *link_ = next_;
  if (next_) next_->link_ = link_;
}

Loop::Loop(Clock& clock, LoopOptions options)
    : clock_(clock),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      now_ms_(clock.monotonic_ms()),
      timers_(now_ms_),
      mailbox_(std::make_shared<Mailbox>()),
      fibers_(std::make_unique<FiberScheduler>(*this, options, mailbox_)),
      shared_buffer_(std::make_unique_for_overwrite<char[]>(kSharedBufferBytes)),
      ready_(std::make_unique<epoll_event[]>(kEventsPerTurn)) {
  CHECK(epoll_ >= 0);
  // OpenSSL writes with write(): a peer that is gone must be an error, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, mailbox_->event_fd, &event) == 0);
}

Loop::~Loop() {
  retired_.clear();
  ::close(epoll_);
}

Loop* Loop::current() { return current_loop; }

void Loop::run() {
  CHECK(!current_loop);
  current_loop = this;
  stopped_ = false;
  now_ms_ = clock_.monotonic_ms();
  while (!stopped_) turn();
  current_loop = nullptr;
}

void Loop::stop() {
  post([this] { stopped_ = true; });
}

void Loop::post(std::function<void()> work) { mailbox_->post(std::move(work)); }

void Loop::turn() {
  const int count = epoll_wait(epoll_, ready_.get(), kEventsPerTurn, wait_ms());
  CHECK(count >= 0 || errno == EINTR);
  now_ms_ = clock_.monotonic_ms();
  ready_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  dispatch();
  timers_.advance(now_ms_);
  take_mail();
  if (fibers_->has_ready()) fibers_->run_ready();
  end_turn();
}

void Loop::dispatch() {
  for (std::size_t i = 0; i < ready_count_; ++i) {
    auto* watcher = static_cast<Watcher*>(ready_[i].data.ptr);
    if (watcher) watcher->on_ready(ready_[i].events);
  }
  ready_count_ = 0;
}

void Loop::take_mail() {
  // Read without the lock: who sets it right now also wakes the next turn.
  if (!mailbox_->signalled.load(std::memory_order_relaxed)) return;
  FiberParker* fibers = nullptr;
  {
    std::lock_guard lock(mailbox_->mutex);
    mailbox_->signalled.store(false, std::memory_order_relaxed);
    mail_.swap(mailbox_->work);
    std::swap(fibers, mailbox_->fibers);
  }
  fibers_->ready_all(fibers);
  for (auto& work : mail_) {
    work();
    work = nullptr;
  }
  mail_.clear();
}

void Loop::end_turn() {
  while (turn_ends_) {
    TurnEnd* end = turn_ends_;
    turn_ends_ = end->next_;
    if (turn_ends_) turn_ends_->link_ = &turn_ends_;
    end->next_ = nullptr;
    end->link_ = nullptr;
    end->on_turn_end();
  }
  while (!retired_.empty()) {
    const auto retired = std::move(retired_);
    retired_.clear();
  }
}

int Loop::wait_ms() const {
  if (fibers_->has_ready() || turn_ends_) return 0;
  const std::int64_t due_ms = timers_.next_due_ms();
  if (due_ms == INT64_MAX) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(due_ms - now_ms_, 0, kLongestWaitMs));
}

void Loop::arm(Timer& timer, std::int64_t delay_ms) { timers_.arm_at(timer, now_ms_ + delay_ms); }
void Loop::arm_at(Timer& timer, std::int64_t due_ms) { timers_.arm_at(timer, due_ms); }
void Loop::cancel(Timer& timer) { timers_.cancel(timer); }

void Loop::watch(int fd, std::uint32_t events, Watcher* watcher) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = watcher;
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
}

void Loop::change(int fd, std::uint32_t events, Watcher* watcher) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = watcher;
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void Loop::unwatch(int fd, Watcher* watcher) {
  epoll_event event{};
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &event) == 0);
  for (std::size_t i = 0; i < ready_count_; ++i) {
    if (ready_[i].data.ptr == watcher) ready_[i].data.ptr = nullptr;
  }
}

void Loop::at_turn_end(TurnEnd& what) {
  if (what.link_) return;
  what.next_ = turn_ends_;
  what.link_ = &turn_ends_;
  if (turn_ends_) turn_ends_->link_ = &what.next_;
  turn_ends_ = &what;
}

void Loop::retire(std::shared_ptr<void> object) { retired_.push_back(std::move(object)); }

std::unique_ptr<std::string> Loop::take_buffer() {
  if (buffer_count_ > 0) return std::move(buffers_[--buffer_count_]);
  auto made = std::make_unique<std::string>();
  made->reserve(kSmallestBuffer);
  return made;
}

void Loop::give_buffer(std::unique_ptr<std::string> buffer) {
  if (buffer_count_ == kKeptBuffers || buffer->capacity() > kLargestKeptBuffer) return;
  buffer->clear();
  buffers_[buffer_count_++] = std::move(buffer);
}

std::size_t Loop::living_fibers() const { return fibers_->living(); }

Loops::Loops(std::size_t count, Clock& clock, LoopOptions options) {
  CHECK(count > 0);
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>(clock, options));
}

Loops::~Loops() {
  stop();
  join();
}

void Loops::start() {
  CHECK(threads_.empty());
  for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

void Loops::stop() {
  if (threads_.empty()) return;
  for (auto& loop : loops_) loop->stop();
}

void Loops::join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

Loop& Loops::pick() {
  return *loops_[next_.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
}

std::size_t open_file_limit() {
  static const std::size_t limit = [] {
    rlimit files{};
    CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
    if (files.rlim_cur < files.rlim_max) {
      files.rlim_cur = files.rlim_max;
      if (setrlimit(RLIMIT_NOFILE, &files) != 0) getrlimit(RLIMIT_NOFILE, &files);
    }
    return static_cast<std::size_t>(files.rlim_cur);
  }();
  return limit;
}

}  // namespace fairlead::net
