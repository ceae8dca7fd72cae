// A thread for disk work that must not hold up an event loop: syncs, renames, removals.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fairlead::storage {

class DiskThreads {
 public:
  explicit DiskThreads(std::size_t threads) : most_(threads) {}
  ~DiskThreads();  // runs what is queued first

  // Parks the caller until `work` has run. Threads start when they are first needed.
  void run(const std::function<void()>& work);

 private:
  void work_off();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<std::function<void()>> queue_;  // bounded by the callers, who wait
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fairlead::storage
