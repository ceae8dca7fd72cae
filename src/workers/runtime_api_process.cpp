// Ties a process to its RuntimeApi: an answer reaches the caller only after what the process
// printed before it.
#include "workers/runtime_api_process.h"

namespace fairlead::workers {

RuntimeApiProcess::RuntimeApiProcess(Setup setup, std::shared_ptr<RuntimeApi> api)
    : WorkerProcess(std::move(setup), std::move(api)) {
  // The runtime may ask before begin(); nothing is owed to anybody until then.
  api_->set_deliver([](const Answer& answer, platform::WorkerOutcome outcome) {
    answer.set(std::move(outcome));
  });
}

void RuntimeApiProcess::begin() {
  WorkerProcess::begin();
  api_->set_deliver([weak = weak_from_this(), &loop = loop()](const Answer& answer,
                                                              platform::WorkerOutcome outcome) {
    loop.post([weak, answer, outcome = std::move(outcome)]() mutable {
      const auto self = std::static_pointer_cast<RuntimeApiProcess>(weak.lock());
      if (self) self->read_output_now();
      answer.set(std::move(outcome));
    });
  });
}

void RuntimeApiProcess::init(const Answer& answer) {
  api_->begin_init(answer);
  watch_memory();
}

void RuntimeApiProcess::invoke(const platform::Invocation& invocation, const Answer& answer) {
  api_->begin_invoke(invocation, answer);
  watch_memory();
}

void RuntimeApiProcess::ended(int exit_code) {
  WorkerProcess::ended(exit_code);
  api_->end(exit_outcome());
}

void RuntimeApiProcess::init_failed(platform::WorkerOutcome outcome) {
  api_->fail_init(std::move(outcome));
}

}  // namespace fairlead::workers
