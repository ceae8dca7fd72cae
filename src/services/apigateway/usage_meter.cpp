// Counting and throttling.
#include "services/apigateway/usage_meter.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "services/apigateway/key_records.h"
#include "storage/keys.h"

namespace fairlead::apigateway {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kKeptDays = 31;  // the longest period
// Where a plan gives only one of its two limits, the account's stands in for the other.
constexpr double kAccountRate = 10'000, kAccountBurst = 5'000;
constexpr std::size_t kMostEntries = 100'000;

std::string day_key(const UsageOwner& owner, std::int64_t day) {
  return storage::KeyWriter(usage_prefix(owner)).number(static_cast<std::uint64_t>(day)).take();
}

std::int64_t used_since(const UsageMeter::Days& days, std::int64_t first_day) {
  std::int64_t used = 0;
  for (auto day = days.lower_bound(first_day); day != days.end(); ++day) used += day->second;
  return used;
}

}  // namespace

std::int64_t period_start(const Json& quota, std::int64_t day) {
  const std::string period = quota["period"].string_or("DAY");
  const std::int64_t offset = quota["offset"].int_or(0);
  if (period == "DAY") return day;
  // 1970 began on a Thursday, four days after a Sunday.
  if (period == "WEEK") return day - (day + 4 - offset + 7) % 7;
  using namespace std::chrono;
  const year_month_day date{sys_days{days{day}}};
  const auto begins = [&](year_month month) {
    return (sys_days{month / 1}.time_since_epoch() + days{offset}).count();
  };
  const year_month month{date.year(), date.month()};
  const std::int64_t this_month = begins(month);
  return this_month <= day ? this_month : begins(month - months{1});
}

Result<UsageMeter::Days> UsageMeter::stored_days(const UsageOwner& owner,
                                                 std::int64_t first_day) const {
  Days days;
  const std::string prefix = usage_prefix(owner);
  auto cursor = store_.range(storage::Family::kMeta, day_key(owner, first_day),
                             storage::after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    const auto day = storage::KeyReader(cursor->key(), prefix).number();
    const Json document = TRY(storage::decode_document(cursor->value()));
    if (day) days[static_cast<std::int64_t>(*day)] = document["used"].int_or(0);
  }
  TRY(cursor->status());
  return days;
}

Result<UsageMeter::Verdict> UsageMeter::take_of(Entry& entry, const Json& plan, std::int64_t today,
                                                std::int64_t monotonic_ms) {
  const Json& quota = plan["quota"];
  if (!quota.is_null() &&
      used_since(entry.days, period_start(quota, today)) >= quota["limit"].int_or(0)) {
    return Verdict::kOverQuota;
  }
  if (!plan["throttle"].is_null()) {
    const double rate = plan["throttle"]["rateLimit"].to_double().value_or(kAccountRate);
    const double burst = plan["throttle"]["burstLimit"].to_double().value_or(kAccountBurst);
    if (!entry.bucket || entry.rate != rate || entry.burst != burst) {
      entry.bucket = std::make_unique<TokenBucket>(rate, burst);
      entry.rate = rate;
      entry.burst = burst;
    }
    if (!entry.bucket->take(monotonic_ms)) return Verdict::kThrottled;
  }
  ++entry.days[today];
  entry.days.erase(entry.days.begin(), entry.days.lower_bound(today - kKeptDays));
  return Verdict::kGranted;
}

Result<UsageMeter::Verdict> UsageMeter::take(const UsageOwner& owner, const Json& plan,
                                             std::int64_t now_ms, std::int64_t monotonic_ms) {
  const std::int64_t today = now_ms / kDayMs;
  const std::string name = usage_prefix(owner);
  std::unique_lock lock(mutex_);
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    lock.unlock();
    Days days = TRY(stored_days(owner, today - kKeptDays));
    lock.lock();
    // Forgetting everything is safe only when the store has everything.
    if (entries_.size() >= kMostEntries && dirty_.empty() && !writing_) entries_.clear();
    found = entries_.try_emplace(name).first;
    if (found->second.days.empty()) found->second.days = std::move(days);
  }
  const Verdict verdict = TRY(take_of(found->second, plan, today, monotonic_ms));
  if (verdict == Verdict::kGranted) {
    dirty_[day_key(owner, today)] = found->second.days[today];
    lock.unlock();
    write_out();
  }
  return verdict;
}

Result<UsageMeter::Days> UsageMeter::days_of(const UsageOwner& owner, std::int64_t first_day) {
  Days days = TRY(stored_days(owner, first_day));
  const std::lock_guard hold(mutex_);
  const auto found = entries_.find(usage_prefix(owner));
  if (found == entries_.end()) return days;
  for (const auto& [day, used] : found->second.days) {
    if (day >= first_day) days[day] = used;
  }
  return days;
}

void UsageMeter::write_out() {
  std::unique_lock lock(mutex_);
  if (writing_) return;
  writing_ = true;
  while (!dirty_.empty()) {
    storage::Batch batch;
    for (const auto& [key, used] : dirty_) {
      storage::put_document(batch, key, Json::object({{"used", used}}));
    }
    dirty_.clear();
    lock.unlock();
    const Status written = store_.commit(std::move(batch));
    if (!written.ok()) {
      log_error("the usage of API keys could not be written",
                {{"problem", written.error().message}});
    }
    lock.lock();
  }
  writing_ = false;
}

}  // namespace fairlead::apigateway
