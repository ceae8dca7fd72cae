// How long things took: a histogram with about 3% of error from a microsecond to minutes, cheap
// enough to be fed a million times a second.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <ctime>

namespace fairlead::bench {

inline std::int64_t now_ns() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

class Latency {
 public:
  void add(std::int64_t ns, std::uint64_t times = 1) {
    buckets_[bucket_of(ns > 0 ? static_cast<std::uint64_t>(ns) : 0)] += times;
    count_ += times;
  }
  void clear() { *this = {}; }

  // The duration that `share` (0 to 1) of all stayed below, in microseconds; 0 without any.
  double percentile_us(double share) const {
    if (count_ == 0) return 0;
    const double wanted = share * static_cast<double>(count_);
    double seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      seen += static_cast<double>(buckets_[bucket]);
      if (seen >= wanted) return static_cast<double>(middle_of(bucket)) / 1000.0;
    }
    return 0;
  }

 private:
  static constexpr int kSteps = 32;  // buckets for each doubling

  static std::size_t bucket_of(std::uint64_t ns) {
    if (ns < kSteps) return ns;
    const int shift = std::bit_width(ns) - 6;  // leaves 32…63
    const std::size_t bucket = (shift + 1) * kSteps + ((ns >> shift) - kSteps);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  static std::uint64_t middle_of(std::size_t bucket) {
    if (bucket < 2 * kSteps) return bucket;
    const int shift = static_cast<int>(bucket / kSteps) - 1;
    const std::uint64_t low = (bucket % kSteps + kSteps) << shift;
    return low + (std::uint64_t{1} << shift) / 2;
  }

  static constexpr std::size_t kBuckets = 40 * kSteps;
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace fairlead::bench
