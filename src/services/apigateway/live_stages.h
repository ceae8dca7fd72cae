// LiveStages: the compiled stages in memory. A connection keeps its stage's slot and looks into it
// for each message, so a new deployment acts on the next message of every open connection.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "platform/gateway.h"
#include "services/apigateway/compiled.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::apigateway {

class StageSlot {
 public:
  // Null: the stage has no deployment.
  std::shared_ptr<const CompiledStage> current() const {
    const std::lock_guard hold(mutex_);
    return current_;
  }
  void set(std::shared_ptr<const CompiledStage> stage) {
    const std::lock_guard hold(mutex_);
    current_.swap(stage);
  }
  // The stage was deleted. What was current stays, for the `$disconnect` of its last connections.
  void retire() { retired_.store(true, std::memory_order_release); }
  bool retired() const { return retired_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;  // held for a pointer's copy only
  std::shared_ptr<const CompiledStage> current_;
  std::atomic<bool> retired_{false};
};

// Every configuration change of an API and the first look at one of its stages hold `api_locks`
// under the API's id, so that a slot never goes back in time.
class LiveStages {
 public:
  LiveStages(storage::Store& store, storage::KeyLocks& api_locks)
      : store_(store), api_locks_(api_locks) {}

  // Null: there is no such stage. Reads the store the first time; may wait.
  Result<std::shared_ptr<StageSlot>> find(std::string_view api_id, std::string_view stage);
  std::optional<platform::WebSocketGateway::Owner> owner_of(std::string_view api_id);

  // After a commit that touched the API; the caller holds its lock.
  Status refresh(std::string_view api_id);
  void retire_stage(std::string_view api_id, std::string_view stage);
  void retire_api(std::string_view api_id);

 private:
  using Slots = std::unordered_map<std::string, std::shared_ptr<StageSlot>>;  // by stage name

  std::shared_ptr<StageSlot> find_loaded(const std::string& api_id, const std::string& stage) const;
  Result<std::shared_ptr<const CompiledStage>> compile(const StageOwner& owner, const Json& stage);

  storage::Store& store_;
  storage::KeyLocks& api_locks_;
  mutable std::shared_mutex mutex_;  // guards the maps; never held across a wait
  std::unordered_map<std::string, Slots> apis_;
  std::unordered_map<std::string, platform::WebSocketGateway::Owner> owners_;
};

}  // namespace fairlead::apigateway
