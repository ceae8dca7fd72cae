// Workers are destroyed outside of the mutex (`Doomed` lists): their end may take a moment.
#include "services/lambda/environments.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "services/lambda/errors.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kCredentialMarginMs = 15 * 60 * 1000;  // the longest invocation there is
constexpr std::int64_t kProvisionedRetryMs = 30'000;

std::string account_key(const Function& f) { return f.account + "/" + f.region; }

}  // namespace

struct Environments::Pool {
  std::vector<std::unique_ptr<Environment>> idle;  // the most recently used at the back
  std::size_t starting = 0;
  std::size_t busy = 0;
  bool retired = false;
  // Provisioned environments are among `idle` and `busy`, those that are starting are not.
  FunctionPtr provisioned_for;
  std::size_t provisioned_wanted = 0, provisioned_alive = 0, provisioned_starting = 0;
  std::string provisioned_failure;
  std::int64_t provisioned_retry_ms = 0;

  std::size_t leased() const { return starting + busy + provisioned_starting; }
  bool lacks_provisioned() const {
    return provisioned_alive + provisioned_starting < provisioned_wanted;
  }
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
  if (!pool.idle.empty() || pool.leased() > 0 || pool.provisioned_wanted > 0) return;
  const bool awaited = std::any_of(waiters_.begin(), waiters_.end(),
                                   [&](const Waiter* waiter) { return waiter->pool == &pool; });
  if (!awaited) pools_.erase(found);
}

Status Environments::count_in(const Function& f, std::optional<int> reserved) {
  std::size_t& of_account = running_[account_key(f)];
  std::size_t& of_function = running_function_[f.arn()];
  if (reserved && of_function >= static_cast<std::size_t>(std::max(0, *reserved))) {
    if (of_function == 0) running_function_.erase(f.arn());
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

void Environments::doom(Pool& pool, std::unique_ptr<Environment> environment, Doomed& doomed) {
  --processes_;
  if (environment->provisioned) {
    --pool.provisioned_alive;
    lost_ = true;
  }
  doomed.push_back(std::move(environment));
}

template <class Which>
void Environments::doom_idle(Pool& pool, Which which, Doomed& doomed) {
  std::vector<std::unique_ptr<Environment>> kept;
  for (auto& environment : pool.idle) {
    if (which(*environment)) {
      doom(pool, std::move(environment), doomed);
    } else {
      kept.push_back(std::move(environment));
    }
  }
  pool.idle = std::move(kept);
}

// Provisioned ones first, then those of the caller's own loop, then the most recently used.
std::unique_ptr<Environment> Environments::take_idle(Pool& pool, Doomed& doomed) {
  const auto rank = [](const Environment& environment) {
    return (environment.provisioned ? 2 : 0) + (environment.worker->is_near() ? 1 : 0);
  };
  while (!pool.idle.empty()) {
    const int best = pool.provisioned_alive > 0 ? 3 : 1;
    auto chosen = pool.idle.end() - 1;
    for (auto at = chosen; rank(**chosen) < best && at != pool.idle.begin();) {
      --at;
      if (rank(**at) > rank(**chosen)) chosen = at;
    }
    auto environment = std::move(*chosen);
    pool.idle.erase(chosen);
    if (usable(*environment)) {
      ++pool.busy;
      return environment;
    }
    doom(pool, std::move(environment), doomed);
  }
  return nullptr;
}

// Ends the worker that has been idle the longest, whoever's it is; provisioned ones stay.
bool Environments::evict_one(Doomed& doomed) {
  Pool* oldest = nullptr;
  std::int64_t since_ms = INT64_MAX;
  for (const auto& [generation, pool] : pools_) {
    for (const auto& environment : pool->idle) {
      if (environment->provisioned || environment->idle_since_ms >= since_ms) continue;
      oldest = pool.get();
      since_ms = environment->idle_since_ms;
    }
  }
  if (!oldest) return false;
  const auto at = std::find_if(oldest->idle.begin(), oldest->idle.end(), [&](const auto& one) {
    return !one->provisioned && one->idle_since_ms == since_ms;
  });
  auto environment = std::move(*at);
  oldest->idle.erase(at);
  doom(*oldest, std::move(environment), doomed);
  return true;
}

bool Environments::make_room(Doomed& doomed) {
  return processes_ < options_.max_processes || evict_one(doomed);
}

bool Environments::take_start(Pool& pool, Doomed& doomed) {
  if (pool.starting >= options_.parallel_starts || !make_room(doomed)) return false;
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
                                                  std::optional<int> reserved,
                                                  std::int64_t deadline_ms) {
  Doomed doomed;  // outlives the lock
  std::unique_lock lock(mutex_);
  TRY(count_in(function, reserved));
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

// The last act of a lease: somebody else may use what it leaves.
void Environments::end_lease(const Function& function, Doomed& doomed) {
  count_out(function);
  if (!waiters_.empty()) serve_waiters(doomed);
  forget_if_unused(function.generation);
}

void Environments::give_back(std::unique_ptr<Environment> environment) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const FunctionPtr function = environment->function;
  Pool& pool = pool_of(*function);
  CHECK(pool.busy > 0);
  --pool.busy;
  const bool surplus = environment->provisioned && pool.provisioned_alive > pool.provisioned_wanted;
  if (pool.retired || surplus || !usable(*environment)) {
    doom(pool, std::move(environment), doomed);
  } else {
    environment->idle_since_ms = clock_.monotonic_ms();
    pool.idle.push_back(std::move(environment));
  }
  end_lease(*function, doomed);
}

void Environments::give_up(const Function& function) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  Pool& pool = pool_of(function);
  CHECK(pool.starting > 0);
  --pool.starting;
  --processes_;
  end_lease(function, doomed);
}

void Environments::retire(const std::string& generation) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const auto found = pools_.find(generation);
  if (found == pools_.end()) return;
  Pool& pool = *found->second;
  pool.retired = true;
  pool.provisioned_wanted = 0;
  doom_idle(
      pool, [](const Environment&) { return true; }, doomed);
  serve_waiters(doomed);
  forget_if_unused(generation);
}

