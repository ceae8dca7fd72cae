// posix_spawn with the signals that our main thread holds back let through again.
#include "app/cli/dev_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "net/descriptor.h"

extern char** environ;

namespace fairlead::app {

const ErrorCode kProgramFailed{"ProgramFailed", 500};

namespace {

constexpr std::size_t kMaxChecks = 8;

constexpr const char* kPythonCheck =
    "import sys\n"
    "name = sys.argv[1]\n"
    "try:\n"
    "    with open(name, 'rb') as file: compile(file.read(), name, 'exec')\n"
    "except (SyntaxError, ValueError) as error:\n"
    "    sys.exit(f'{name}:{getattr(error, \"lineno\", 0)}: {error}')\n";

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const auto same = [&](const std::string& other) { return other.starts_with(name); };
    if (std::none_of(more.begin(), more.end(), same)) all.emplace_back(text);
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// The process's number, or 0 with errno set.
int spawn(std::vector<std::string> argv, std::vector<std::string> environment, const char* folder) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
  pid_t pid = 0;
  auto arguments = pointers(argv);
  auto variables = pointers(environment);
  const int failed =
      posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  errno = failed;
  return failed == 0 ? pid : 0;
}

Error program_failed(const std::string& command, const std::string& how) {
  return {&kProgramFailed, command + " " + how + ".", {}};
}

}  // namespace

Result<bool> run_to_end(const std::string& command, const std::string& folder,
                        const std::vector<std::string>& environment, int signals) {
  const int pid = spawn({"/bin/sh", "-c", command}, environment_with(environment), folder.c_str());
  if (pid == 0) return program_failed(command, std::string("cannot start: ") + strerror(errno));
  const net::Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  bool interrupted = false;
  for (;;) {
    pollfd waiting[] = {{process.get(), POLLIN, 0}, {interrupted ? -1 : signals, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) break;
    if (waiting[1].revents) {
      interrupted = true;
      kill(pid, SIGTERM);
    }
    if (waiting[0].revents) break;
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (interrupted) return false;
  if (WIFSIGNALED(status)) {
    return program_failed(command, "was ended by signal " + std::to_string(WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return program_failed(command, "failed with exit code " + std::to_string(WEXITSTATUS(status)));
  }
  return true;
}

SyntaxChecks::~SyntaxChecks() {
  for (const int pid : running_) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}

void SyntaxChecks::check(const std::string& path) {
  reap();
  if (running_.size() >= kMaxChecks || access(path.c_str(), R_OK) != 0) return;
  std::vector<std::string> argv;
  if (path.ends_with(".js") || path.ends_with(".mjs") || path.ends_with(".cjs")) {
    argv = {"node", "--check", path};
  } else if (path.ends_with(".py")) {
    argv = {"python3", "-c", kPythonCheck, path};
  } else {
    return;
  }
  if (const int pid = spawn(std::move(argv), environment_with({}), nullptr))
    running_.push_back(pid);
}

void SyntaxChecks::reap() {
  std::erase_if(running_, [](int pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
}

}  // namespace fairlead::app
