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
      layers_(store),
      provisioned_(store),
      code_(blobs, options_.data_folder, options_.runtimes_folder),
      environments_(launcher, logs, access, code_, clock, options_),
      executor_(environments_, clock, options_),
      provisioner_(functions_, provisioned_, environments_, clock, options_) {}

Lambda::~Lambda() { provisioner_.stop(); }

Status Lambda::permit(const platform::Context& cx, const Function& function,
                      const platform::InvokeRequest& request) {
  const bool by_service = !request.source_principal.empty();
  if (!by_service && cx.caller.account == function.account) return {};
  PolicyQuestion question;
  std::string source_account;
  if (by_service) {
    question.service = request.source_principal;
    question.source_arn = request.source_arn;
    if (const auto arn = parse_arn(request.source_arn)) source_account = arn->account;
    question.source_account = source_account;
  } else {
    question.caller_arn = cx.caller.arn;
    question.caller_account = cx.caller.account;
  }
  const FunctionName name = TRY(parse_function_arn(request.function_arn));
  const Resolved resolved = TRY(functions_.resolve(name));
  if (policy_allows_invoke(resolved.policy(), question)) return {};
  const std::string& who = by_service ? request.source_principal : cx.caller.arn;
  return not_permitted("User: " + who, name.arn());
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

// Reserved concurrency is of the function as a whole.
Result<std::optional<int>> Lambda::reserved(const Function& function) {
  if (function.is_latest()) return function.reserved_concurrency;
  const Resolved whole =
      TRY(functions_.resolve({function.account, function.region, function.name, ""}));
  return whole.latest->reserved_concurrency;
}

Result<Executed> Lambda::execute(platform::Context& cx, Job job) {
  job.invocation.trace_id = new_trace_id(clock_.now_ms());
  const std::optional<int> most = TRY(reserved(*job.function));
  Environments::Lease lease = TRY(environments_.acquire(*job.function, most, cx.deadline_ms));
  const std::int64_t longest_ms =
      job.function->timeout_ms() + (lease.environment ? 0 : options_.init_timeout_ms);
  const bool in_time =
      cx.deadline_ms == INT64_MAX || clock_.monotonic_ms() + longest_ms <= cx.deadline_ms;
  if (in_time || !options_.spawn) return run(std::move(job), std::move(lease));

  struct Task {
    Job job;
    Environments::Lease lease;
  };
  auto task = std::make_shared<Task>(Task{std::move(job), std::move(lease)});
  Future<Result<Executed>> done;
  options_.spawn(
      [this, task, done] { done.set(run(std::move(task->job), std::move(task->lease))); });
  auto executed = done.get_until(cx.deadline_ms);
  if (!executed) return invoke_timed_out();
  return std::move(*executed);
}

Result<Executed> Lambda::run(Job job, Environments::Lease lease) {
  auto executed = executor_.run(std::move(job), std::move(lease));
  if (environments_.take_lost()) provisioner_.work();
  return executed;
}

std::optional<platform::Download> Lambda::open_download(std::string_view token) {
  const auto blob = links_.open(token, clock_.now_ms());
  if (!blob) return std::nullopt;
  auto reader = blobs_.open(*blob);
  if (!reader.ok()) return std::nullopt;
  class Body : public platform::BodyReader {
   public:
    explicit Body(std::unique_ptr<storage::BlobReader> blob) : blob_(std::move(blob)) {}
    Result<std::size_t> read(char* into, std::size_t n) override { return blob_->read(into, n); }

   private:
    std::unique_ptr<storage::BlobReader> blob_;
  };
  platform::Download download;
  download.length = (*reader)->size();
  download.body = std::make_unique<Body>(std::move(*reader));
  return download;
}

void Lambda::forget(const FunctionName& name) {
  provisioner_.refresh(name);
  if (event_queue_) event_queue_->removed(name);
}

void Lambda::warm_up() {
  const auto functions = functions_.all();
  if (functions.ok()) environments_.keep_ready(*functions);
  provisioner_.restore();
}

void Lambda::retire_idle() {
  environments_.retire_idle();
  provisioner_.work();
}

void Lambda::end_idle_workers() {
  provisioner_.stop();
  environments_.end_all_idle();
}

Status Lambda::clean_up() {
  const std::vector<FunctionPtr> living = TRY(functions_.all());
  code_.sweep(living);
  return {};
}

Result<std::vector<std::string>> Lambda::referenced_blobs() {
  std::vector<std::string> ids;
  const std::vector<FunctionPtr> living = TRY(functions_.all());
  for (const FunctionPtr& function : living) {
    ids.push_back(function->code_blob);
    for (const LayerUse& layer : function->layers) ids.push_back(layer.blob);
  }
  const std::vector<Layer> layers = TRY(layers_.all());
  for (const Layer& layer : layers) ids.push_back(layer.blob);
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
