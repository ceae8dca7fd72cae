// TokenBucket: a rate and a burst, asked from any thread without a lock; and the buckets that all
// APIs of one account and region share (reference/websocket-api.md §17).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

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

struct AccountBuckets {
  std::unique_ptr<TokenBucket> connects;  // new connections; null: no limit
  std::unique_ptr<TokenBucket> requests;  // handshakes, messages and @connections; null: no limit
};

struct AccountRates {
  double connects_per_second, connects_burst;  // zero or less: no limit
  double requests_per_second, requests_burst;
};

class AccountThrottles {
 public:
  explicit AccountThrottles(AccountRates rates) : rates_(rates) {}
  // Lives as long as this object, so that a session may keep it.
  AccountBuckets& of(std::string_view account, std::string_view region);

 private:
  const AccountRates rates_;
  std::mutex mutex_;
  std::unordered_map<std::string, AccountBuckets> accounts_;
};

}  // namespace fairlead::apigateway
