// Time as a constructor argument. Only this file and ids.cpp read the system's clock and entropy.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace fairlead {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;        // wall clock, milliseconds since the Unix epoch
  virtual std::int64_t monotonic_ms() const = 0;  // never goes back; for deadlines and idle times
  virtual std::int64_t monotonic_us() const { return monotonic_ms() * 1000; }  // for durations
};

Clock& system_clock();

// A clock that moves only when told to, for tests in virtual time.
class ManualClock : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms = 1'768'254'296'599) : now_ms_(now_ms) {}
  std::int64_t now_ms() const override { return now_ms_; }
  std::int64_t monotonic_ms() const override { return now_ms_; }
  void advance_ms(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
};

// The time formats that AWS writes. All UTC; `ms` counts from the Unix epoch.
std::string iso8601_seconds(std::int64_t ms);  // 2026-01-12T21:44:56Z
std::string iso8601_millis(std::int64_t ms);   // 2026-01-12T21:44:56.599Z
std::string http_date(std::int64_t ms);        // Mon, 12 Jan 2026 21:44:56 GMT
std::string request_time(std::int64_t ms);     // 12/Jan/2026:21:44:56 +0000 (API Gateway, S3 logs)
std::string sigv4_time(std::int64_t ms);       // 20260112T214456Z
std::string epoch_seconds(std::int64_t ms);    // 1768254296.599 (no fraction when it is zero)

// Each reads one of the formats above (and ISO 8601 with any fraction); -1 if it is not one.
std::int64_t parse_iso8601(const std::string& text);
std::int64_t parse_http_date(const std::string& text);
std::int64_t parse_sigv4_time(const std::string& text);

}  // namespace fairlead
