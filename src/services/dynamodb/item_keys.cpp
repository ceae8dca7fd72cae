// The layout of keys, in one place with the checks that make it safe.
#include "services/dynamodb/item_keys.h"

#include "base/hashes.h"
#include "services/dynamodb/errors.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kMaxHashKey = 2048, kMaxRangeKey = 1024;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// Spreads partitions evenly. Part of the format: it must never change.
std::uint32_t partition_hash(std::string_view part) {
  std::uint64_t hash = crc32c(part) * 0x9E3779B97F4A7C15ull;
  hash ^= hash >> 29;
  hash *= 0xBF58476D1CE4E5B9ull;
  return static_cast<std::uint32_t>(hash >> 32);
}

std::size_t key_size(const AttributeValue& value) { return size_of(value); }

// "string" or "binary" when the value is empty, else nothing.
std::string_view emptiness(const AttributeValue& value) {
  if (const std::string* text = value.as<std::string>()) return text->empty() ? "string" : "";
  if (const Binary* binary = value.as<Binary>()) return binary->bytes.empty() ? "binary" : "";
  return "";
}

Status check_sizes(const Table& table, const Item& item) {
  if (key_size(*item.find(table.keys.hash.name)) > kMaxHashKey) return hash_key_too_large();
  if (table.keys.range && key_size(*item.find(table.keys.range->name)) > kMaxRangeKey) {
    return range_key_too_large();
  }
  return {};
}

Status check_item_key(const KeyAttribute& key, const Item& item) {
  const AttributeValue* value = item.find(key.name);
  if (value == nullptr) return missing_key(key.name);
  if (value->type() != key.type) {
    return key_type_mismatch(key.name, type_name(key.type), type_name(value->type()));
  }
  const std::string_view empty = emptiness(*value);
  if (!empty.empty()) return empty_key(key.name, empty);
  return {};
}

Status check_index_key(const Index& index, const KeyAttribute& key, const Item& item,
                       WrittenBy by) {
  const AttributeValue* value = item.find(key.name);
  if (value == nullptr) return {};
  if (value->type() != key.type) {
    if (by == WrittenBy::kUpdate) return updated_index_key_type();
    return index_key_type_mismatch(key.name, type_name(key.type), type_name(value->type()),
                                   index.name);
  }
  const std::string_view empty = emptiness(*value);
  if (!empty.empty() && by == WrittenBy::kUpdate) {
    return updated_empty_index_key(key.name, empty, index.name);
  }
  if (!empty.empty()) return empty_index_key(key.name, empty, index.name);
  return {};
}

void append_keys(std::string& out, const KeySchema& keys, const Item& item) {
  append_key_part(out, *item.find(keys.hash.name));
  if (keys.range) append_key_part(out, *item.find(keys.range->name));
}

}  // namespace

void append_key_part(std::string& out, const AttributeValue& value) {
  if (const Number* number = value.as<Number>()) {
    number->append_ordered(out);
    return;
  }
  const std::string* text = value.as<std::string>();
  out += storage::KeyWriter("").text(text ? *text : value.as<Binary>()->bytes).take();
}

void append_key_part_prefix(std::string& out, const AttributeValue& prefix) {
  append_key_part(out, prefix);
  out.resize(out.size() - 2);  // without the end mark of KeyWriter::text
}

std::string walk_prefix(const Table& table, const Index* index) {
  std::string out;
  append_big_endian(out, table.number, 8);
  if (index != nullptr) append_big_endian(out, index->number, 4);
  return out;
}

std::string partition_prefix(const Table& table, const Index* index, const AttributeValue& hash) {
  std::string part;
  append_key_part(part, hash);
  std::string out = walk_prefix(table, index);
  append_big_endian(out, partition_hash(part), 4);
  return out += part;
}

std::string item_key(const Table& table, const AttributeValue& hash, const AttributeValue* range) {
  std::string out = partition_prefix(table, nullptr, hash);
  if (range != nullptr) append_key_part(out, *range);
  return out;
}

std::string item_key(const Table& table, const Item& keys) {
  return item_key(table, *keys.find(table.keys.hash.name),
                  table.keys.range ? keys.find(table.keys.range->name) : nullptr);
}

Status check_item_keys(const Table& table, const Item& item) {
  TRY(check_item_key(table.keys.hash, item));
  if (table.keys.range) TRY(check_item_key(*table.keys.range, item));
  return check_sizes(table, item);
}

Status check_index_keys(const Table& table, const Item& item, WrittenBy by) {
  for (const Index& index : table.indexes) {
    TRY(check_index_key(index, index.keys.hash, item, by));
    if (index.keys.range) TRY(check_index_key(index, *index.keys.range, item, by));
  }
  return {};
}

Status check_key(const Table& table, const Item& key) {
  auto fits = [&](const KeyAttribute& attribute) {
    const AttributeValue* value = key.find(attribute.name);
    return value != nullptr && value->type() == attribute.type;
  };
  const std::size_t wanted = table.keys.range ? 2 : 1;
  if (key.size() != wanted || !fits(table.keys.hash) ||
      (table.keys.range && !fits(*table.keys.range))) {
    return key_schema_mismatch();
  }
  for (const Attribute& attribute : key) {
    const std::string_view empty = emptiness(attribute.value);
    if (!empty.empty()) return empty_key(attribute.name, empty);
  }
  return check_sizes(table, key);
}

std::optional<std::string> index_key(const Table& table, const Index& index, const Item& item) {
  auto usable = [&](const KeyAttribute& key) {
    const AttributeValue* value = item.find(key.name);
    return value != nullptr && value->type() == key.type && emptiness(*value).empty();
  };
  if (!usable(index.keys.hash) || (index.keys.range && !usable(*index.keys.range))) {
    return std::nullopt;
  }
  std::string out = partition_prefix(table, &index, *item.find(index.keys.hash.name));
  if (index.keys.range) append_key_part(out, *item.find(index.keys.range->name));
  append_keys(out, table.keys, item);
  return out;
}

Item index_entry(const Table& table, const Index& index, const Item& item) {
  if (index.projects == Index::Projects::kAll) return item;
  Item entry;
  for (const Attribute& attribute : item) {
    if (table.projects(index, attribute.name)) entry.append(attribute.name, attribute.value);
  }
  return entry;
}

Bounds segment_bounds(const Table& table, const Index* index, const Segment& segment) {
  const std::string prefix = walk_prefix(table, index);
  auto bound = [&](std::uint64_t number) {
    std::string out = prefix;
    append_big_endian(out, (number << 32) / segment.total, 4);
    return out;
  };
  Bounds bounds;
  bounds.from = bound(segment.number);
  bounds.to = segment.number + 1 == segment.total ? storage::after_prefix(prefix)
                                                  : bound(segment.number + 1);
  return bounds;
}

Item key_attributes(const Table& table, const Index* index, const Item& item) {
  Item keys;
  auto take = [&](const KeySchema& schema) {
    for (const KeyAttribute* key : {&schema.hash, schema.range_or_null()}) {
      const AttributeValue* value = key != nullptr ? item.find(key->name) : nullptr;
      if (value != nullptr) keys.set(key->name, *value);
    }
  };
  take(table.keys);
  if (index != nullptr) take(index->keys);
  return keys;
}

}  // namespace fairlead::dynamodb
