// Loading, refreshing and retiring compiled stages.
#include "services/apigateway/live_stages.h"

#include "services/apigateway/catalog.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

std::shared_ptr<StageSlot> LiveStages::find_loaded(const std::string& api_id,
                                                   const std::string& stage) const {
  const std::shared_lock hold(mutex_);
  const auto api = apis_.find(api_id);
  if (api == apis_.end()) return nullptr;
  const auto slot = api->second.find(stage);
  return slot == api->second.end() ? nullptr : slot->second;
}

Result<std::shared_ptr<StageSlot>> LiveStages::find(std::string_view api_view,
                                                    std::string_view stage_view) {
  const std::string api_id(api_view), stage(stage_view);
  if (auto loaded = find_loaded(api_id, stage)) return loaded;
  const auto guard = api_locks_.lock(api_id);
  if (auto loaded = find_loaded(api_id, stage)) return loaded;
  const auto document = TRY(find_resource(store_, api_id, kStages, "", stage));
  const auto owner = document ? owner_of(api_id) : std::nullopt;
  if (!owner) return std::shared_ptr<StageSlot>();
  auto slot = std::make_shared<StageSlot>();
  slot->set(TRY(compile({owner->account, owner->region, api_id}, *document)));
  const std::lock_guard hold(mutex_);
  return apis_[api_id].emplace(stage, std::move(slot)).first->second;
}

std::optional<platform::WebSocketGateway::Owner> LiveStages::owner_of(std::string_view api_view) {
  const std::string api_id(api_view);
  {
    const std::shared_lock hold(mutex_);
    const auto known = owners_.find(api_id);
    if (known != owners_.end()) return known->second;
  }
  const auto document = storage::get_document(store_, owner_key(api_id));
  if (!document.ok() || !document.value()) return std::nullopt;
  platform::WebSocketGateway::Owner owner{text_of(*document.value(), "Account"),
                                          text_of(*document.value(), "Region")};
  const std::lock_guard hold(mutex_);
  return owners_.emplace(api_id, std::move(owner)).first->second;
}

Result<std::shared_ptr<const CompiledStage>> LiveStages::compile(const StageOwner& owner,
                                                                 const Json& stage) {
  const std::string deployment = text_of(stage, "DeploymentId");
  if (deployment.empty()) return std::shared_ptr<const CompiledStage>();
  const auto snapshot = TRY(find_resource(store_, owner.api_id, kSnapshots, "", deployment));
  if (!snapshot) return std::shared_ptr<const CompiledStage>();
  return compile_stage(owner, stage, *snapshot);
}

Status LiveStages::refresh(std::string_view api_view) {
  const std::string api_id(api_view);
  Slots slots;
  {
    const std::shared_lock hold(mutex_);
    const auto api = apis_.find(api_id);
    if (api == apis_.end()) return {};
    slots = api->second;
  }
  const auto owner = owner_of(api_id);
  if (!owner) return {};
  for (const auto& [stage, slot] : slots) {
    const auto document = TRY(find_resource(store_, api_id, kStages, "", stage));
    if (document) {
      slot->set(TRY(compile({owner->account, owner->region, api_id}, *document)));
    }
  }
  return {};
}

void LiveStages::retire_stage(std::string_view api_id, std::string_view stage) {
  const std::lock_guard hold(mutex_);
  const auto api = apis_.find(std::string(api_id));
  if (api == apis_.end()) return;
  const auto slot = api->second.find(std::string(stage));
  if (slot == api->second.end()) return;
  slot->second->retire();
  api->second.erase(slot);
}

void LiveStages::retire_api(std::string_view api_id) {
  const std::lock_guard hold(mutex_);
  owners_.erase(std::string(api_id));
  const auto api = apis_.find(std::string(api_id));
  if (api == apis_.end()) return;
  for (const auto& [stage, slot] : api->second) slot->retire();
  apis_.erase(api);
}

}  // namespace fairlead::apigateway
