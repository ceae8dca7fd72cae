// LayerTable: the layer versions of all accounts and regions. Read rarely (functions keep what they
// use of a layer), so always from the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/lambda/layer.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

class LayerTable {
 public:
  explicit LayerTable(storage::Store& store) : store_(store) {}

  // Gives the layer its next number; numbers are never used twice.
  Result<Layer> add(Layer layer);
  Result<std::optional<Layer>> find(const LayerName& name);
  Status remove(const LayerName& name);  // also when there is none

  // Newest first.
  Result<std::vector<Layer>> versions(const LayerName& name);
  // Every version of every layer, by name, then oldest first.
  Result<std::vector<Layer>> all(const std::string& account, const std::string& region);
  Result<std::vector<Layer>> all();

  // ResourceNotFoundException.
  Status change(const LayerName& name, const std::function<Status(Layer&)>& change);

 private:
  Result<std::vector<Layer>> read(const std::string& prefix);

  storage::Store& store_;
  storage::KeyLocks locks_{64};  // by the layer's ARN
};

}  // namespace fairlead::lambda
