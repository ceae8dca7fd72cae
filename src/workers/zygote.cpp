// One start at a time; whoever comes meanwhile waits for it.
#include "workers/zygote.h"

#include <algorithm>

#include "base/clock.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kFirstPauseMs = 500;
constexpr std::int64_t kLastPauseMs = 60'000;
constexpr std::int64_t kLastedMs = 60'000;  // it lived this long: all was well
constexpr std::int64_t kStartMs = 2'000;

net::ChildSpec zygote_child(const platform::WorkerBase& base) {
  net::ChildSpec spec;
  spec.argv = base.zygote;
  for (const auto& [name, value] : base.environment) {
    spec.environment.emplace_back(name).append("=").append(value);
  }
  spec.environment.emplace_back("FAIRLEAD_ZYGOTE=1");
  spec.working_folder = std::string("/");
  spec.channel = net::ChildChannel::kSeqPacket;
  return spec;
}

Error not_now(const char* why) {
  return Error{&net::kCannotLaunch, std::string("zygote: ") + why, {}};
}

}  // namespace

Zygote::Zygote(const platform::WorkerBase& base, Start start)
    : spec_(zygote_child(base)), start_(std::move(start)) {}

Zygote::~Zygote() { stop(); }

void Zygote::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (process_) process_->kill();
}

Result<int> Zygote::fork_into(const net::ForkOrder& order) {
  const auto process = TRY(running());
  return process->fork_into(order);
}

Result<std::shared_ptr<ZygoteProcess>> Zygote::running() {
  for (;;) {
    const Future<bool> started;
    {
      const std::lock_guard lock(mutex_);
      if (process_ && process_->alive()) return process_;
      if (stopped_) return not_now("stopped");
      if (!starting_) {
        const std::int64_t now_ms = system_clock().monotonic_ms();
        if (process_ && now_ms - started_ms_ >= kLastedMs) failures_ = 0;
        if (failures_ > 0 && now_ms < not_before_ms_) return not_now("keeps ending");
        starting_ = true;
        break;
      }
      waiting_.push_back(started);
    }
    if (!started.get_until(parking_now_ms() + kStartMs)) return not_now("does not start");
  }
  return start_anew();
}

Result<std::shared_ptr<ZygoteProcess>> Zygote::start_anew() {
  auto process = start_(spec_);
  const std::lock_guard lock(mutex_);
  starting_ = false;
  for (const Future<bool>& waiter : waiting_) waiter.set(true);
  waiting_.clear();
  started_ms_ = system_clock().monotonic_ms();
  not_before_ms_ = started_ms_ + std::min(kFirstPauseMs << std::min(failures_, 10), kLastPauseMs);
  ++failures_;  // until it has lasted
  if (process.ok()) process_ = *process;
  if (stopped_ && process_) process_->kill();
  return process;
}

}  // namespace fairlead::workers
