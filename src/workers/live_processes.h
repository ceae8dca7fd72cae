// The processes of a launcher that have not been collected yet. Any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "workers/watched_process.h"

namespace fairlead::workers {

class LiveProcesses {
 public:
  void add(std::shared_ptr<WatchedProcess> process);
  void remove(WatchedProcess& process);
  void kill_all();
  bool wait_empty(std::int64_t timeout_ms);  // on a plain thread
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<WatchedProcess*, std::shared_ptr<WatchedProcess>> processes_;
};

}  // namespace fairlead::workers
