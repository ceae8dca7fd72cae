// Connections: who is connected. What survives a crash is one document for each connection, written
// before its 101 and erased after its `$disconnect`; what @connections asks is a map in memory that
// holds a connection from its 101 until it begins to close.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "services/apigateway/client_identity.h"
#include "storage/store.h"

namespace fairlead::apigateway {

// What never changes while a connection lives.
struct ConnectionFacts {
  std::string connection_id, api_id, stage;
  std::string domain_name;  // the Host header as sent, with its port
  std::string source_ip;
  std::string user_agent;  // empty: the client sent none
  std::int64_t connected_at_ms = 0;
  ClientIdentity identity;  // of authorisation
};

class Connections {
 public:
  explicit Connections(storage::Store& store);

  // Durable when it returns.
  Status remember(const ConnectionFacts& facts);
  Status forget(std::string_view connection_id);
  // At most `most` connections that an earlier process left behind. Documents that cannot be read
  // are erased.
  Result<std::vector<ConnectionFacts>> survivors(std::size_t most);

  void enter(std::shared_ptr<const ConnectionFacts> facts);
  bool leave(std::string_view connection_id);  // false: it was not in
  std::shared_ptr<const ConnectionFacts> find(std::string_view connection_id) const;
  // Everyone on a stage; with an empty `stage`, on any stage of the API.
  std::vector<std::string> connected_to(std::string_view api_id, std::string_view stage) const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    // Keys point into the facts.
    std::unordered_map<std::string_view, std::shared_ptr<const ConnectionFacts>> in;
  };
  Shard& shard_of(std::string_view connection_id);
  const Shard& shard_of(std::string_view connection_id) const;

  storage::Store& store_;
  const std::string process_;  // tells our own connections from survivors
  std::array<Shard, 64> shards_;
};

}  // namespace fairlead::apigateway
