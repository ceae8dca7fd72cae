// Environments: the warm workers of every function, and who may use one when.
//
// A worker serves one invocation at a time. An invocation takes the most recently used idle worker
// of its function's generation (code and configuration); without one it starts a worker itself, and
// when enough are starting already, or the machine is full, it waits for whichever comes first: a
// worker that becomes idle, or the right to start one. Counting, waiting and retiring happen under
// one mutex; launching, initialising and running never do.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/park.h"
#include "base/result.h"
#include "platform/access.h"
#include "platform/workers.h"
#include "services/lambda/code_store.h"
#include "services/lambda/execution_log.h"
#include "services/lambda/function.h"
#include "services/lambda/options.h"
#include "services/lambda/worker_spec.h"

namespace fairlead::lambda {

// One worker with its code loaded.
struct Environment {
  FunctionPtr function;
  std::unique_ptr<platform::Worker> worker;
  std::shared_ptr<ExecutionLog> log;  // the worker's reader writes to it, too
  std::int64_t init_us = -1;          // until the first REPORT has told it
  std::int64_t idle_since_ms = 0;
  std::int64_t credentials_expire_ms = INT64_MAX;  // wall clock
  bool spent = false;        // its process is about to exit: no more invocations
  bool provisioned = false;  // kept for its version, however long it is idle
};

class Environments {
 public:
  Environments(platform::WorkerLauncher& launcher, platform::LogSink& logs,
               platform::Access& access, CodeStore& code, Clock& clock,
               const LambdaOptions& options);
  ~Environments();  // ends every idle worker; the callers of acquire must be gone

  // A worker for one invocation, or the right (and duty) to start one.
  struct Lease {
    std::unique_ptr<Environment> environment;  // nullptr: start one
  };
  // Counts the invocation against the account's limit and the function's own (`reserved`) and
  // waits, at most until `deadline_ms` (monotonic). TooManyRequestsException, kInvokeTimedOut. Each
  // lease ends with give_back or give_up.
  Result<Lease> acquire(const Function& function, std::optional<int> reserved,
                        std::int64_t deadline_ms);
  // The invocation is over. A dead or outdated worker is ended, any other waits for the next one.
  void give_back(std::unique_ptr<Environment> environment);
  // The lease's start failed, or its worker must not be used again and is already destroyed.
  void give_up(const Function& function);
  // A started worker has become an environment: it no longer counts as starting.
  void started(const Function& function);

  // Launches the process and its log (launch.cpp); `init` has not been called yet. Waits.
  Result<std::unique_ptr<Environment>> launch(
      const FunctionPtr& function, Initialization initialization = Initialization::kOnDemand);
  // Has processes waiting for the runtimes of these functions.
  void keep_ready(const std::vector<FunctionPtr>& functions);

  // Provisioned concurrency: which versions of a function (its ARN) have how many environments, all
  // others none. Provisioner starts what is missing.
  using Wanted = std::vector<std::pair<FunctionPtr, std::size_t>>;
  void want_provisioned(const std::string& arn, const Wanted& wanted);
  // The right and duty to start one; ends with provisioned_started or provisioned_failed.
  FunctionPtr take_provisioned_start();
  void provisioned_started(std::unique_ptr<Environment> environment);
  void provisioned_failed(const Function& function, const std::string& why);
  struct Provisioned {
    std::size_t wanted = 0, alive = 0;
    std::string failure;  // of the last start
  };
  Provisioned provisioned(const Function& function) const;
  // Has a provisioned environment ended since this was asked last?
  bool take_lost() { return lost_.exchange(false); }

  // After an update or removal: workers of this generation take no more invocations.
  void retire(const std::string& generation);
  // Ends workers that nobody has used for LambdaOptions::idle_ms. Called by the app now and then.
  void retire_idle();
  void end_all_idle();

  struct Counts {
    std::size_t processes = 0, idle = 0, busy = 0, waiting = 0;
  };
  Counts counts() const;

 private:
  struct Waiter;
  struct Pool;  // of one generation
  using Doomed = std::vector<std::unique_ptr<Environment>>;

  Pool& pool_of(const Function& function);
  void doom(Pool& pool, std::unique_ptr<Environment> environment, Doomed& doomed);
  template <class Which>
  void doom_idle(Pool& pool, Which which, Doomed& doomed);
  std::unique_ptr<Environment> take_idle(Pool& pool, Doomed& doomed);
  void end_lease(const Function& function, Doomed& doomed);
  bool make_room(Doomed& doomed);
  bool take_start(Pool& pool, Doomed& doomed);
  bool evict_one(Doomed& doomed);
  void serve_waiters(Doomed& doomed);
  void forget_if_unused(const std::string& generation);
  Status count_in(const Function& function, std::optional<int> reserved);
  void count_out(const Function& function);
  Result<Lease> wait_for_offer(const Function& function, std::int64_t deadline_ms,
                               std::unique_lock<std::mutex> lock);
  bool usable(const Environment& environment) const;
  Result<Interpreter> choose_interpreter(const Function& function, const Runtime& runtime);
  Result<CodePlace> code_place(const Function& function, const Runtime& runtime);
  Confinement confinement() const;

  platform::WorkerLauncher& launcher_;
  platform::LogSink& logs_;
  platform::Access& access_;
  CodeStore& code_;
  Clock& clock_;
  const LambdaOptions& options_;

  mutable std::mutex mutex_;  // of everything below; never held across a wait
  std::unordered_map<std::string, std::unique_ptr<Pool>> pools_;   // by generation
  std::list<Waiter*> waiters_;                                     // first come, first served
  std::unordered_map<std::string, std::size_t> running_;           // by account and region
  std::unordered_map<std::string, std::size_t> running_function_;  // by ARN
  std::size_t processes_ = 0;
  std::map<std::string, std::string> told_;  // runtime -> interpreter, already logged
  std::size_t provisioned_starting_ = 0;
  std::atomic<bool> lost_{false};
};

}  // namespace fairlead::lambda
