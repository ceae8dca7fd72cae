// https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
#include "services/lambda/provisioner.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "services/lambda/execution_log.h"

namespace fairlead::lambda {

using platform::WorkerOutcome;

namespace {

constexpr std::int64_t kLeastInitMs = 130'000;  // or the function's timeout, as on AWS

}  // namespace

Result<Environments::Wanted> Provisioner::wanted(const ProvisionedConfig& config) {
  const Resolved resolved = TRY(functions_.resolve(config.name));
  auto first = static_cast<std::size_t>(config.requested);
  Environments::Wanted result;
  if (resolved.alias && !resolved.alias->other_version.empty()) {
    FunctionName other = config.name;
    other.qualifier = resolved.alias->other_version;
    const Resolved second = TRY(functions_.resolve(other));
    const double share = static_cast<double>(first) * resolved.alias->other_weight;
    const auto count = std::min(first, static_cast<std::size_t>(std::llround(share)));
    first -= count;
    if (count > 0) result.emplace_back(second.function, count);
  }
  if (first > 0) result.emplace_back(resolved.function, first);
  return result;
}

void Provisioner::refresh(const FunctionName& name) {
  Environments::Wanted all;
  const auto configs = records_.of_function(name);
  if (!configs.ok()) return;
  for (const ProvisionedConfig& config : *configs) {
    auto some = wanted(config);
    if (!some.ok()) continue;  // its alias or version is being removed
    all.insert(all.end(), some->begin(), some->end());
  }
  FunctionName whole = name;
  whole.qualifier.clear();
  environments_.want_provisioned(whole.arn(), all);
  work();
}

void Provisioner::restore() {
  const auto configs = records_.all();
  if (!configs.ok()) {
    log_error("provisioned concurrency could not be read", {{"error", configs.error().message}});
    return;
  }
  std::string last;
  for (const ProvisionedConfig& config : *configs) {
    FunctionName whole = config.name;
    whole.qualifier.clear();
    if (std::exchange(last, whole.arn()) != last) refresh(whole);
  }
}

bool Provisioner::enter() {
  std::lock_guard lock(mutex_);
  if (stopping_) return false;
  ++running_;
  return true;
}

// Nothing of this object is touched after the signal: it may be gone by then.
void Provisioner::leave() {
  Future<bool> idle;
  {
    std::lock_guard lock(mutex_);
    if (--running_ > 0 || !awaited_) return;
    idle = idle_;
  }
  idle.set(true);
}

void Provisioner::work() {
  if (!options_.spawn) return;
  while (enter()) {
    FunctionPtr function = environments_.take_provisioned_start();
    if (!function) return leave();
    options_.spawn([this, function = std::move(function)] {
      start_one(function);
      work();
      leave();
    });
  }
}

bool Provisioner::begin(platform::Worker* worker) {
  std::lock_guard lock(mutex_);
  if (!stopping_) starting_.insert(worker);
  return !stopping_;
}

void Provisioner::finish(platform::Worker* worker) {
  std::lock_guard lock(mutex_);
  starting_.erase(worker);
}

void Provisioner::start_one(const FunctionPtr& function) {
  auto launched = environments_.launch(function, Initialization::kProvisioned);
  if (!launched.ok()) {
    return environments_.provisioned_failed(*function, launched.error().message);
  }
  Environment& environment = **launched;
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kExited;
  if (begin(environment.worker.get())) {
    const std::int64_t began_us = clock_.monotonic_us();
    outcome = environment.worker->init(clock_.monotonic_ms() +
                                       std::max(kLeastInitMs, function->timeout_ms()));
    finish(environment.worker.get());
    if (outcome.kind != WorkerOutcome::Kind::kResponse) {
      environment.log->init_failed(clock_.monotonic_us() - began_us, "error", outcome.error_type);
    }
  }
  if (outcome.kind == WorkerOutcome::Kind::kResponse) {
    return environments_.provisioned_started(std::move(*launched));
  }
  launched->reset();
  environments_.provisioned_failed(*function,
                                   "FUNCTION_ERROR_INIT_FAILURE: the function's initialization "
                                   "failed; its log says why");
}

void Provisioner::stop() {
  Future<bool> idle;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (platform::Worker* worker : starting_) worker->kill();
    if (running_ == 0 || awaited_) return;
    awaited_ = true;
    idle = idle_;
  }
  idle.get();
}

Result<Provisioner::State> Provisioner::state(const ProvisionedConfig& config) {
  const Environments::Wanted all = TRY(wanted(config));
  State state;
  for (const auto& [function, count] : all) {
    const Environments::Provisioned pool = environments_.provisioned(*function);
    state.allocated += std::min(pool.alive, count);
    if (!pool.failure.empty()) state.failure = pool.failure;
  }
  return state;
}

}  // namespace fairlead::lambda
