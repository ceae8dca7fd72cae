// Execution: one invocation on one environment, from START to REPORT, with what the caller gets to
// see in each way it can end.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "platform/workers.h"
#include "services/lambda/environments.h"
#include "services/lambda/execution_log.h"
#include "services/lambda/function.h"

namespace fairlead::lambda {

struct Job {
  FunctionPtr function;
  // Everything but deadline_epoch_ms, which depends on when the worker is ready.
  platform::Invocation invocation;
  ExecutionLog::Tail tail = ExecutionLog::Tail::kNone;
};

struct Executed {
  std::string payload;
  bool function_error = false;
  std::string log_tail;  // with Tail::kCollect
};

class Executor {
 public:
  Executor(Environments& environments, Clock& clock, const LambdaOptions& options)
      : environments_(environments), clock_(clock), options_(options) {}

  // Uses up the lease. Waits until the function has answered or its timeout has passed. Errors are
  // ours (the process could not be started); what the function did wrong is an Executed.
  Result<Executed> run(Job job, Environments::Lease lease);

 private:
  struct Started;
  Result<Started> start(const Job& job);
  Result<Started> start_again(const Job& job);
  Executed invoke(Job& job, std::unique_ptr<Environment> environment, std::int64_t began_us);
  Executed finish(const Job& job, Environment& environment, platform::WorkerOutcome outcome,
                  std::int64_t began_us);

  Environments& environments_;
  Clock& clock_;
  const LambdaOptions& options_;
};

}  // namespace fairlead::lambda
