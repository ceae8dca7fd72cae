// From the first process to the function's: ids, capabilities, limits, filter, exec.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/first_process.h"
#include "sandbox/seccomp.h"

namespace fairlead::sandbox {

namespace {

constexpr unsigned kCloseRangeCloexec = 4;  // CLOSE_RANGE_CLOEXEC; absent from Debian 12's headers
constexpr int kExecFailed = 127;

// What the process that could not become the function's writes into a pipe that exec closes.
struct Failure {
  Step step;  // a literal of this program, which both are
  int error_number;
};

bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return ::syscall(SYS_capset, &header, none) == 0;
}

bool empty_bounding_set() {
  for (int capability = 0; capability < 64; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno == EINVAL;
  }
  return true;
}

bool take_ids(const Plan& plan) {
  if (!plan.changes_ids) return true;
  const auto uid = static_cast<uid_t>(plan.uid);
  const auto gid = static_cast<gid_t>(plan.gid);
  return ::setgroups(0, nullptr) == 0 && ::setresgid(gid, gid, gid) == 0 &&
         ::setresuid(uid, uid, uid) == 0;
}

void set_limits(const Plan& plan) {
  rlimit files{};
  const auto most = static_cast<rlim_t>(plan.max_open_files);
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && most < files.rlim_max) {
    files.rlim_cur = most;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const auto processes = static_cast<rlim_t>(plan.max_processes);
  const rlimit count{processes, processes};
  ::setrlimit(RLIMIT_NPROC, &count);
}

bool load_filter() {
  const auto& filter = function_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Returns only with the step that failed.
Step become_function(const Plan& plan, Channel channel) {
  const std::vector<char*> argv = pointers(plan.argv);
  const std::vector<char*> environment = pointers(plan.environment);
  ::setsid();
  unblock_signals();
  set_limits(plan);
  const int first_ours = channel == Channel::kThere ? kChannelFd + 1 : kChannelFd;
  ::syscall(SYS_close_range, first_ours, ~0u, kCloseRangeCloexec);
  if (!plan.working_folder.empty() && ::chdir(plan.working_folder.c_str()) != 0) {
    return "working folder";
  }
  if (!empty_bounding_set()) return "capability bounding set";
  if (!take_ids(plan)) return "user and group";
  if (!drop_capabilities()) return "capabilities";
  if (!load_filter()) return "system call filter";
  ::execve(argv[0], argv.data(), environment.data());
  return "program";
}

}  // namespace

FunctionStart start_function(const Plan& plan, Channel channel) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return {"pipe"};
  const net::Descriptor reading(fds[0]);
  net::Descriptor writing(fds[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return {"fork"};
  if (pid == 0) {
    const Step step = become_function(plan, channel);
    const Failure failure{step, errno};
    (void)!::write(writing.get(), &failure, sizeof failure);
    ::_exit(kExecFailed);
  }
  writing.close();
  Failure failure{};
  ssize_t got = -1;
  do {
    got = ::read(reading.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof failure) return {nullptr, pid};
  ::waitpid(pid, nullptr, 0);
  errno = failure.error_number;
  return {failure.step};
}

}  // namespace fairlead::sandbox
