// Starting, telling and ending pumps.
#include "services/lambda/events/pumps.h"

#include <utility>

namespace fairlead::lambda {

Status Pumps::start_all() {
  for (MappingPtr& mapping : TRY(needs_.mappings.all())) changed(std::move(mapping));
  return {};
}

void Pumps::changed(MappingPtr mapping) {
  std::shared_ptr<Pump> fresh;
  {
    std::lock_guard lock(mutex_);
    std::shared_ptr<Pump>& pump = pumps_[mapping->uuid];
    if (pump) return pump->set(std::move(mapping));
    fresh = pump = std::make_shared<Pump>(needs_, std::move(mapping));
  }
  fresh->start();
}

void Pumps::removed(const std::string& uuid) {
  std::lock_guard lock(mutex_);
  const auto found = pumps_.find(uuid);
  if (found == pumps_.end()) return;
  found->second->stop();
  pumps_.erase(found);
}

void Pumps::wake_all() {
  std::lock_guard lock(mutex_);
  for (auto& [uuid, pump] : pumps_) pump->wake();
}

}  // namespace fairlead::lambda
