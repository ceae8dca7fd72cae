// The invoker port. A caller that may give up before the function is done leaves the invocation to
// a fiber of its own: the function runs on, as it does on AWS.
#include "services/lambda/lambda.h"

#include <cstdio>
#include <utility>

#include "base/arn.h"
#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
Lambda::Lambda(storage::Store& store, storage::Blobs& blobs, platform::WorkerLauncher& launcher,
               platform::LogSink& logs, platform::Access& access, Clock& clock,
               LambdaOptions options)
    : options_(std::move(options)),
      blobs_(blobs),
      access_(access),
      clock_(clock),
      functions_(store),
      code_(blobs, options_.data_folder, options_.runtimes_folder),
      environments_(launcher, logs, access, code_, clock, options_),
      executor_(environments_, clock, options_) {}

Status Lambda::permit(const platform::Context& cx, const Function& function,
                      const platform::InvokeRequest& request) const {
  PolicyQuestion question;
  std::string source_account;
  if (!request.source_principal.empty()) {
    question.service = request.source_principal;
    question.source_arn = request.source_arn;
    if (const auto arn = parse_arn(request.source_arn)) source_account = arn->account;
    question.source_account = source_account;
  } else {
    if (cx.caller.account == function.account) return {};
    question.caller_arn = cx.caller.arn;
    question.caller_account = cx.caller.account;
  }
  if (policy_allows_invoke(function, question)) return {};
  const std::string& who =
      request.source_principal.empty() ? cx.caller.arn : request.source_principal;
  return not_permitted("User: " + who, function.arn());
}

Result<platform::InvokeReply> Lambda::invoke(platform::Context& cx,
                                             const platform::InvokeRequest& request) {
  Job job;
  const FunctionName name = TRY(parse_function_arn(request.function_arn));
  job.function = TRY(functions_.find(name));
  TRY(permit(cx, *job.function, request));
  job.invocation.request_id = uuid_v4();
  job.invocation.function_arn = request.function_arn;
  job.invocation.payload = request.payload;
  platform::InvokeReply reply;
  reply.request_id = job.invocation.request_id;
  Executed executed = TRY(execute(cx, std::move(job)));
  reply.payload = std::move(executed.payload);
  reply.function_error = executed.function_error;
  return reply;
}

Result<Executed> Lambda::execute(platform::Context& cx, Job job) {
  job.invocation.trace_id = new_trace_id(clock_.now_ms());
  Environments::Lease lease = TRY(environments_.acquire(*job.function, cx.deadline_ms));
  const std::int64_t longest_ms =
      job.function->timeout_ms() + (lease.environment ? 0 : options_.init_timeout_ms);
  const bool in_time =
      cx.deadline_ms == INT64_MAX || clock_.monotonic_ms() + longest_ms <= cx.deadline_ms;
  if (in_time || !options_.spawn) return executor_.run(std::move(job), std::move(lease));

  struct Task {
    Job job;
    Environments::Lease lease;
  };
  auto task = std::make_shared<Task>(Task{std::move(job), std::move(lease)});
  Future<Result<Executed>> done;
  options_.spawn([this, task, done] {
    done.set(executor_.run(std::move(task->job), std::move(task->lease)));
  });
  auto executed = done.get_until(cx.deadline_ms);
  if (!executed) return invoke_timed_out();
  return std::move(*executed);
}

Status Lambda::clean_up() {
  const std::vector<FunctionPtr> living = TRY(functions_.all());
  code_.sweep(living);
  return {};
}

Result<std::vector<std::string>> Lambda::referenced_blobs() {
  std::vector<std::string> ids;
  const std::vector<FunctionPtr> living = TRY(functions_.all());
  for (const FunctionPtr& function : living) ids.push_back(function->code_blob);
  return ids;
}

std::string new_trace_id(std::int64_t now_ms) {
  char seconds[16];
  std::snprintf(seconds, sizeof seconds, "%08llx",
                static_cast<unsigned long long>(now_ms / 1000) & 0xffffffffull);
  const std::string digits = random_hex(40);
  return "Root=1-" + std::string(seconds) + "-" + digits.substr(0, 24) +
         ";Parent=" + digits.substr(24) + ";Sampled=0";
}

}  // namespace fairlead::lambda
