// Counters and their Prometheus text. A counter is made once (a static or a member) and counted
// from any thread without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead {

class Counter {
 public:
  // `labels` is written as it is between braces: R"(service="dynamodb",operation="PutItem")"
  Counter(std::string name, std::string help, std::string labels = "");
  ~Counter();
  Counter(const Counter&) = delete;
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  friend std::string prometheus_text();
  std::string name_, help_, labels_;
  std::atomic<std::uint64_t> value_{0};
};

std::string prometheus_text();  // every living counter, sorted by name

}  // namespace fairlead
