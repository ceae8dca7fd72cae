// Items and index entries move together: one batch, so that no reader and no crash sees one without
// the other.
#include "services/dynamodb/write.h"

#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_format.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/stream_keys.h"

namespace fairlead::dynamodb {

namespace {

using storage::Family;

std::size_t entry_size(const Table& table, const Index& index, const Item& item) {
  return size_of(index_entry(table, index, item));
}

// Erases and puts what differs between the item's old and new entry. Units: one write for each.
double stage_index(const Table& table, const Index& index, const Written& written,
                   storage::Batch& batch) {
  std::optional<std::string> old_key, new_key;
  if (written.before) old_key = index_key(table, index, *written.before);
  if (written.after) new_key = index_key(table, index, *written.after);
  if (!old_key && !new_key) return 0;
  double units = 0;
  if (old_key && old_key != new_key) {
    units += write_units(entry_size(table, index, *written.before));
    batch.erase(Family::kIndexes, std::move(*old_key));
    old_key.reset();
  }
  if (!new_key) return units;
  Item entry = index_entry(table, index, *written.after);
  if (old_key && index_entry(table, index, *written.before) == entry) return units;
  units += write_units(size_of(entry));
  batch.put(Family::kIndexes, std::move(*new_key), encode_item(entry));
  return units;
}

// AWS writes no record of a write that leaves the item as it was.
void stage_record(const Table& table, const Written& written, ChangedBy by, std::int64_t now_ms,
                  WriteBatch& batch) {
  if (written.before == written.after) return;
  const Item& item = written.after ? *written.after : *written.before;
  StreamRecord record =
      make_stream_record(table.stream->facts().view, key_attributes(table, nullptr, item),
                         written.before, written.after);
  record.by = by;
  batch.add_record(table.stream, std::move(record), now_ms);
}

}  // namespace

void WriteBatch::add_record(const StreamPointer& stream, StreamRecord record, std::int64_t now_ms) {
  const Sequence sequence = stream->reserve(now_ms);
  reserved_.emplace_back(stream, sequence);
  record.created_ms = now_ms;
  changes_.put(Family::kStreams, stream_record_key(stream->facts().number, sequence),
               encode_stream_record(record));
}

Status WriteBatch::commit(storage::Store& store) {
  if (changes_.empty()) return {};
  TRY(store.commit(std::move(changes_)));
  settle(Stream::Outcome::kDurable);
  return {};
}

void WriteBatch::settle(Stream::Outcome outcome) {
  for (const auto& [stream, sequence] : reserved_) stream->settle(sequence, outcome);
  reserved_.clear();
}

Result<std::optional<Item>> read_item_at(const storage::Snapshot& store, const std::string& key) {
  auto bytes = TRY(store.get(Family::kItems, key));
  if (!bytes) return std::optional<Item>();
  return std::optional<Item>(TRY(decode_item(*bytes)));
}

Result<Written> stage(DynamoDb& service, const Table& table, const std::string& key,
                      const Apply& apply, WriteBatch& batch) {
  Written written;
  written.before = TRY(read_item_at(service.store(), key));
  Change change = TRY(apply(written.before ? &*written.before : nullptr));
  written.after = std::move(change.after);
  const std::size_t old_size = written.before ? size_of(*written.before) : 0;
  const std::size_t new_size = written.after ? size_of(*written.after) : 0;
  written.usage.table = write_units(std::max(old_size, new_size));
  if (!written.before && !written.after) return written;
  if (written.after) {
    batch.changes().put(Family::kItems, key, encode_item(*written.after));
  } else {
    batch.changes().erase(Family::kItems, key);
  }
  for (const Index& index : table.indexes) {
    const double units = stage_index(table, index, written, batch.changes());
    if (units > 0) written.usage.indexes.push_back({&index, units});
  }
  const std::int64_t now_ms = service.clock().now_ms();
  if (table.stream) stage_record(table, written, change.by, now_ms, batch);
  service.tables().count(table, (written.after ? 1 : 0) - (written.before ? 1 : 0),
                         static_cast<std::int64_t>(new_size) - static_cast<std::int64_t>(old_size),
                         now_ms, batch.changes());
  return written;
}

Result<Written> update(DynamoDb& service, const Table& table, const std::string& key,
                       const Apply& apply) {
  auto guard = service.item_locks().lock(key);
  WriteBatch batch;
  Written written = TRY(stage(service, table, key, apply, batch));
  TRY(batch.commit(service.store()));
  return written;
}

Status stage_index_entry(const Table& table, const Index& index, const Item& item,
                         storage::Batch& batch) {
  auto key = index_key(table, index, item);
  if (key) {
    batch.put(Family::kIndexes, std::move(*key), encode_item(index_entry(table, index, item)));
  }
  return {};
}

}  // namespace fairlead::dynamodb
