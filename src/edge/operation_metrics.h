// Counters of requests, one for each operation and class of status, made from the operation table.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/metrics.h"
#include "platform/operation.h"

namespace fairlead::edge {

class OperationMetrics {
 public:
  explicit OperationMetrics(const platform::Registry& registry);
  void count(const platform::Operation* row, int status);  // nullptr: a request without a row
  void count_not_implemented(std::string_view service, std::string_view operation);

 private:
  struct ByClass {
    std::unique_ptr<Counter> ok, refused, failed;  // 2xx-3xx, 4xx, 5xx
  };
  std::unordered_map<const platform::Operation*, ByClass> rows_;  // constant after construction
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Counter>> not_implemented_;  // bounded
};

}  // namespace fairlead::edge
