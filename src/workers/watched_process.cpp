// Reads the pipes in bounded turns and at a bounded rate, looks at the memory now and then while
// the process works, and collects the process when it ends, with the last of its output first.
#include "workers/watched_process.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kMemoryFirstCheckMs = 10;  // of a piece of work, then twice as long up to
constexpr std::int64_t kMemoryCheckMs = 100;
constexpr std::int64_t kMemoryFreshMs = 10;
constexpr std::int64_t kLogBytesEachMs = 16 * 1024;
constexpr std::int64_t kLogBytesAtOnce = 8 * 1024 * 1024;
constexpr std::int64_t kLogEventBytes = 64;  // what an event costs beside its text
constexpr std::int64_t kOutputPauseMs = 20;
constexpr std::size_t kReadPiece = 16 * 1024;
constexpr std::size_t kReadEachTurn = 64 * 1024;  // one pipe; a flood must not starve the loop
constexpr std::size_t kReadBeforeAnswer = 256 * 1024;
constexpr std::size_t kReadAtEnd = 1024 * 1024;

}  // namespace

WatchedProcess::WatchedProcess(Setup setup)
    : loop_(setup.loop),
      name_(std::move(setup.name)),
      child_(std::move(setup.child)),
      log_(std::move(setup.log)),
      memory_limit_bytes_(setup.memory_limit_bytes),
      gone_(std::move(setup.gone)),
      pid_(child_->pid()),
      exit_port_(*this, Which::kExit),
      output_{
          Port(*this, Which::kOutput), child_->descriptors().output,
          LogLines([this](std::string_view line) { log(loop_.clock().now_ms() * 1000, line); })},
      errors_{
          Port(*this, Which::kErrors), child_->descriptors().errors,
          LogLines([this](std::string_view line) { log(loop_.clock().now_ms() * 1000, line); })},
      memory_timer_(this, [](void* self) { static_cast<WatchedProcess*>(self)->check_memory(); }),
      output_credit_(kLogBytesAtOnce),
      output_timer_(this,
                    [](void* self) { static_cast<WatchedProcess*>(self)->release_output(); }) {}

WatchedProcess::~WatchedProcess() = default;

void WatchedProcess::begin() {
  watch(exit_port_, child_->descriptors().exit.get());
  watch(output_.port, output_.descriptor.get());
  watch(errors_.port, errors_.descriptor.get());
}

void WatchedProcess::watch(Port& port, int fd) {
  loop_.watch(fd, EPOLLIN, &port);
  port.watched = true;
}

void WatchedProcess::unwatch(Port& port, int fd) {
  if (port.watched) loop_.unwatch(fd, &port);
  port.watched = false;
}

void WatchedProcess::log(std::int64_t time_us, std::string_view text) {
  output_credit_ -= static_cast<std::int64_t>(text.size()) + kLogEventBytes;
  const std::lock_guard lock(log_mutex_);
  if (log_) log_(time_us, text);
}

bool WatchedProcess::output_held() {
  if (output_credit_ >= 0 || held_) return held_;
  earn_output();
  if (output_credit_ < 0) hold_output();
  return held_;
}

void WatchedProcess::earn_output() {
  const std::int64_t now_ms = loop_.now_ms();
  output_credit_ =
      std::min(kLogBytesAtOnce, output_credit_ + (now_ms - credited_ms_) * kLogBytesEachMs);
  credited_ms_ = now_ms;
}

void WatchedProcess::hold_output() {
  held_ = true;
  for (Pipe* pipe : {&output_, &errors_}) {
    if (pipe->descriptor.open()) unwatch(pipe->port, pipe->descriptor.get());
  }
  loop_.arm(output_timer_, kOutputPauseMs);
}

void WatchedProcess::release_output() {
  earn_output();
  if (output_credit_ < 0) return loop_.arm(output_timer_, kOutputPauseMs);
  held_ = false;
  for (Pipe* pipe : {&output_, &errors_}) {
    if (pipe->descriptor.open()) watch(pipe->port, pipe->descriptor.get());
  }
  on_room_for_output();
}

