// Workers are destroyed outside of the mutex (`Doomed` lists): their end may take a moment.
#include "services/lambda/environments.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/ids.h"
#include "base/log.h"
#include "services/lambda/errors.h"
#include "services/lambda/worker_spec.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kCredentialMarginMs = 15 * 60 * 1000;  // the longest invocation there is

std::string account_key(const Function& f) { return f.account + "/" + f.region; }

}  // namespace

struct Environments::Pool {
  std::vector<std::unique_ptr<Environment>> idle;  // the most recently used at the back
  std::size_t starting = 0;
  std::size_t busy = 0;
  bool retired = false;

  std::size_t leased() const { return starting + busy; }
};

struct Environments::Waiter {
  Pool* pool = nullptr;
  Future<Lease> offer;
};

Environments::Environments(platform::WorkerLauncher& launcher, platform::LogSink& logs,
                           platform::Access& access, CodeStore& code, Clock& clock,
                           const LambdaOptions& options)
    : launcher_(launcher),
      logs_(logs),
      access_(access),
      code_(code),
      clock_(clock),
      options_(options) {}

Environments::~Environments() { end_all_idle(); }

Environments::Pool& Environments::pool_of(const Function& function) {
  auto& pool = pools_[function.generation];
  if (!pool) pool = std::make_unique<Pool>();
  return *pool;
}

// A pool that nobody uses and that keeps nothing goes away with its generation.
void Environments::forget_if_unused(const std::string& generation) {
  const auto found = pools_.find(generation);
  if (found == pools_.end()) return;
  const Pool& pool = *found->second;
  if (!pool.idle.empty() || pool.leased() > 0) return;
  const bool awaited = std::any_of(waiters_.begin(), waiters_.end(),
                                   [&](const Waiter* waiter) { return waiter->pool == &pool; });
  if (!awaited) pools_.erase(found);
}

Status Environments::count_in(const Function& f) {
  std::size_t& of_account = running_[account_key(f)];
  std::size_t& of_function = running_function_[f.arn()];
  if (f.reserved_concurrency &&
      of_function >= static_cast<std::size_t>(std::max(0, *f.reserved_concurrency))) {
    return function_throttled();
  }
  if (of_account >= options_.account_concurrency) return account_throttled();
  ++of_account;
  ++of_function;
  return {};
}

void Environments::count_out(const Function& f) {
  --running_[account_key(f)];
  const auto found = running_function_.find(f.arn());
  if (found != running_function_.end() && --found->second == 0) running_function_.erase(found);
}

bool Environments::usable(const Environment& environment) const {
  return !environment.spent && environment.worker->alive() &&
         environment.credentials_expire_ms - kCredentialMarginMs > clock_.now_ms();
}

std::unique_ptr<Environment> Environments::take_idle(Pool& pool, Doomed& doomed) {
  while (!pool.idle.empty()) {
    auto environment = std::move(pool.idle.back());
    pool.idle.pop_back();
    if (usable(*environment)) {
      ++pool.busy;
      return environment;
    }
    doomed.push_back(std::move(environment));
    --processes_;
  }
  return nullptr;
}

// Ends the worker that has been idle the longest, whoever's it is.
bool Environments::evict_one(Doomed& doomed) {
  Pool* oldest = nullptr;
  for (const auto& [generation, pool] : pools_) {
    if (pool->idle.empty()) continue;
    if (!oldest || pool->idle.front()->idle_since_ms < oldest->idle.front()->idle_since_ms) {
      oldest = pool.get();
    }
  }
  if (!oldest) return false;
  doomed.push_back(std::move(oldest->idle.front()));
  oldest->idle.erase(oldest->idle.begin());
  --processes_;
  return true;
}

bool Environments::take_start(Pool& pool, Doomed& doomed) {
  if (pool.starting >= options_.parallel_starts) return false;
  if (processes_ >= options_.max_processes && !evict_one(doomed)) return false;
  ++pool.starting;
  ++processes_;
  return true;
}

void Environments::serve_waiters(Doomed& doomed) {
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    Pool& pool = *(*at)->pool;
    Lease lease{take_idle(pool, doomed)};
    if (lease.environment || take_start(pool, doomed)) {
      (*at)->offer.set(std::move(lease));
      at = waiters_.erase(at);
    } else {
      ++at;
    }
  }
}

Result<Environments::Lease> Environments::acquire(const Function& function,
                                                  std::int64_t deadline_ms) {
  Doomed doomed;  // outlives the lock
  std::unique_lock lock(mutex_);
  TRY(count_in(function));
  Pool& pool = pool_of(function);
  Lease lease{take_idle(pool, doomed)};
  if (lease.environment || take_start(pool, doomed)) return lease;
  return wait_for_offer(function, deadline_ms, std::move(lock));
}

Result<Environments::Lease> Environments::wait_for_offer(const Function& function,
                                                         std::int64_t deadline_ms,
                                                         std::unique_lock<std::mutex> lock) {
  Waiter waiter;
  waiter.pool = &pool_of(function);
  waiters_.push_back(&waiter);
  lock.unlock();

  const std::int64_t patience_ms = clock_.monotonic_ms() + options_.max_wait_ms;
  auto lease = waiter.offer.get_until(std::min(deadline_ms, patience_ms));
  if (lease) return std::move(*lease);

  lock.lock();
  const auto queued = std::find(waiters_.begin(), waiters_.end(), &waiter);
  if (queued == waiters_.end()) {  // an offer came between the end of waiting and this lock
    lock.unlock();
    return waiter.offer.get();
  }
  waiters_.erase(queued);
  count_out(function);
  forget_if_unused(function.generation);
  if (deadline_ms <= patience_ms) return invoke_timed_out();
  return machine_busy();
}

