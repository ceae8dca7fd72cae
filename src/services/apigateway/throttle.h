// TokenBucket: a rate and a burst, asked from any thread without a lock.
#pragma once

#include <atomic>
#include <cstdint>

namespace fairlead::apigateway {

class TokenBucket {
 public:
  // A rate or burst of zero lets nothing through, as AWS's stored zeros do (§17).
  TokenBucket(double rate_per_second, double burst);
  bool take(std::int64_t monotonic_ms);

 private:
  // The generic cell rate algorithm: one number, the time at which the bucket is full again.
  std::int64_t interval_ns_ = 0;  // between two requests at the steady rate; 0: blocked
  std::int64_t burst_ns_ = 0;
  std::atomic<std::int64_t> full_at_ns_{INT64_MIN};
};

}  // namespace fairlead::apigateway
