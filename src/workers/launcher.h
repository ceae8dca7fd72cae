// The WorkerLauncher of a house on one machine: each worker is a process of its own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "net/child_process.h"
#include "net/loop.h"
#include "platform/workers.h"
#include "workers/worker_process.h"

namespace fairlead::workers {

class RuntimeApiHost;

// The processes that have not been collected yet. Any thread.
class LiveProcesses {
 public:
  void add(std::shared_ptr<WorkerProcess> process);
  void remove(WorkerProcess& process);
  void kill_all();
  bool wait_empty(std::int64_t timeout_ms);  // on a plain thread
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<WorkerProcess*, std::shared_ptr<WorkerProcess>> processes_;
};

// Works on `loops`, which must be running when launch is called and outlive this. A worker lives on
// the loop from which it was launched, or on the next in turn. Log callbacks come on that loop's
// thread and must not wait.
class ProcessLauncher final : public platform::WorkerLauncher {
 public:
  // `children` starts the processes; nullptr: the plain launcher of net/child_process.h.
  explicit ProcessLauncher(net::Loops& loops,
                           std::unique_ptr<net::ChildLauncher> children = nullptr);
  // Kills what still lives and waits for its end. On a plain thread, before the loops stop.
  ~ProcessLauncher() override;

  Result<std::unique_ptr<platform::Worker>> launch(const platform::WorkerSpec& spec,
                                                   platform::WorkerLog log) override;
  std::size_t live_processes() const { return live_->size(); }

 private:
  net::Loops& loops_;
  std::unique_ptr<net::ChildLauncher> children_;
  std::shared_ptr<LiveProcesses> live_;  // shared with what the processes call when they end
  std::mutex host_mutex_;
  std::shared_ptr<RuntimeApiHost> host_;  // made when the first custom runtime comes

  Result<std::shared_ptr<RuntimeApiHost>> runtime_api_host();
};

}  // namespace fairlead::workers
