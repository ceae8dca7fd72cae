// Pumps: one for each mapping, from its creation to its removal.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "services/lambda/events/pump.h"

namespace fairlead::lambda {

class Pumps {
 public:
  explicit Pumps(PumpNeeds needs) : needs_(needs) {}

  Status start_all();                // those of the store, once
  void changed(MappingPtr mapping);  // made, or with other settings
  void removed(const std::string& uuid);
  void wake_all();

 private:
  const PumpNeeds needs_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Pump>> pumps_;  // by UUID
};

}  // namespace fairlead::lambda
