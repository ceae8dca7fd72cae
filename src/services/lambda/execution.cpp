// Error payloads: shared/reference/clients-and-runtimes.md, section 3.6.
#include "services/lambda/execution.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "services/lambda/errors.h"

namespace fairlead::lambda {

using platform::WorkerOutcome;

namespace {

constexpr std::string_view kExitError = "Runtime.ExitError";
constexpr std::int64_t kMicrosInMilli = 1000;

std::string error_payload(std::string_view type, std::string_view message) {
  return write_json(Json::object({{"errorType", type}, {"errorMessage", message}}));
}

// The names that Lambda's (Go) runtime gives signals.
std::string signal_name(int signal) {
  switch (signal) {
    case 4:
      return "illegal instruction";
    case 6:
      return "aborted";
    case 7:
      return "bus error";
    case 8:
      return "floating point exception";
    case 9:
      return "killed";
    case 11:
      return "segmentation fault";
    case 15:
      return "terminated";
    default:
      return "signal " + std::to_string(signal);
  }
}

std::string exit_message(const std::string& request_id, int exit_code) {
  const std::string start = "RequestId: " + request_id + " Error: Runtime exited ";
  if (exit_code == 0) return start + "without providing a reason";
  if (exit_code < 0) return start + "with error: signal: " + signal_name(-exit_code);
  return start + "with error: exit status " + std::to_string(exit_code);
}

std::string timeout_message(const std::string& request_id, int timeout_s) {
  return "RequestId: " + request_id + " Error: Task timed out after " + std::to_string(timeout_s) +
         ".00 seconds";
}

// A custom runtime whose program could not be run: the answer, the line in the log.
std::string failed_start(const std::string& request_id, const std::string& why,
                         Environment& environment, Report& report) {
  const std::string message = "RequestId: " + request_id + " Error: " + why;
  environment.log->exited(message, kInvalidEntrypoint);
  report.status = "error";
  report.error_type = kInvalidEntrypoint;
  return error_payload(kInvalidEntrypoint, message);
}

constexpr std::string_view kTooLargePayload =
    R"({"errorMessage":"Response payload size exceeded maximum allowed payload size )"
    R"((6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"})";

}  // namespace

// A worker that is ready, or the answer when it did not become that.
struct Executor::Started {
  std::unique_ptr<Environment> environment;
  std::int64_t began_us = -1;  // the invocation has begun already: its timeout runs since then
  std::optional<Executed> failed;
};

Result<Executor::Started> Executor::start(const Job& job, Phase phase) {
  auto launched = environments_.launch(job.function);
  if (!launched.ok()) {
    environments_.give_up(*job.function);
    return std::move(launched).error();
  }
  const bool first = phase == Phase::kInit;
  Started result;
  result.environment = std::move(*launched);
  Environment& environment = *result.environment;
  const std::int64_t began_us = clock_.monotonic_us();
  if (!first) environment.log->start(job.invocation.request_id, job.tail);
  const std::int64_t longest_ms = first ? options_.init_timeout_ms : job.function->timeout_ms();
  const WorkerOutcome outcome = environment.worker->init(clock_.monotonic_ms() + longest_ms);
  const std::int64_t init_us = clock_.monotonic_us() - began_us;
  if (outcome.kind == WorkerOutcome::Kind::kResponse) {
    (first ? environment.init_us : result.began_us) = first ? init_us : began_us;
    environments_.started(*job.function);
    return result;
  }
  const bool too_long = outcome.kind == WorkerOutcome::Kind::kTimeout;
  if (first && too_long) {
    environment.log->init_failed(init_us, "timeout", "");
    result.environment.reset();
    return start(job, Phase::kInvocation);
  }
  if (first) {
    const bool exited = outcome.kind == WorkerOutcome::Kind::kExited;
    environment.log->init_failed(init_us, "error", exited ? kExitError : outcome.error_type);
    environment.log->start(job.invocation.request_id, job.tail);
  }
  result.failed = finish(job, environment, outcome, first ? clock_.monotonic_us() : began_us);
  result.environment.reset();
  environments_.give_up(*job.function);
  return result;
}

Result<Executed> Executor::run(Job job, Environments::Lease lease) {
  std::unique_ptr<Environment> environment = std::move(lease.environment);
  std::int64_t began_us = -1;
  if (!environment) {
    Started started = TRY(start(job));
    if (started.failed) return std::move(*started.failed);
    environment = std::move(started.environment);
    began_us = started.began_us;
  }
  return invoke(job, std::move(environment), began_us);
}

Executed Executor::invoke(Job& job, std::unique_ptr<Environment> environment,
                          std::int64_t began_us) {
  const bool fresh = began_us < 0;
  if (fresh) {
    began_us = clock_.monotonic_us();
    environment->log->start(job.invocation.request_id, job.tail);
  }
  const std::int64_t spent_ms = fresh ? 0 : (clock_.monotonic_us() - began_us) / kMicrosInMilli;
  const std::int64_t left_ms = job.function->timeout_ms() - spent_ms;
  job.invocation.deadline_epoch_ms = clock_.now_ms() + left_ms;
  WorkerOutcome outcome =
      environment->worker->invoke(job.invocation, clock_.monotonic_ms() + left_ms);
  // The bootstrap tells so before it exits on purpose (docs/formats/worker-frames.md).
  environment->spent = outcome.kind == WorkerOutcome::Kind::kTimeout ||
                       outcome.kind == WorkerOutcome::Kind::kExited ||
                       outcome.error_type == kExitError;
  Executed executed = finish(job, *environment, std::move(outcome), began_us);
  environments_.give_back(std::move(environment));
  return executed;
}

Executed Executor::finish(const Job& job, Environment& environment, WorkerOutcome outcome,
                          std::int64_t began_us) {
  const std::string& id = job.invocation.request_id;
  const Function& function = *job.function;
  Executed executed;
  executed.function_error = true;
  executed.version = function.version;
  Report report;
  switch (outcome.kind) {
    case WorkerOutcome::Kind::kResponse:
      executed.function_error = false;
      executed.payload = std::move(outcome.payload);
      break;
    case WorkerOutcome::Kind::kFunctionError:
      executed.payload = outcome.error_type == kInvalidEntrypoint
                             ? failed_start(id, outcome.payload, environment, report)
                             : std::move(outcome.payload);
      break;
    case WorkerOutcome::Kind::kTimeout:
      executed.payload = error_payload("Sandbox.Timedout", timeout_message(id, function.timeout_s));
      environment.log->timed_out(id, function.timeout_ms());
      report.status = "timeout";
      break;
    case WorkerOutcome::Kind::kExited: {
      const std::string message = exit_message(id, outcome.exit_code);
      executed.payload = error_payload(kExitError, message);
      environment.log->exited(message, kExitError);
      report.status = "error";
      report.error_type = kExitError;
      break;
    }
    case WorkerOutcome::Kind::kTooLarge:
      executed.payload = kTooLargePayload;
      break;
  }
  report.duration_us = clock_.monotonic_us() - began_us;
  report.init_us = std::exchange(environment.init_us, -1);
  report.max_memory_bytes = environment.worker->max_memory_bytes();
  report.memory_mb = function.memory_mb;
  executed.log_tail = environment.log->end(id, report);
  return executed;
}

}  // namespace fairlead::lambda
