// A process that runs a function: what ProcessWorker asks of it on its loop, and how its extensions
// take part.
#pragma once

#include <memory>

#include "base/park.h"
#include "workers/runtime_api.h"
#include "workers/watched_process.h"

namespace fairlead::workers {

class WorkerProcess : public WatchedProcess {
 public:
  // `api`: for the runtime, or for the extensions of a frame worker; nullptr: none.
  WorkerProcess(Setup setup, std::shared_ptr<RuntimeApi> api);

  void begin() override;
  virtual void init(const Answer& answer) = 0;
  virtual void invoke(const platform::Invocation& invocation, const Answer& answer) = 0;
  // Any thread: nobody will give it work again. Ends it; extensions that want to hear of it have
  // two seconds for their last words.
  void retire();

 protected:
  void ended(int exit_code) override;
  // An extension has failed; the process is killed already. Answers if init is owed an answer.
  virtual void init_failed(platform::WorkerOutcome outcome) = 0;

  const std::shared_ptr<RuntimeApi> api_;

 private:
  void extension_failed(std::string error_type, std::string payload);

  net::Timer last_words_;
};

}  // namespace fairlead::workers