void WatchedProcess::silence() {
  const std::lock_guard lock(log_mutex_);
  log_ = nullptr;
}

// A dead process tells no peak any more, so it is read first.
void WatchedProcess::kill() {
  if (alive_.exchange(false)) look_at_memory();
  child_->kill_group();
}

net::ChildMemory WatchedProcess::look_at_memory() {
  const net::ChildMemory memory = child_->memory();
  std::int64_t before = peak_bytes_;
  while (before < memory.peak_resident &&
         !peak_bytes_.compare_exchange_weak(before, memory.peak_resident)) {
  }
  looked_ms_ = system_clock().monotonic_ms();
  return memory;
}

std::int64_t WatchedProcess::max_memory_bytes() {
  if (system_clock().monotonic_ms() - looked_ms_ >= kMemoryFreshMs) look_at_memory();
  return peak_bytes_;
}

void WatchedProcess::watch_memory() {
  if (memory_timer_.armed()) return;
  memory_interval_ms_ = kMemoryFirstCheckMs;
  loop_.arm(memory_timer_, memory_interval_ms_);
}

// The limit holds for what the function allocates; the mapped program is not its doing.
void WatchedProcess::check_memory() {
  if (collected_ || !working()) return;
  if (look_at_memory().anonymous > memory_limit_bytes_) {
    log_info("a function needs more memory than it has and is killed",
             {{"function", name_}, {"pid", pid_}});
    kill();
  }
  memory_interval_ms_ = std::min(2 * memory_interval_ms_, kMemoryCheckMs);
  loop_.arm(memory_timer_, memory_interval_ms_);
}

void WatchedProcess::on_ready(Which which, std::uint32_t) {
  if (which == Which::kExit) return on_exit();
  read_pipe(which == Which::kOutput ? output_ : errors_, kReadEachTurn);
  output_held();
}

void WatchedProcess::read_pipe(Pipe& pipe, std::size_t limit) {
  char buffer[kReadPiece];  // not the loop's: an answer frame that lies there may have led here
  for (std::size_t total = 0; pipe.descriptor.open() && total < limit;) {
    const ssize_t n = ::read(pipe.descriptor.get(), buffer, sizeof buffer);
    if (n > 0) {
      total += static_cast<std::size_t>(n);
      pipe.lines.feed(std::string_view(buffer, static_cast<std::size_t>(n)));
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      pipe.lines.finish();
      unwatch(pipe.port, pipe.descriptor.get());
      pipe.descriptor.close();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

// Mostly there is nothing: one question for both.
void WatchedProcess::read_output_now() {
  pollfd pipes[] = {{output_.descriptor.get(), POLLIN, 0}, {errors_.descriptor.get(), POLLIN, 0}};
  if (::poll(pipes, 2, 0) <= 0) return;
  read_pipe(output_, kReadBeforeAnswer);
  read_pipe(errors_, kReadBeforeAnswer);
}

void WatchedProcess::on_exit() {
  const auto keep = shared_from_this();
  take_rest();
  look_at_memory();  // a sandbox may still know
  const auto exit = child_->reap();
  if (!exit) return;
  alive_ = false;
  collected_ = true;
  exit_code_ = exit->code;
  for (Pipe* pipe : {&output_, &errors_}) {
    read_pipe(*pipe, kReadAtEnd);
    pipe->lines.finish();
    if (pipe->descriptor.open()) unwatch(pipe->port, pipe->descriptor.get());
    pipe->descriptor.close();
  }
  unwatch(exit_port_, child_->descriptors().exit.get());
  loop_.cancel(memory_timer_);
  loop_.cancel(output_timer_);
  ended(exit_code_);
  loop_.retire(keep);
  if (gone_) std::exchange(gone_, nullptr)(*this);
}

platform::WorkerOutcome WatchedProcess::exit_outcome() const {
  platform::WorkerOutcome outcome;
  outcome.kind = platform::WorkerOutcome::Kind::kExited;
  outcome.exit_code = exit_code_;
  return outcome;
}

}  // namespace fairlead::workers
