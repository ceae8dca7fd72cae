// Function URLs: which address leads to which function or alias, and for whom.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/lambda/names.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

struct UrlConfig {
  std::string id;         // 32 characters, the first label of its address
  FunctionName name;      // qualifier: empty for $LATEST, else an alias
  std::string auth_type;  // "NONE", "AWS_IAM"
  Json cors;              // as configured; null when it is not
  std::int64_t created_ms = 0, modified_ms = 0;

  std::string domain() const;  // <id>.lambda-url.<region>.on.aws
};

class UrlConfigs {
 public:
  explicit UrlConfigs(storage::Store& store) : store_(store) {}

  Result<std::optional<UrlConfig>> find(const FunctionName& name) const;
  Result<std::optional<UrlConfig>> find_id(std::string_view id) const;
  Result<std::vector<UrlConfig>> list(const FunctionName& of_function) const;
  Status put(const UrlConfig& config);
  Status erase(const UrlConfig& config);
  // Of the name with its qualifier; of the whole function when it has none.
  Status forget(const FunctionName& name);
  storage::KeyLocks& locks() { return locks_; }  // for read-modify-write, by ARN

 private:
  storage::Store& store_;
  storage::KeyLocks locks_{64};
};

}  // namespace fairlead::lambda
