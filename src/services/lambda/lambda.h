// The Lambda service: functions as AWS's API manages them, and the port through which everybody
// else in the house runs one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "platform/access.h"
#include "platform/downloads.h"
#include "platform/invoker.h"
#include "platform/log_sink.h"
#include "platform/object_source.h"
#include "platform/operation.h"
#include "platform/target.h"
#include "platform/workers.h"
#include "services/lambda/code_store.h"
#include "services/lambda/download_links.h"
#include "services/lambda/environments.h"
#include "services/lambda/event_queue.h"
#include "services/lambda/execution.h"
#include "services/lambda/function_table.h"
#include "services/lambda/layer_table.h"
#include "services/lambda/names.h"
#include "services/lambda/options.h"
#include "services/lambda/provisioned_table.h"
#include "services/lambda/provisioner.h"
#include "storage/blobs.h"
#include "storage/store.h"

namespace fairlead::lambda {

// Thread-safe. Everything it is given must outlive it; no call may be running when it is destroyed.
class Lambda : public platform::Invoker, public platform::Downloads {
 public:
  Lambda(storage::Store& store, storage::Blobs& blobs, platform::WorkerLauncher& launcher,
         platform::LogSink& logs, platform::Access& access, Clock& clock, LambdaOptions options);
  ~Lambda() override;

  // Checks the function's resource policy when `source_principal` is set, else that `cx.caller` is
  // of the function's account or named by the policy (AccessDeniedException otherwise).
  Result<platform::InvokeReply> invoke(platform::Context& cx,
                                       const platform::InvokeRequest& request) override;

  // Once, before the first request: where Event invocations go. Without one they answer 501.
  void set_event_queue(EventQueue& queue) { event_queue_ = &queue; }
  EventQueue* event_queue() const { return event_queue_; }
  // The same: where code from S3 is read, and what a dead letter may be sent to. Without them both
  // answer 501.
  void set_object_source(platform::ObjectSource& source) { object_source_ = &source; }
  platform::ObjectSource* object_source() const { return object_source_; }
  void set_targets(const platform::Targets& targets) { targets_ = &targets; }
  const platform::Targets* targets() const { return targets_; }

  std::optional<platform::Download> open_download(std::string_view token) override;

  // Once, before the first request: removes unpacked code that no function uses any more.
  Status clean_up();
  // Once, on a fiber: starts provisioned environments, has processes ready for the runtimes in use.
  void warm_up();
  // Which blobs are in use, for Blobs::sweep (the app asks every service).
  Result<std::vector<std::string>> referenced_blobs();
  // Now and then (every few seconds is fine): ends workers that have been idle for long.
  void retire_idle();
  // When the server stops taking requests.
  void end_idle_workers();
  Environments::Counts worker_counts() const { return environments_.counts(); }

  // A function, version or alias has been deleted: what was set up for it goes, too.
  void forget(const FunctionName& name);

  // For the operations of this room.
  // Does the resource policy of what `request.function_arn` names (or being of the same account)
  // allow this invocation?
  Status permit(const platform::Context& cx, const Function& function,
                const platform::InvokeRequest& request);
  // Runs a function that was found and whose caller may invoke it.
  Result<Executed> execute(platform::Context& cx, Job job);
  FunctionTable& functions() { return functions_; }
  LayerTable& layers() { return layers_; }
  ProvisionedTable& provisioned() { return provisioned_; }
  Provisioner& provisioner() { return provisioner_; }
  const DownloadLinks& links() const { return links_; }
  CodeStore& code() { return code_; }
  Environments& environments() { return environments_; }
  storage::Blobs& blobs() { return blobs_; }
  platform::Access& access() { return access_; }
  Clock& clock() { return clock_; }
  const LambdaOptions& options() const { return options_; }

 private:
  Result<std::optional<int>> reserved(const Function& function);
  Result<Executed> run(Job job, Environments::Lease lease);

  const LambdaOptions options_;
  storage::Blobs& blobs_;
  platform::Access& access_;
  Clock& clock_;
  FunctionTable functions_;
  LayerTable layers_;
  ProvisionedTable provisioned_;
  CodeStore code_;
  DownloadLinks links_;
  Environments environments_;
  Executor executor_;
  Provisioner provisioner_;
  EventQueue* event_queue_ = nullptr;
  platform::ObjectSource* object_source_ = nullptr;
  const platform::Targets* targets_ = nullptr;
};

// The operation table, under botocore's name "lambda".
void add_lambda(platform::Registry& registry, Lambda& lambda);

// "Root=1-…;Parent=…;Sampled=0"
std::string new_trace_id(std::int64_t now_ms);

}  // namespace fairlead::lambda
