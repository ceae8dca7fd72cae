// Keys: from an item or a key map to the bytes under which the store has it, with AWS's checks.
//
// A table's keys start with its number and a hash of the partition key, so that a scan walks in
// hash order and segments are ranges of hashes (docs/formats/items.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/table.h"

namespace fairlead::dynamodb {

// Range of hashes that one scan segment owns.
struct Segment {
  std::uint64_t number = 0, total = 1;
};

std::string item_key(const Table& table, const AttributeValue& hash, const AttributeValue* range);
std::string item_key(const Table& table, const Item& keys);  // `keys` was checked

// The key in an item to be put. Errors: missing_key, key_type_mismatch, empty_key, sizes.
Status check_item_keys(const Table& table, const Item& item);
// Index keys that are there must fit; absent ones keep the item out of the index.
enum class WrittenBy : std::uint8_t { kPut, kUpdate };  // decides the wording
Status check_index_keys(const Table& table, const Item& item, WrittenBy by);
// A Key parameter: exactly the key attributes. Errors: key_schema_mismatch, empty_key, sizes.
Status check_key(const Table& table, const Item& key);

// Where the index has the item; empty when the item lacks a key of the index.
std::optional<std::string> index_key(const Table& table, const Index& index, const Item& item);
Item index_entry(const Table& table, const Index& index, const Item& item);  // what is projected

// Prefixes and bounds for walks. `index` null: the table itself.
std::string walk_prefix(const Table& table, const Index* index);
std::string partition_prefix(const Table& table, const Index* index, const AttributeValue& hash);
void append_key_part(std::string& out, const AttributeValue& value);  // ordered, self-delimiting
// The bytes that every key part beginning with `prefix` (S or B) begins with.
void append_key_part_prefix(std::string& out, const AttributeValue& prefix);
struct Bounds {
  std::string from, to;
};
Bounds segment_bounds(const Table& table, const Index* index, const Segment& segment);

// Only the key attributes of the table (and index): what LastEvaluatedKey shows.
Item key_attributes(const Table& table, const Index* index, const Item& item);

}  // namespace fairlead::dynamodb
