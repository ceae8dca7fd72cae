// The handle that services hold of a worker: may be used from a fiber of any loop.
#pragma once

#include <memory>

#include "platform/workers.h"
#include "workers/worker_process.h"

namespace fairlead::workers {

class ProcessWorker final : public platform::Worker {
 public:
  explicit ProcessWorker(std::shared_ptr<WorkerProcess> process);
  ~ProcessWorker() override;  // kills; no log callback comes after it

  platform::WorkerOutcome init(std::int64_t deadline_ms) override;
  platform::WorkerOutcome invoke(const platform::Invocation& invocation,
                                 std::int64_t deadline_ms) override;
  bool alive() const override { return process_->alive(); }
  bool is_near() const override;
  void kill() override { process_->kill(); }
  std::int64_t max_memory_bytes() const override { return process_->max_memory_bytes(); }
  int pid() const override { return process_->pid(); }

 private:
  platform::WorkerOutcome wait(const Answer& answer, std::int64_t deadline_ms);

  const std::shared_ptr<WorkerProcess> process_;
};

}  // namespace fairlead::workers
