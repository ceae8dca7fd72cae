// Table: what is known about one table, and its record in the store. Immutable: a change makes a
// new Table, so that whoever holds one sees it whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "lang/dynamodb/key_condition.h"
#include "services/dynamodb/write_gate.h"

namespace fairlead::dynamodb {

class Stream;

struct KeySchema {
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
  const KeyAttribute* range_or_null() const { return range ? &*range : nullptr; }
  bool has(std::string_view name) const {
    return hash.name == name || (range && range->name == name);
  }
};

struct Throughput {
  std::int64_t read = 0, write = 0;  // units; 0 when paid by request
};

struct Index {
  enum class Kind : std::uint8_t { kGlobal, kLocal };
  enum class Projects : std::uint8_t { kAll, kKeysOnly, kInclude };
  std::string name;
  Kind kind = Kind::kGlobal;
  KeySchema keys;
  Projects projects = Projects::kAll;
  std::vector<std::string> included;  // kInclude
  Throughput throughput;
  std::uint32_t number = 0;  // in storage keys; never used again in its table
};

// What changes with every write: shared by all versions of a table.
struct TableStatistics {
  std::atomic<std::int64_t> items{0}, bytes{0};
  std::atomic<std::int64_t> saved_ms{0};
};

struct Table {
  std::string account, region, name;
  std::string id;            // the UUID that DescribeTable shows
  std::uint64_t number = 0;  // in storage keys; a table made anew gets another
  std::int64_t created_ms = 0;
  std::vector<KeyAttribute> attributes;  // AttributeDefinitions
  KeySchema keys;
  std::vector<Index> indexes;
  std::uint32_t next_index = 1;
  bool pay_per_request = false;
  std::int64_t pay_per_request_since_ms = 0;
  Throughput throughput;
  std::string table_class;  // empty: never named
  std::int64_t table_class_since_ms = 0;
  bool deletion_protection = false;
  Json sse;  // SSEDescription, or null
  Json tags = Json::array();
  std::string ttl_attribute;       // empty: off
  std::string stream_label;        // of the latest stream, on or off; empty: never had one
  std::shared_ptr<Stream> stream;  // null: off

  std::shared_ptr<TableStatistics> statistics = std::make_shared<TableStatistics>();
  // Writers of this version; closed before a newer one relies on their end.
  std::shared_ptr<WriteGate> gate = std::make_shared<WriteGate>();

  std::string arn() const;
  std::string latest_stream_arn() const;
  const Index* index(std::string_view index_name) const;
  const KeyAttribute* attribute(std::string_view attribute_name) const;
  // Attributes that an index entry carries; only for indexes that do not project everything.
  bool projects(const Index& index, std::string_view attribute_name) const;
  // A copy to change: same statistics, a gate of its own.
  Table next_version() const;
};
using TablePointer = std::shared_ptr<const Table>;

Json table_document(const Table& table);  // the store's record (docs/formats/items.md)
// All but `stream`, which is null: Tables finds it where names_enabled_stream says so.
Table table_from_document(const Json& document);
bool names_enabled_stream(const Json& document);

Json describe_key_schema(const KeySchema& keys);
Json describe_table(const Table& table);  // the TableDescription of the API

}  // namespace fairlead::dynamodb
