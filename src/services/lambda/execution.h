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

// The error type of a custom runtime whose program cannot be run; the outcome's payload is only
// why.
inline constexpr const char* kInvalidEntrypoint = "Runtime.InvalidEntrypoint";

struct Job {
  FunctionPtr function;  // the version that runs
  // Everything but deadline_epoch_ms, which depends on when the worker is ready.
  platform::Invocation invocation;
  ExecutionLog::Tail tail = ExecutionLog::Tail::kNone;
};

struct Executed {
  std::string payload;
  bool function_error = false;
  std::string log_tail;  // with Tail::kCollect
  std::string version;   // "$LATEST" or a number
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
  // An init that takes too long for its own phase gets a second chance inside of the invocation,
  // with the function's timeout.
  enum class Phase { kInit, kInvocation };
  Result<Started> start(const Job& job, Phase phase = Phase::kInit);
  Executed invoke(Job& job, std::unique_ptr<Environment> environment, std::int64_t began_us);
  Executed finish(const Job& job, Environment& environment, platform::WorkerOutcome outcome,
                  std::int64_t began_us);

  Environments& environments_;
  Clock& clock_;
  const LambdaOptions& options_;
};

}  // namespace fairlead::lambda
