// A worker that takes its work from the HTTP Runtime API (runtime_api.h).
#pragma once

#include <memory>

#include "workers/runtime_api.h"
#include "workers/worker_process.h"

namespace fairlead::workers {

class RuntimeApiProcess final : public WorkerProcess {
 public:
  RuntimeApiProcess(Setup setup, std::shared_ptr<RuntimeApi> api);

  void begin() override;
  void init(const Answer& answer) override;
  void invoke(const platform::Invocation& invocation, const Answer& answer) override;

 private:
  bool working() const override { return api_->working(); }
  void ended(int exit_code) override;
  void init_failed(platform::WorkerOutcome outcome) override;
};

}  // namespace fairlead::workers
