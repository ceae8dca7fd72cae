// What can be done with a child that runs: kill its whole group, collect it, read its memory from
// /proc. Starting one is child_launch.cpp's.
#include "net/child_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <charconv>
#include <string_view>

#include "base/log.h"

namespace fairlead::net {

const ErrorCode kCannotLaunch{"CannotLaunch", 500};

namespace {

constexpr int kEndWaitMs = 5'000;  // for a killed child; longer only when the kernel is stuck
constexpr std::size_t kStatusBytes = 8 * 1024;

// "VmHWM:\t   1234 kB"
std::int64_t status_kib(std::string_view status, std::string_view name) {
  const std::size_t at = status.find(name);
  if (at == std::string_view::npos) return 0;
  status.remove_prefix(at + name.size());
  status.remove_prefix(std::min(status.find_first_not_of(" \t"), status.size()));
  std::int64_t value = 0;
  std::from_chars(status.data(), status.data() + status.size(), value);
  return value;
}

}  // namespace

Child::Child(int pid, Descriptors descriptors) : pid_(pid), descriptors_(std::move(descriptors)) {}

Child::~Child() { end(); }

void Child::end() {
  if (reaped_) return;
  kill_group();
  pollfd ended{descriptors_.exit.get(), POLLIN, 0};
  while (::poll(&ended, 1, kEndWaitMs) < 0 && errno == EINTR) {
  }
  if (!reap()) log_warn("a killed child process does not end", {{"pid", pid_}});
}

void Child::kill_group() {
  const std::lock_guard lock(mutex_);
  if (reaped_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // should it have left its group
}

std::optional<ChildExit> Child::reap() {
  const std::lock_guard lock(mutex_);
  if (reaped_) return std::nullopt;
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != pid_) {
    return std::nullopt;
  }
  ::kill(-pid_, SIGKILL);  // while the zombie still holds the group's number
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG);
  reaped_ = true;
  return ended(ChildExit{info.si_code == CLD_EXITED ? info.si_status : -info.si_status});
}

Status Child::attach(const ChildAttachment&) { return {}; }

ChildMemory Child::memory() const {
  char text[kStatusBytes];
  const ssize_t n = ::pread(descriptors_.status.get(), text, sizeof text, 0);
  if (n <= 0) return {};
  const std::string_view status(text, static_cast<std::size_t>(n));
  return {status_kib(status, "VmHWM:") * 1024,
          (status_kib(status, "RssAnon:") + status_kib(status, "RssShmem:")) * 1024};
}

}  // namespace fairlead::net
