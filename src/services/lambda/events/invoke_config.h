// Event invoke configs: for how long and how often an event of a function, version or alias is
// tried, and where its outcome goes.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/lambda/names.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

struct InvokeConfig {
  FunctionName name;  // qualifier: never empty, "$LATEST" for the function itself
  std::optional<int> retries, age_s;
  std::string on_success, on_failure;  // ARNs, or empty
  std::int64_t modified_ms = 0;

  std::int64_t max_age_ms() const { return age_s.value_or(21'600) * std::int64_t{1000}; }
  int max_retries() const { return retries.value_or(2); }
};

class InvokeConfigs {
 public:
  explicit InvokeConfigs(storage::Store& store) : store_(store) {}

  // Of exactly this name; nothing when there is none.
  Result<std::optional<InvokeConfig>> find(const FunctionName& name) const;
  Result<std::vector<InvokeConfig>> list(const FunctionName& of_function) const;
  Status put(const InvokeConfig& config);
  Status erase(const FunctionName& name);
  // Of the name with its qualifier; of the whole function when it has none.
  Status forget(const FunctionName& name);
  storage::KeyLocks& locks() { return locks_; }  // for read-modify-write, by ARN

 private:
  storage::Store& store_;
  storage::KeyLocks locks_{64};
};

}  // namespace fairlead::lambda
