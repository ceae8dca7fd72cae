// Counters of stored bytes, one document for each group.
#include "services/logs/meters.h"

#include <algorithm>

#include "services/logs/blocks.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

Result<std::int64_t> Meters::bytes(const storage::Snapshot& store, std::uint64_t group_id) {
  {
    std::lock_guard lock(mutex_);
    const auto known = bytes_.find(group_id);
    if (known != bytes_.end()) return known->second;
  }
  const auto document = TRY(storage::get_document(store, meter_key(group_id)));
  // Groups of a store of version 1 have no number yet: their events are counted, once.
  const std::int64_t read = document ? (*document)["bytes"].int_or(0)
                                     : TRY(stored_bytes(store, events_of_group(group_id)));
  std::lock_guard lock(mutex_);
  return bytes_.emplace(group_id, read).first->second;
}

Status Meters::add(const storage::Snapshot& store, storage::Batch& batch, std::uint64_t group_id,
                   std::int64_t bytes) {
  TRY(this->bytes(store, group_id));
  std::lock_guard lock(mutex_);
  std::int64_t& all = bytes_[group_id];
  all = std::max<std::int64_t>(0, all + bytes);
  storage::put_document(batch, meter_key(group_id), Json::object({{"bytes", all}}));
  return {};
}

void Meters::forget(storage::Batch& batch, std::uint64_t group_id) {
  std::lock_guard lock(mutex_);
  bytes_.erase(group_id);
  batch.erase(storage::Family::kMeta, meter_key(group_id));
}

}  // namespace fairlead::logs