void Environments::started(const Function& function) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  Pool& pool = pool_of(function);
  CHECK(pool.starting > 0);
  --pool.starting;
  ++pool.busy;
  serve_waiters(doomed);
}

void Environments::give_back(std::unique_ptr<Environment> environment) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const FunctionPtr function = environment->function;
  Pool& pool = pool_of(*function);
  CHECK(pool.busy > 0);
  --pool.busy;
  count_out(*function);
  if (pool.retired || !usable(*environment)) {
    doomed.push_back(std::move(environment));
    --processes_;
  } else {
    environment->idle_since_ms = clock_.monotonic_ms();
    pool.idle.push_back(std::move(environment));
  }
  if (!waiters_.empty()) serve_waiters(doomed);
  forget_if_unused(function->generation);
}

void Environments::give_up(const Function& function) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  Pool& pool = pool_of(function);
  CHECK(pool.starting > 0);
  --pool.starting;
  --processes_;
  count_out(function);
  serve_waiters(doomed);
  forget_if_unused(function.generation);
}

void Environments::retire(const std::string& generation) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const auto found = pools_.find(generation);
  if (found == pools_.end()) return;
  Pool& pool = *found->second;
  pool.retired = true;
  processes_ -= pool.idle.size();
  doomed = std::move(pool.idle);
  pool.idle.clear();
  serve_waiters(doomed);
  forget_if_unused(generation);
}

void Environments::retire_idle() {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const std::int64_t before_ms = clock_.monotonic_ms() - options_.idle_ms;
  for (auto at = pools_.begin(); at != pools_.end();) {
    const std::string generation = at->first;
    Pool& pool = *at->second;
    ++at;
    std::vector<std::unique_ptr<Environment>> kept;
    for (auto& environment : pool.idle) {
      const bool stays = environment->idle_since_ms > before_ms && usable(*environment);
      (stays ? kept : doomed).push_back(std::move(environment));
    }
    processes_ -= pool.idle.size() - kept.size();
    pool.idle = std::move(kept);
    forget_if_unused(generation);
  }
  serve_waiters(doomed);
}

void Environments::end_all_idle() {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  for (auto& [generation, pool] : pools_) {
    processes_ -= pool->idle.size();
    for (auto& environment : pool->idle) doomed.push_back(std::move(environment));
    pool->idle.clear();
  }
}

Environments::Counts Environments::counts() const {
  std::lock_guard lock(mutex_);
  Counts counts;
  counts.processes = processes_;
  counts.waiting = waiters_.size();
  for (const auto& [generation, pool] : pools_) {
    counts.idle += pool->idle.size();
    counts.busy += pool->busy;
  }
  return counts;
}

Result<Interpreter> Environments::choose_interpreter(const Function& function,
                                                     const Runtime& runtime) {
  const auto interpreter = interpreter_for(runtime, options_.interpreters);
  if (!interpreter) {
    return cannot_start("no interpreter for " + function.runtime +
                        " was found on this machine (Node.js 10 or newer is needed)");
  }
  bool first = false;
  if (interpreter->runtime != function.runtime) {
    std::lock_guard lock(mutex_);
    first = told_.emplace(function.runtime, interpreter->runtime).second;
  }
  if (first) {
    log_warn("no exact interpreter for " + function.runtime + "; the nearest one is used",
             {{"interpreter", interpreter->executable}, {"made_for", interpreter->runtime}});
  }
  return *interpreter;
}

Result<std::unique_ptr<Environment>> Environments::launch(const FunctionPtr& function) {
  const Runtime* runtime = find_runtime(function->runtime);
  if (!runtime) return unknown_runtime(function->runtime);
  CodePlace place;
  place.task_folder = TRY(code_.task_folder(*function));
  // A custom runtime is the package's own program.
  const Interpreter interpreter =
      runtime->family == RuntimeFamily::kProvided
          ? Interpreter{function->runtime, place.task_folder + "/bootstrap"}
          : TRY(choose_interpreter(*function, *runtime));
  if (!runtime->sdk_set.empty()) place.node_path = code_.sdk_folder(runtime->sdk_set) + ":";
  place.node_path += code_.sdk_folder("v2") + ":" + place.task_folder;

  platform::Context cx;
  cx.request_id = uuid_v4();
  cx.account = function->account;
  cx.region = function->region;
  cx.now_ms = clock_.now_ms();
  cx.caller.kind = platform::Principal::Kind::kService;
  cx.caller.arn = "lambda.amazonaws.com";
  const auto credential = access_.assume_for_service(cx, function->role, function->name);
  if (!credential.ok()) return role_lost();

  auto environment = std::make_unique<Environment>();
  environment->function = function;
  environment->log = std::make_shared<ExecutionLog>(logs_, clock_, *function);
  if (credential->expires_ms > 0) environment->credentials_expire_ms = credential->expires_ms;
  environment->log->init_start(function->runtime);
  const platform::WorkerSpec spec = worker_spec(
      {*function, *runtime, interpreter, place, *credential, *environment->log}, options_);
  environment->worker = TRY(
      launcher_.launch(spec, [log = environment->log](std::int64_t time_us, std::string_view text) {
        log->printed(time_us, text);
      }));
  return environment;
}

}  // namespace fairlead::lambda
