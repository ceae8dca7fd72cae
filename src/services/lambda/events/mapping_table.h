// MappingTable: the mappings of all accounts and regions, and how far each has read its shards.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "services/lambda/events/mapping.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::lambda {

// How far a shard was worked through.
struct Checkpoint {
  std::string after;  // sequence number; empty: nothing yet
  bool done = false;  // the shard is closed and everything in it was worked through
};

class MappingTable {
 public:
  explicit MappingTable(storage::Store& store) : store_(store) {}

  Result<MappingPtr> find(const std::string& account, const std::string& region,
                          const std::string& uuid) const;  // no_mapping
  Result<std::vector<MappingPtr>> list(const std::string& account,
                                       const std::string& region) const;  // by UUID
  Result<std::vector<MappingPtr>> all() const;

  // With the checkpoints from which it begins, in one batch.
  Status create(const Mapping& mapping, const std::map<std::string, Checkpoint>& checkpoints);
  // `change` gets a copy, under the mapping's lock. The mapping as it is then.
  Result<MappingPtr> update(const Mapping& of, const std::function<Status(Mapping&)>& change);
  Status remove(const Mapping& mapping);  // and its checkpoints

  Result<Checkpoint> checkpoint(const std::string& uuid, const std::string& shard) const;
  // Does nothing when the mapping was removed meanwhile.
  Status advance(const Mapping& of, const std::string& shard, const Checkpoint& to);

 private:
  storage::Store& store_;
  storage::KeyLocks locks_{64};  // by UUID
};

}  // namespace fairlead::lambda
