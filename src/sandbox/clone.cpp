// clone as vfork does it (our memory, a stack of its own), then exec of /proc/self/exe: a fork of a
// server with threads and a large heap would cost more and could stop on somebody's lock.
#include "sandbox/clone.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/errors.h"

#if defined(__SANITIZE_THREAD__)
// ThreadSanitizer takes every clone for a fork and stops watching locks in the child, which here
// has our memory. It does not know this other name of the same function.
extern "C" int __clone(int (*)(void*), void*, int, void*, ...);
#define CLONE_UNWATCHED __clone
#else
#define CLONE_UNWATCHED ::clone
#endif

namespace fairlead::sandbox {

namespace {

constexpr std::size_t kStackBytes = 128 * 1024;
constexpr int kNamespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
constexpr unsigned kCloseRangeCloexec = 4;
constexpr int kExecFailed = 127;
// What the loader and sanitizers may need; the rest of our environment is none of its business.
constexpr const char* kPassedOn[] = {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                     "TSAN_OPTIONS"};

struct CloneOrder {
  const FirstDescriptors* descriptors;
  char* const* argv;
  char* const* environment;
  int failure_fd;
};

struct Failure {
  Step step;
  int error_number;
};

int fail(const CloneOrder& order, Step step) {
  const Failure failure{step, errno};
  (void)!::write(order.failure_fd, &failure, sizeof failure);
  ::_exit(kExecFailed);
}

// An exec by anybody but root drops capabilities, and nobody is root here until users are mapped:
// the ambient set keeps them.
bool keep_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  if (::syscall(SYS_capget, &header, sets) != 0) return false;
  for (auto& set : sets) set.inheritable = set.permitted;
  if (::syscall(SYS_capset, &header, sets) != 0) return false;
  for (int capability = 0; capability < 64; ++capability) {
    if ((sets[capability / 32].permitted & (1u << (capability % 32))) == 0) continue;
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) return false;
  }
  return true;
}

void reset_signals() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &plain, nullptr);
}

// In the new process, with our memory but descriptors of its own: system calls only, and those on
// descriptors by number, lest a sanitizer take them for the server's.
int run_clone(void* argument) {
  const CloneOrder& order = *static_cast<const CloneOrder*>(argument);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int target = 0; target <= kControlFd; ++target) {
    const int fd = (*order.descriptors)[static_cast<std::size_t>(target)];
    if (fd < 0) {
      ::syscall(SYS_close, target);
    } else if (::syscall(SYS_dup3, fd, target, 0) < 0) {
      return fail(order, "descriptors");
    }
  }
  ::syscall(SYS_close_range, kControlFd + 1, ~0u, kCloseRangeCloexec);
  reset_signals();
  if (!keep_capabilities()) return fail(order, "capabilities in a user namespace");
  ::execve("/proc/self/exe", order.argv, order.environment);
  return fail(order, "starting our own program");
}

}  // namespace

Result<int> clone_first_process(const FirstDescriptors& descriptors) {
  std::string name = "fairlead", argument = kFirstProcessArgument;
  char* argv[] = {name.data(), argument.data(), nullptr};
  std::vector<std::string> passed;
  for (const char* variable : kPassedOn) {
    if (const char* value = ::getenv(variable))
      passed.push_back(std::string(variable) + "=" + value);
  }
  std::vector<char*> environment;
  for (std::string& text : passed) environment.push_back(text.data());
  environment.push_back(nullptr);
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return cannot_sandbox("pipe", errno);
  const net::Descriptor reading(fds[0]);
  // Above the descriptors that the new process fills.
  net::Descriptor writing(::fcntl(fds[1], F_DUPFD_CLOEXEC, kControlFd + 1));
  ::close(fds[1]);
  CloneOrder order{&descriptors, argv, environment.data(), writing.get()};
  const auto stack = std::make_unique_for_overwrite<char[]>(kStackBytes);
  // No handler of ours may run in the clone.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int pid = CLONE_UNWATCHED(run_clone, stack.get() + kStackBytes,
                                  kNamespaces | CLONE_VM | CLONE_VFORK | SIGCHLD, &order);
  const int error_number = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return cannot_sandbox("making namespaces", error_number);
  writing.close();
  Failure failure{};
  if (::read(reading.get(), &failure, sizeof failure) == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    return cannot_sandbox(failure.step, failure.error_number);
  }
  return pid;
}

}  // namespace fairlead::sandbox
