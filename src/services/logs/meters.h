// How many bytes each group stores, counted as AWS counts: messages and 26 bytes for each event.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::logs {

// Thread-safe. A number is read from the store when it is first asked for. Two writers of a group
// at once may leave a number on the disk that lacks one of them until the next write.
class Meters {
 public:
  // Adds and puts the new number into `batch`.
  Status add(const storage::Snapshot& store, storage::Batch& batch, std::uint64_t group_id,
             std::int64_t bytes);
  Result<std::int64_t> bytes(const storage::Snapshot& store, std::uint64_t group_id);
  void forget(storage::Batch& batch, std::uint64_t group_id);  // the group is deleted

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::int64_t> bytes_;
};

}  // namespace fairlead::logs
