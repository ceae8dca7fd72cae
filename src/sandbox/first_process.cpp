// The first process's life: hear the plan, make the sandbox, start or wait for the function's
// process, then collect whoever ends until that one does, or until the server is gone.
#include "sandbox/first_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "sandbox/control.h"
#include "sandbox/launcher.h"

namespace fairlead::sandbox {

namespace {

constexpr char kHostName[] = "localhost";
constexpr int kSignalExitBase = 128;

class FirstProcess {
 public:
  [[noreturn]] void run();

 private:
  void hear_plan();
  void make_sandbox();
  void start();
  void take_forked(const Message& message);
  void attach(Message& message);
  void on_message();
  void on_children();
  void let_go_of_function_descriptors();
  void tell(MessageKind kind) { tell(Message{kind, {}, {}, {}}); }
  void tell(const Message& message) { (void)send_message(kControlFd, message); }
  [[noreturn]] void fail(Step step);
  void tell_failure(Step step, int error_number);
  [[noreturn]] void end(int code);

  Plan plan_;
  Channel channel_ = Channel::kThere;
  std::vector<net::Descriptor> trees_;
  int function_ = -1;
  std::map<int, int> early_ends_;  // of processes that ended before we heard which is the function
};

int exit_code(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

void FirstProcess::tell_failure(Step step, int error_number) {
  tell(Message{MessageKind::kFailed, {step}, {error_number}, {}});
}

void FirstProcess::fail(Step step) {
  tell_failure(step, errno);
  ::_exit(1);
}

void FirstProcess::end(int code) {
  tell(Message{MessageKind::kEnded, {}, {code}, {}});
  ::_exit(code >= 0 ? code : kSignalExitBase - code);
}

void FirstProcess::hear_plan() {
  auto message = receive_message(kControlFd);
  if (!message) ::_exit(1);
  auto plan = to_plan(*message);
  if (!plan || plan->argv.empty() || plan->mounts.empty()) {
    errno = EBADMSG;
    fail("plan");
  }
  plan_ = std::move(*plan);
  trees_ = std::move(message->descriptors);
}

void FirstProcess::make_sandbox() {
  Message listeners{MessageKind::kListeners, {}, {}, {}};
  if (const Step failed = make_network(plan_, listeners.descriptors)) fail(failed);
  tell(listeners);
  listeners.descriptors.clear();
  (void)::sethostname(kHostName, sizeof kHostName - 1);
  if (const Step failed = make_root(plan_, trees_)) fail(failed);
  trees_.clear();
  if (const Step failed = become_root_inside(plan_)) fail(failed);
  tell(MessageKind::kReady);
}

void FirstProcess::let_go_of_function_descriptors() {
  for (int fd = 0; fd <= kChannelFd; ++fd) ::close(fd);
}

void FirstProcess::start() {
  const FunctionStart started = start_function(plan_, channel_);
  if (started.failed != nullptr) fail(started.failed);
  function_ = started.pid;
  let_go_of_function_descriptors();
  tell(MessageKind::kStarted);
}

// A forker has made the process; it is our child, or becomes it when its parent has ended.
void FirstProcess::take_forked(const Message& message) {
  if (message.numbers.size() != 1 || message.numbers[0] <= 1) {
    errno = EBADMSG;
    fail("forked process");
  }
  let_go_of_function_descriptors();
  function_ = static_cast<int>(message.numbers[0]);
  tell(MessageKind::kStarted);
  if (const auto at = early_ends_.find(function_); at != early_ends_.end()) end(at->second);
}

void FirstProcess::attach(Message& message) {
  const auto attachment = to_attach_plan(message);
  if (!attachment) {
    errno = EBADMSG;
    fail("attachment");
  }
  const Step failed = attach_mounts(plan_, *attachment, message.descriptors);
  if (failed != nullptr) return tell_failure(failed, errno);
  tell(MessageKind::kAttached);
}

void FirstProcess::on_message() {
  auto message = receive_message(kControlFd);
  if (!message) ::_exit(1);  // the server is gone
  switch (message->kind) {
    case MessageKind::kStart:
      return start();
    case MessageKind::kForked:
      return take_forked(*message);
    case MessageKind::kAttach:
      return attach(*message);
    default:
      errno = EBADMSG;
      fail("order");
  }
}

void FirstProcess::on_children() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (pid == function_) end(exit_code(status));
    if (function_ < 0) early_ends_.emplace(pid, exit_code(status));
  }
}

void FirstProcess::run() {
  // Descriptors 0 to 3 are taken, whatever comes later.
  if (::fcntl(kChannelFd, F_GETFD) < 0) {
    channel_ = Channel::kNone;
    ::dup2(0, kChannelFd);
  }
  sigset_t all, children;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  const int signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  ::fcntl(kControlFd, F_SETFD, FD_CLOEXEC);
  hear_plan();
  make_sandbox();
  for (;;) {
    pollfd waiting[] = {{kControlFd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) ::_exit(1);
    signalfd_siginfo ignored;
    while (::read(signals, &ignored, sizeof ignored) > 0) {
    }
    on_children();
    if (waiting[0].revents != 0) on_message();
  }
}

}  // namespace

Step become_root_inside(const Plan& plan) {
  if (plan.changes_ids) {
    if (::setgroups(0, nullptr) != 0) return "groups";
    if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) return "user inside";
  }
  // After the ids: changing them forgets it. Should the server have ended in between, the control
  // line tells.
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? nullptr : "parent death signal";
}

void become_first_process_if_asked(int argc, char** argv) {
  if (argc != 2 || std::strcmp(argv[1], kFirstProcessArgument) != 0) return;
  FirstProcess().run();
}

}  // namespace fairlead::sandbox
