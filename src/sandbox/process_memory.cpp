// Walking /proc/<pid>/task/*/children.
#include "sandbox/process_memory.h"

#include <dirent.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace fairlead::sandbox {

namespace {

constexpr std::size_t kMost = 64;

void add_children(int pid, std::vector<int>& to) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* folder = ::opendir(tasks.c_str());
  if (folder == nullptr) return;
  while (const dirent* task = ::readdir(folder)) {
    if (task->d_name[0] == '.') continue;
    std::ifstream in(tasks + "/" + task->d_name + "/children");
    for (int child = 0; to.size() < kMost && in >> child;) to.push_back(child);
  }
  ::closedir(folder);
}

void add_memory(int pid, net::ChildMemory& sum) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    const auto kib = [&line](std::string_view name) -> std::int64_t {
      if (!line.starts_with(name)) return 0;
      return std::strtoll(line.c_str() + name.size(), nullptr, 10);
    };
    sum.peak_resident += kib("VmHWM:") * 1024;
    sum.anonymous += (kib("RssAnon:") + kib("RssShmem:")) * 1024;
  }
}

}  // namespace

net::ChildMemory memory_below(int pid) {
  net::ChildMemory sum;
  std::vector<int> found;
  add_children(pid, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    add_memory(found[i], sum);
    add_children(found[i], found);
  }
  return sum;
}

}  // namespace fairlead::sandbox
