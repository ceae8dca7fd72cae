// Domains: custom domain names in memory, as addresses need them: which API and stage a host and a
// path mean (reference/websocket-api.md §2.2). Read from the store once, and again for each domain
// that changes.
//
//   ag/domain/   name                    the DomainName, with its owner's Account and Region
//   ag/mapping/  name apiMappingId       an ApiMapping
// Names are in lower case: host names know no other.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "platform/context.h"
#include "platform/gateway.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::apigateway {

inline constexpr std::string_view kDomainsPrefix = "ag/domain/";
std::string domain_key(std::string_view name);
std::string mapping_key(std::string_view name, std::string_view mapping_id);
std::string mappings_prefix(std::string_view name);

// The DomainName that `input.DomainName` names, of the caller's account and region; 404.
Result<Json> require_domain(const storage::Snapshot& store, const platform::Context& cx,
                            const Json& input);

class Domains {
 public:
  explicit Domains(storage::Store& store) : store_(store) {}

  // Every change of a domain or its mappings holds this.
  storage::KeyLocks::Guard lock() { return locks_.lock("domain names"); }
  // After a commit that touched `name`; the caller holds the lock.
  Status refresh(std::string_view name);

  // As WebSocketGateway::resolve_domain.
  std::optional<platform::WebSocketGateway::DomainRoute> resolve(std::string_view host,
                                                                 std::string_view path);
  // Does a mapping lead to this stage? Empty stage: to any of the API.
  Result<bool> lead_to(std::string_view api_id, std::string_view stage);

 private:
  struct Mapping {
    std::string key, api_id, stage;
  };
  struct Domain {
    std::string account, region;
    std::vector<Mapping> mappings;  // longest key first
  };

  Status load();  // once
  Status read(const std::string& name, const Json& document);
  std::shared_ptr<const Domain> find(std::string_view host) const;

  storage::Store& store_;
  storage::KeyLocks locks_{1};
  std::atomic<bool> loaded_{false};
  std::atomic<std::size_t> count_{0};  // so that a house without domains pays one load
  mutable std::shared_mutex mutex_;    // guards the map; never held across a wait
  std::unordered_map<std::string, std::shared_ptr<const Domain>> domains_;
};

}  // namespace fairlead::apigateway
