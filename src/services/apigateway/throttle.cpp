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

}  // namespace fairlead::apigateway
