// UsageMeter: how much each API key has used of each usage plan. Throttles are token buckets in
// memory; quotas are counts for each day, in memory and in the store.
//
// Counting never waits for the disk twice: whoever finds nobody writing writes everything that has
// changed in one commit, the others go on. A crash forgets what one such commit would have written.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "services/apigateway/throttle.h"
#include "storage/store.h"

namespace fairlead::apigateway {

// Whose usage of what.
struct UsageOwner {
  std::string account, region, plan_id, key_id;
};

class UsageMeter {
 public:
  enum class Verdict { kGranted, kThrottled, kOverQuota };
  using Days = std::map<std::int64_t, std::int64_t>;  // days since 1970 -> requests

  explicit UsageMeter(storage::Store& store) : store_(store) {}

  // One request of the key under `plan` (its document): counted when it is granted.
  Result<Verdict> take(const UsageOwner& owner, const Json& plan, std::int64_t now_ms,
                       std::int64_t monotonic_ms);
  // All days on which the key was used, from `first_day` on.
  Result<Days> days_of(const UsageOwner& owner, std::int64_t first_day);

 private:
  struct Entry {
    Days days;  // the last month of them
    double rate = -1, burst = -1;
    std::unique_ptr<TokenBucket> bucket;
  };
  Result<Days> stored_days(const UsageOwner& owner, std::int64_t first_day) const;
  Result<Verdict> take_of(Entry& entry, const Json& plan, std::int64_t today,
                          std::int64_t monotonic_ms);
  void write_out();

  storage::Store& store_;
  std::mutex mutex_;                                // guards all below; never held across a wait
  std::unordered_map<std::string, Entry> entries_;  // by usage_prefix
  std::map<std::string, std::int64_t> dirty_;       // store key -> requests of that day
  bool writing_ = false;
};

// The first day of the period of `quota` (a plan's Quota document) that `day` lies in: with period
// WEEK, offset 0 begins on Sunday; with MONTH, offset 0 on the first (UTC).
std::int64_t period_start(const Json& quota, std::int64_t day);

}  // namespace fairlead::apigateway
