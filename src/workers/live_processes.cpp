// Holds each process until its last call, so that nothing is destroyed while a loop watches it.
#include "workers/live_processes.h"

#include <chrono>

namespace fairlead::workers {

void LiveProcesses::add(std::shared_ptr<WatchedProcess> process) {
  const std::lock_guard lock(mutex_);
  WatchedProcess* const key = process.get();
  processes_.emplace(key, std::move(process));
}

void LiveProcesses::remove(WatchedProcess& process) {
  const std::lock_guard lock(mutex_);
  processes_.erase(&process);
  changed_.notify_all();
}

void LiveProcesses::kill_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, process] : processes_) process->kill();
}

bool LiveProcesses::wait_empty(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                           [this] { return processes_.empty(); });
}

std::size_t LiveProcesses::size() const {
  const std::lock_guard lock(mutex_);
  return processes_.size();
}

}  // namespace fairlead::workers
