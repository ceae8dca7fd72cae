// The metrics' names: fairlead_requests_total and fairlead_not_implemented_total.
#include "edge/operation_metrics.h"

namespace fairlead::edge {

namespace {

std::string key_of(std::string_view service, std::string_view operation) {
  std::string key(service);
  key += '.';
  key += operation;
  return key;
}

std::string labels_of(std::string_view service, std::string_view operation) {
  return "service=\"" + std::string(service) + "\",operation=\"" + std::string(operation) + "\"";
}

std::unique_ptr<Counter> requests(const std::string& labels, const char* status_class) {
  return std::make_unique<Counter>("fairlead_requests_total",
                                   "Requests to AWS operations by class of their status",
                                   labels + ",status=\"" + status_class + "\"");
}

}  // namespace

OperationMetrics::OperationMetrics(const platform::Registry& registry) {
  for (const auto& entry : registry.entries()) {
    const std::string labels = labels_of(entry.service, entry.operation->name);
    rows_[entry.operation] = {requests(labels, "2xx"), requests(labels, "4xx"),
                              requests(labels, "5xx")};
  }
}

void OperationMetrics::count(const platform::Operation* row, int status) {
  const auto found = rows_.find(row);
  if (found == rows_.end()) return;
  const ByClass& counters = found->second;
  (status >= 500 ? counters.failed : status >= 400 ? counters.refused : counters.ok)->add();
}

void OperationMetrics::count_not_implemented(std::string_view service, std::string_view operation) {
  std::lock_guard lock(mutex_);
  auto& counter = not_implemented_[key_of(service, operation)];  // names come from the model
  if (!counter) {
    counter = std::make_unique<Counter>("fairlead_not_implemented_total",
                                        "Requests for operations that Fairlead does not have",
                                        labels_of(service, operation));
  }
  counter->add();
}

}  // namespace fairlead::edge
