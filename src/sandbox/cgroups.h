// Control groups: the kernel's own limit on a sandbox's memory and processes, where we may make
// groups. Version 2 if the memory controller can be handed down to us, else version 1, else none.
//
// One folder "fairlead-<pid>" for the server, in it one group for each sandbox. Folders of servers
// that are gone are removed at the start.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/descriptor.h"

namespace fairlead::sandbox {

class Cgroups;

// One sandbox's. Removed at the end; when processes linger in it, a little later.
class Cgroup {
 public:
  Cgroup(std::shared_ptr<Cgroups> of, std::vector<std::string> folders);
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;

  // Open cgroup.procs files: a process that writes "0" to each of them joins.
  Result<std::vector<net::Descriptor>> open_procs() const;
  Status limit_memory(std::int64_t bytes);  // memory.max and the like
  Status limit_processes(int count);
  // Anonymous memory of all its processes; nothing when it cannot be read.
  std::optional<std::int64_t> anonymous_bytes() const;

 private:
  const std::shared_ptr<Cgroups> of_;
  const std::vector<std::string> folders_;  // memory's first
};

class Cgroups : public std::enable_shared_from_this<Cgroups> {
 public:
  // Where we may make groups, as the kernel describes us: the texts of /proc/self/cgroup and
  // /proc/self/mountinfo. nullptr: nowhere.
  static std::shared_ptr<Cgroups> find(std::string_view own_groups, std::string_view mounts,
                                       int pid);
  static std::shared_ptr<Cgroups> find();
  ~Cgroups();

  int version() const { return version_; }
  bool counts_processes() const { return !pids_folder_.empty(); }
  Result<std::unique_ptr<Cgroup>> make();

 private:
  friend class Cgroup;
  Cgroups() = default;
  bool use_version_2(std::string_view own_groups, std::string_view mounts, int pid);
  bool use_version_1(std::string_view own_groups, std::string_view mounts, int pid);
  void remove(const std::vector<std::string>& folders);
  void remove_lingering();

  int version_ = 0;
  std::string memory_folder_;  // the server's
  std::string pids_folder_;    // the same in version 2; empty: no such controller
  std::atomic<std::uint64_t> made_{0};
  std::mutex mutex_;
  std::vector<std::string> lingering_;  // to be removed once their processes are gone
};

}  // namespace fairlead::sandbox
