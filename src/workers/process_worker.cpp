// Carries each call over to the loop of the worker's process and waits there for the answer; a
// deadline that passes kills the process.
#include "workers/process_worker.h"

namespace fairlead::workers {

using platform::WorkerOutcome;

namespace {

constexpr std::int64_t kKillWaitMs = 2'000;

}  // namespace

ProcessWorker::ProcessWorker(std::shared_ptr<WorkerProcess> process)
    : process_(std::move(process)) {
  if (net::Loop::current() == &process_->loop()) {
    process_->begin();
  } else {
    process_->loop().post([process = process_] { process->begin(); });
  }
}

ProcessWorker::~ProcessWorker() {
  process_->retire();
  process_->silence();
}

bool ProcessWorker::is_near() const { return net::Loop::current() == &process_->loop(); }

WorkerOutcome ProcessWorker::init(std::int64_t deadline_ms) {
  const Answer answer;
  if (is_near()) {
    process_->init(answer);
  } else {
    process_->loop().post([process = process_, answer] { process->init(answer); });
  }
  return wait(answer, deadline_ms);
}

// On the worker's own loop nothing is copied and the frame leaves at once; from another loop the
// invocation travels by value, since this call may end (deadline) before the loop gets to it.
WorkerOutcome ProcessWorker::invoke(const platform::Invocation& invocation,
                                    std::int64_t deadline_ms) {
  const Answer answer;
  if (is_near()) {
    process_->invoke(invocation, answer);
  } else {
    process_->loop().post(
        [process = process_, invocation, answer] { process->invoke(invocation, answer); });
  }
  return wait(answer, deadline_ms);
}

WorkerOutcome ProcessWorker::wait(const Answer& answer, std::int64_t deadline_ms) {
  auto outcome = answer.get_until(deadline_ms);
  if (outcome) return std::move(*outcome);
  process_->kill();
  // Its end is awaited, so that what it printed is logged and nothing runs once we return.
  (void)answer.get_until(system_clock().monotonic_ms() + kKillWaitMs);
  WorkerOutcome timeout;
  timeout.kind = WorkerOutcome::Kind::kTimeout;
  return timeout;
}

}  // namespace fairlead::workers