void Environments::retire_idle() {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const std::int64_t before_ms = clock_.monotonic_ms() - options_.idle_ms;
  const auto done = [&](const Environment& environment) {
    if (!usable(environment)) return true;
    return !environment.provisioned && environment.idle_since_ms <= before_ms;
  };
  for (auto at = pools_.begin(); at != pools_.end();) {
    const std::string generation = at->first;
    Pool& pool = *at->second;
    ++at;
    doom_idle(pool, done, doomed);
    forget_if_unused(generation);
  }
  serve_waiters(doomed);
}

void Environments::end_all_idle() {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  for (auto& [generation, pool] : pools_) {
    pool->provisioned_wanted = 0;
    doom_idle(
        *pool, [](const Environment&) { return true; }, doomed);
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

void Environments::want_provisioned(const std::string& arn, const Wanted& wanted) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  for (const auto& [generation, pool] : pools_) {
    if (pool->provisioned_for && pool->provisioned_for->arn() == arn) pool->provisioned_wanted = 0;
  }
  for (const auto& [function, count] : wanted) {
    Pool& pool = pool_of(*function);
    if (pool.retired) continue;
    pool.provisioned_for = function;
    pool.provisioned_wanted += count;
    pool.provisioned_failure.clear();
    pool.provisioned_retry_ms = 0;
  }
  for (auto at = pools_.begin(); at != pools_.end();) {
    const std::string generation = at->first;
    Pool& pool = *at->second;
    ++at;
    doom_idle(
        pool,
        [&](const Environment& environment) {
          return environment.provisioned && pool.provisioned_alive > pool.provisioned_wanted;
        },
        doomed);
    forget_if_unused(generation);
  }
}

FunctionPtr Environments::take_provisioned_start() {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  if (provisioned_starting_ >= options_.parallel_starts) return nullptr;
  const std::int64_t now_ms = clock_.monotonic_ms();
  for (const auto& [generation, pool] : pools_) {
    if (!pool->lacks_provisioned() || pool->provisioned_retry_ms > now_ms) continue;
    if (!make_room(doomed)) {
      pool->provisioned_failure = "No more processes can be started on this machine.";
      continue;
    }
    ++pool->provisioned_starting;
    ++provisioned_starting_;
    ++processes_;
    return pool->provisioned_for;
  }
  return nullptr;
}

void Environments::provisioned_started(std::unique_ptr<Environment> environment) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  const std::string generation = environment->function->generation;
  Pool& pool = pool_of(*environment->function);
  --pool.provisioned_starting;
  --provisioned_starting_;
  if (pool.retired || pool.provisioned_alive >= pool.provisioned_wanted) {
    doom(pool, std::move(environment), doomed);
  } else {
    ++pool.provisioned_alive;
    pool.provisioned_failure.clear();
    environment->provisioned = true;
    environment->idle_since_ms = clock_.monotonic_ms();
    pool.idle.push_back(std::move(environment));
  }
  serve_waiters(doomed);
  forget_if_unused(generation);
}

void Environments::provisioned_failed(const Function& function, const std::string& why) {
  Doomed doomed;
  std::lock_guard lock(mutex_);
  Pool& pool = pool_of(function);
  --pool.provisioned_starting;
  --provisioned_starting_;
  --processes_;
  pool.provisioned_failure = why;
  pool.provisioned_retry_ms = clock_.monotonic_ms() + kProvisionedRetryMs;
  serve_waiters(doomed);
  forget_if_unused(function.generation);
}

Environments::Provisioned Environments::provisioned(const Function& function) const {
  std::lock_guard lock(mutex_);
  const auto found = pools_.find(function.generation);
  if (found == pools_.end()) return {};
  const Pool& pool = *found->second;
  return {pool.provisioned_wanted, pool.provisioned_alive, pool.provisioned_failure};
}

}  // namespace fairlead::lambda
