// The token bucket.
#include "services/apigateway/throttle.h"

#include <algorithm>

namespace fairlead::apigateway {

TokenBucket::TokenBucket(double rate_per_second, double burst) {
  if (rate_per_second <= 0 || burst < 1) return;
  const double interval = std::clamp(1e9 / rate_per_second, 1.0, 1e15);
  interval_ns_ = static_cast<std::int64_t>(interval);
  burst_ns_ = static_cast<std::int64_t>(std::min(interval * burst, 1e18));
}

bool TokenBucket::take(std::int64_t monotonic_ms) {
  if (interval_ns_ == 0) return false;
  const std::int64_t now = monotonic_ms * 1'000'000;
  std::int64_t before = full_at_ns_.load(std::memory_order_relaxed);
  for (;;) {
    const std::int64_t after = std::max(before, now) + interval_ns_;
    if (after - now > burst_ns_) return false;
    if (full_at_ns_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return true;
  }
}

namespace {
std::unique_ptr<TokenBucket> bucket_unless_free(double rate, double burst) {
  return rate > 0 ? std::make_unique<TokenBucket>(rate, burst) : nullptr;
}
}  // namespace

AccountBuckets& AccountThrottles::of(std::string_view account, std::string_view region) {
  std::string key(account);
  key.append("/").append(region);
  const std::lock_guard hold(mutex_);
  const auto [found, is_new] = accounts_.try_emplace(std::move(key));
  if (is_new) {
    found->second.connects = bucket_unless_free(rates_.connects_per_second, rates_.connects_burst);
    found->second.requests = bucket_unless_free(rates_.requests_per_second, rates_.requests_burst);
  }
  return found->second;
}

}  // namespace fairlead::apigateway
