// The plain launcher of child_process.h: vfork and exec on a thread that lives as long as it does.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <thread>

#include "base/park.h"
#include "net/child_ends.h"
#include "net/child_process.h"

namespace fairlead::net {
namespace {

constexpr int kChannelFd = 3;
constexpr int kExecFailed = 127;
constexpr unsigned kCloseRangeCloexec = 4;  // CLOSE_RANGE_CLOEXEC; absent from Debian 12's headers

// What a child that could not be started tells through a pipe that exec closes. Not through memory:
// sanitizers turn vfork into fork.
struct Failure {
  enum Step : int { kProcessGroup, kDeathSignal, kDescriptors, kFolder, kProgram } step;
  int error_number;
};

const char* step_name(Failure::Step step) {
  switch (step) {
    case Failure::kProcessGroup:
      return "process group";
    case Failure::kDeathSignal:
      return "parent death signal";
    case Failure::kDescriptors:
      return "descriptors";
    case Failure::kFolder:
      return "working folder";
    case Failure::kProgram:
      return "program";
  }
  return "launch";
}

// What the child does between vfork and exec. Everything is prepared before: it shares our memory
// and may only make system calls.
struct Plan {
  const char* path;
  char* const* argv;
  char* const* environment;
  const char* working_folder;  // or nullptr
  int fds[4];                  // to become 0-3; fds[3] is -1 without a channel
  pid_t parent;
  rlim_t max_open_files;
  int failure_fd;
};

[[noreturn]] void child_fails(const Plan& plan, Failure::Step step) {
  const Failure failure{step, errno};
  (void)!::write(plan.failure_fd, &failure, sizeof failure);
  ::_exit(kExecFailed);
}

void reset_signals() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &plain, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(const Plan& plan) {
  if (::setpgid(0, 0) != 0) child_fails(plan, Failure::kProcessGroup);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) child_fails(plan, Failure::kDeathSignal);
  if (::getppid() != plan.parent) ::_exit(kExecFailed);  // it ended before the line above
  for (int target = 0; target < 4; ++target) {
    if (plan.fds[target] >= 0 && ::dup2(plan.fds[target], target) < 0) {
      child_fails(plan, Failure::kDescriptors);
    }
  }
  const unsigned first_ours = plan.fds[kChannelFd] >= 0 ? kChannelFd + 1 : kChannelFd;
  // A kernel before 5.11 refuses; then close-on-exec, which all of ours have, must be enough.
  ::syscall(SYS_close_range, first_ours, ~0u, kCloseRangeCloexec);
  if (plan.working_folder != nullptr && ::chdir(plan.working_folder) != 0) {
    child_fails(plan, Failure::kFolder);
  }
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && plan.max_open_files < files.rlim_max) {
    files.rlim_cur = plan.max_open_files;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  reset_signals();
  ::execve(plan.path, plan.argv, plan.environment);
  child_fails(plan, Failure::kProgram);
}

// No handler of ours may run in the child, which shares our memory: signals wait until it is gone.
[[gnu::noinline]] pid_t vfork_and_run(const Plan& plan) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::vfork();
  if (pid == 0) run_child(plan);
  const int error_number = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error_number;
  return pid;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

Result<std::unique_ptr<Child>> adopt(pid_t pid, Child::Descriptors descriptors) {
  descriptors.exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const std::string status = "/proc/" + std::to_string(pid) + "/status";
  descriptors.status = Descriptor(::open(status.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptors.exit.open() || !descriptors.status.open()) {
    const int error_number = errno;
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return cannot_launch("pidfd", error_number);
  }
  prefer_for_oom(pid);
  return std::make_unique<Child>(pid, std::move(descriptors));
}

Result<std::unique_ptr<Child>> launch_here(ChildSpec& spec) {
  if (spec.argv.empty()) return cannot_launch("program", ENOENT);
  Descriptor input = above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input.open()) return cannot_launch("/dev/null", errno);
  ChildEnds output = TRY(make_child_pipe());
  ChildEnds errors = TRY(make_child_pipe());
  ChildEnds channel;
  if (spec.channel != ChildChannel::kNone) channel = TRY(make_child_channel(spec.channel));
  const std::vector<char*> argv = pointers(spec.argv);
  const std::vector<char*> environment = pointers(spec.environment);
  ChildEnds failures = TRY(make_child_pipe());
  const Plan plan{
      .path = argv[0],
      .argv = argv.data(),
      .environment = environment.data(),
      .working_folder = spec.working_folder.empty() ? nullptr : spec.working_folder.c_str(),
      .fds = {input.get(), output.theirs.get(), errors.theirs.get(), channel.theirs.get()},
      .parent = ::getpid(),
      .max_open_files = static_cast<rlim_t>(spec.max_open_files),
      .failure_fd = failures.theirs.get()};
  const pid_t pid = vfork_and_run(plan);
  if (pid < 0) return cannot_launch("vfork", errno);
  failures.theirs.close();
  ::fcntl(failures.ours.get(), F_SETFL, 0);  // blocking, until exec or the child's end
  Failure failure{};
  if (::read(failures.ours.get(), &failure, sizeof failure) == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    return cannot_launch(step_name(failure.step), failure.error_number);
  }
  Child::Descriptors ours;
  ours.output = std::move(output.ours);
  ours.errors = std::move(errors.ours);
  ours.channel = std::move(channel.ours);
  return adopt(pid, std::move(ours));
}

class PlainLauncher final : public ChildLauncher {
 public:
  PlainLauncher() : thread_([this] { run(); }) {}
  ~PlainLauncher() override {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  Result<std::unique_ptr<Child>> launch(ChildSpec spec) override {
    const Answer answer;
    {
      const std::lock_guard lock(mutex_);
      orders_.push_back({std::move(spec), answer});
    }
    changed_.notify_one();
    return answer.get();
  }

 private:
  using Answer = Future<Result<std::unique_ptr<Child>>>;
  struct Order {
    ChildSpec spec;
    Answer answer;
  };

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopped_ || !orders_.empty(); });
      if (orders_.empty()) return;
      Order order = std::move(orders_.front());
      orders_.pop_front();
      lock.unlock();
      order.answer.set(launch_here(order.spec));
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Order> orders_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace

std::unique_ptr<ChildLauncher> make_plain_launcher() { return std::make_unique<PlainLauncher>(); }

}  // namespace fairlead::net
