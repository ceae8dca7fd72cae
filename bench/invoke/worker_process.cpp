// fork, exec, and blocking reads and writes.
#include "invoke/worker_process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "load/options.h"

namespace fairlead::bench {

namespace {
constexpr int kChannel = 3;

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}
}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& argv,
                             const std::vector<std::string>& environment, int channel) {
  const std::vector<char*> arguments = pointers_to(argv);
  const std::vector<char*> variables = pointers_to(environment);
  pid_ = fork();
  if (pid_ < 0) give_up("fork failed");
  if (pid_ > 0) return;
  if (channel == kChannel) {
    fcntl(channel, F_SETFD, 0);  // dup2 onto itself would leave close-on-exec in place
  } else if (channel >= 0) {
    dup2(channel, kChannel);
  }
  execve(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

WorkerProcess::~WorkerProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) give_up("the worker is gone");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t read_some(int fd, char* into, std::size_t size) {
  const ssize_t got = recv(fd, into, size, 0);
  if (got <= 0) give_up("the worker is gone");
  return static_cast<std::size_t>(got);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace fairlead::bench
