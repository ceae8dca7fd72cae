// ProvisionedTable: how many environments which version or alias is to have. The environments
// themselves: provisioner.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "services/lambda/names.h"
#include "storage/store.h"

namespace fairlead::lambda {

struct ProvisionedConfig {
  FunctionName name;  // with the qualifier
  std::int64_t requested = 0;
  std::int64_t last_modified_ms = 0;
};

class ProvisionedTable {
 public:
  explicit ProvisionedTable(storage::Store& store) : store_(store) {}

  Status put(const ProvisionedConfig& config);
  Status remove(const FunctionName& name);  // also when there is none
  Result<std::optional<ProvisionedConfig>> find(const FunctionName& name);
  Result<std::vector<ProvisionedConfig>> of_function(const FunctionName& name);  // by qualifier
  Result<std::vector<ProvisionedConfig>> all();
  Result<std::vector<ProvisionedConfig>> of_account(const std::string& account,
                                                    const std::string& region);

 private:
  Result<std::vector<ProvisionedConfig>> read(const std::string& prefix);
  storage::Store& store_;
};

}  // namespace fairlead::lambda
