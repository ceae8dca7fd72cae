// IAM and STS: roles and policies of each account, and whose an access key is. Who may do what is
// decided elsewhere; this room keeps what was said about it.
//
// Documents in Family::kMeta (docs/formats/keys-iam.md): "iam/role/" account, name · "iam/policy/"
// account, arn · "iam/session/" access key.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "platform/access.h"
#include "platform/operation.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::iam {

class Iam : public platform::Access {
 public:
  Iam(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

  std::optional<platform::Credential> find(std::string_view access_key) override;
  // Lasts an hour. NoSuchEntity when the role does not exist.
  Result<platform::Credential> assume_for_service(platform::Context& cx,
                                                  const std::string& role_arn,
                                                  const std::string& session_name) override;

  storage::Store& store() { return store_; }
  storage::KeyLocks& locks() { return locks_; }
  // By policy ARN: attaching and deleting exclude each other. Taken before any of locks().
  storage::KeyLocks& policy_locks() { return policy_locks_; }
  Clock& clock() { return clock_; }

 private:
  std::optional<platform::Credential> find_session(const std::string& access_key);
  Status forget_expired_sessions();

  storage::Store& store_;
  Clock& clock_;
  storage::KeyLocks locks_{64};
  storage::KeyLocks policy_locks_{64};
  std::mutex mutex_;
  std::unordered_map<std::string, platform::Credential> sessions_;  // a cache of the store's
  std::int64_t next_sweep_ms_ = 0;
};

// Registers "iam" and "sts"; `iam` outlives the registry.
void add_iam(platform::Registry& registry, Iam& iam);

}  // namespace fairlead::iam
