// Reads /proc.
#include "load/process_usage.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace fairlead::bench {

std::int64_t cpu_ns(int pid) {
  std::int64_t sum = 0;
  std::error_code gone;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    std::ifstream file(task.path() / "schedstat");
    std::int64_t running = 0;
    if (file >> running) sum += running;
  }
  return sum;
}

std::int64_t cpu_ns(const std::vector<int>& pids) {
  std::int64_t sum = 0;
  for (const int pid : pids) sum += cpu_ns(pid);
  return sum;
}

std::int64_t anonymous_bytes(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("RssAnon:", 0) != 0) continue;
    std::istringstream fields(line.substr(8));
    std::int64_t kib = 0;
    fields >> kib;
    return kib * 1024;
  }
  return 0;
}

}  // namespace fairlead::bench
