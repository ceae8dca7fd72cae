// Writing items: read, apply, put, with the item's index entries and counts in the same batch.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/dynamodb.h"
#include "services/dynamodb/stream_record.h"

namespace fairlead::dynamodb {

// What an operation makes of the item it finds. Pure, so it can be run and tested without a store.
struct Change {
  std::optional<Item> after;  // empty: the item goes, or stays away
  ChangedBy by = ChangedBy::kRequest;
};
using Apply = std::function<Result<Change>(const Item* before)>;

struct Written {
  std::optional<Item> before, after;
  Usage usage;
};

// Changes of items, their index entries and stream records on their way into the store: all of it
// or nothing. Readers of a stream see a record only when its batch is durable.
class WriteBatch {
 public:
  WriteBatch() = default;
  WriteBatch(const WriteBatch&) = delete;
  WriteBatch& operator=(const WriteBatch&) = delete;
  ~WriteBatch() { settle(Stream::Outcome::kGivenUp); }

  storage::Batch& changes() { return changes_; }
  void add_record(const StreamPointer& stream, StreamRecord record, std::int64_t now_ms);
  Status commit(storage::Store& store);  // an empty batch is nothing to do

 private:
  void settle(Stream::Outcome outcome);

  storage::Batch changes_;
  std::vector<std::pair<StreamPointer, Sequence>> reserved_;
};

// One item under its lock; returns once the change is durable. `key` is item_key()'s.
Result<Written> update(DynamoDb& service, const Table& table, const std::string& key,
                       const Apply& apply);

// The same into a batch that the caller commits, with the key's lock held by the caller.
Result<Written> stage(DynamoDb& service, const Table& table, const std::string& key,
                      const Apply& apply, WriteBatch& batch);

Result<std::optional<Item>> read_item_at(const storage::Snapshot& store, const std::string& key);

// Index entry of one item, for the backfill of a new index. The key's lock is held by the caller.
Status stage_index_entry(const Table& table, const Index& index, const Item& item,
                         storage::Batch& batch);

}  // namespace fairlead::dynamodb
