// Reads the pipes in bounded turns, looks at the memory ten times a second while the worker works,
// and collects the process when it ends, with the last of its output first.
#include "workers/worker_process.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kMemoryCheckMs = 100;
constexpr std::size_t kReadPiece = 16 * 1024;
constexpr std::size_t kReadEachTurn = 64 * 1024;  // one pipe; a flood must not starve the loop
constexpr std::size_t kReadBeforeAnswer = 256 * 1024;
constexpr std::size_t kReadAtEnd = 1024 * 1024;

}  // namespace

WorkerProcess::WorkerProcess(Setup setup)
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
      memory_timer_(this, [](void* self) { static_cast<WorkerProcess*>(self)->check_memory(); }) {}

WorkerProcess::~WorkerProcess() = default;

void WorkerProcess::begin() {
  watch(exit_port_, child_->descriptors().exit.get());
  watch(output_.port, output_.descriptor.get());
  watch(errors_.port, errors_.descriptor.get());
}

void WorkerProcess::watch(Port& port, int fd) {
  loop_.watch(fd, EPOLLIN, &port);
  port.watched = true;
}

void WorkerProcess::unwatch(Port& port, int fd) {
  if (port.watched) loop_.unwatch(fd, &port);
  port.watched = false;
}

void WorkerProcess::log(std::int64_t time_us, std::string_view text) {
  const std::lock_guard lock(log_mutex_);
  if (log_) log_(time_us, text);
}

void WorkerProcess::silence() {
  const std::lock_guard lock(log_mutex_);
  log_ = nullptr;
}

void WorkerProcess::kill() {
  alive_ = false;
  child_->kill_group();
}

std::int64_t WorkerProcess::max_memory_bytes() {
  const std::int64_t now = child_->memory().peak_resident;
  std::int64_t before = peak_bytes_;
  while (before < now && !peak_bytes_.compare_exchange_weak(before, now)) {
  }
  return std::max(before, now);
}

void WorkerProcess::watch_memory() {
  if (!memory_timer_.armed()) loop_.arm(memory_timer_, kMemoryCheckMs);
}

// The limit holds for what the function allocates; the mapped program is not its doing.
void WorkerProcess::check_memory() {
  if (collected_ || !working()) return;
  max_memory_bytes();
  if (child_->memory().anonymous > memory_limit_bytes_) {
    log_info("a function needs more memory than it has and is killed",
             {{"function", name_}, {"pid", pid_}});
    kill();
  }
  watch_memory();
}

void WorkerProcess::on_ready(Which which, std::uint32_t) {
  if (which == Which::kExit) return on_exit();
  read_pipe(which == Which::kOutput ? output_ : errors_, kReadEachTurn);
}

void WorkerProcess::read_pipe(Pipe& pipe, std::size_t limit) {
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

void WorkerProcess::read_output_now() {
  read_pipe(output_, kReadBeforeAnswer);
  read_pipe(errors_, kReadBeforeAnswer);
}

void WorkerProcess::on_exit() {
  const auto keep = shared_from_this();
  take_rest();
  max_memory_bytes();
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
  ended(exit_code_);
  loop_.retire(keep);
  if (gone_) std::exchange(gone_, nullptr)(*this);
}

platform::WorkerOutcome WorkerProcess::exit_outcome() const {
  platform::WorkerOutcome outcome;
  outcome.kind = platform::WorkerOutcome::Kind::kExited;
  outcome.exit_code = exit_code_;
  return outcome;
}

}  // namespace fairlead::workers
