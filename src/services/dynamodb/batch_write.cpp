// BatchWriteItem: up to 25 puts and deletes of any tables, here in one batch and one sync. (AWS
// promises less: each of them alone is atomic.)
#include <algorithm>
#include <set>

#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kMaxWrites = 25;

struct OneWrite {
  std::optional<Item> put;  // empty: a delete
  Item key;                 // of a delete
  std::string at;           // storage key
};
struct TableWrites {
  std::string name;
  std::vector<OneWrite> writes;
  std::optional<WriteTicket> table;
};

Result<OneWrite> read_write(const Json& request) {
  const bool put = request.has("PutRequest"), erase = request.has("DeleteRequest");
  if (!put && !erase) return empty_attribute_value();
  if (put && erase) return several_datatypes();
  OneWrite write;
  if (erase) {
    write.key = TRY(read_item(request["DeleteRequest"]["Key"]));
    return write;
  }
  write.put = TRY(read_item(request["PutRequest"]["Item"]));
  if (size_of(*write.put) > kMaxItemBytes) return item_too_large();
  return write;
}

Result<std::vector<TableWrites>> read(const Json& input) {
  std::vector<TableWrites> tables;
  std::size_t total = 0;
  for (const Json::Member& member : input["RequestItems"].members()) {
    TableWrites table;
    table.name = member.key;
    for (const Json& request : member.value.items()) {
      table.writes.push_back(TRY(read_write(request)));
    }
    total += table.writes.size();
    tables.push_back(std::move(table));
  }
  if (total > kMaxWrites) return validation("Too many items requested for the BatchWriteItem call");
  return tables;
}

Status require(DynamoDb& service, const Context& cx, std::vector<TableWrites>& tables) {
  std::vector<std::string> names;
  for (const TableWrites& entry : tables) names.push_back(entry.name);
  std::vector<WriteTicket> tickets = TRY(service.tables().open_all_for_write(cx, names));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    TableWrites& entry = tables[i];
    entry.table.emplace(std::move(tickets[i]));
    const Table& table = **entry.table;
    std::set<std::string> seen;
    for (OneWrite& write : entry.writes) {
      if (write.put) {
        TRY(check_item_keys(table, *write.put));
        TRY(check_index_keys(table, *write.put, WrittenBy::kPut));
      } else {
        TRY(check_key(table, write.key));
      }
      write.at = item_key(table, write.put ? *write.put : write.key);
      if (!seen.insert(write.at).second) {
        return validation("Provided list of item keys contains duplicates");
      }
    }
  }
  return {};
}

}  // namespace

Result<Json> batch_write_item(DynamoDb& service, Context& cx, const Json& input) {
  std::vector<TableWrites> tables = TRY(read(input));
  TRY(require(service, cx, tables));
  std::vector<std::string> keys;
  for (const TableWrites& table : tables) {
    for (const OneWrite& write : table.writes) keys.push_back(write.at);
  }
  auto guard = service.item_locks().lock_all(keys);
  WriteBatch batch;
  Json capacities = Json::array();
  for (TableWrites& entry : tables) {
    Usage usage;
    for (OneWrite& write : entry.writes) {
      Written written = TRY(stage(
          service, **entry.table, write.at,
          [&](const Item*) -> Result<Change> { return Change{std::move(write.put)}; }, batch));
      usage.add(written.usage);
    }
    Json capacity = consumed_capacity(input["ReturnConsumedCapacity"], **entry.table, usage);
    if (!capacity.is_null()) capacities.push_back(std::move(capacity));
  }
  TRY(batch.commit(service.store()));
  Json reply = Json::object({{"UnprocessedItems", Json::object()}});
  if (!capacities.empty()) reply.set("ConsumedCapacity", std::move(capacities));
  return reply;
}

}  // namespace fairlead::dynamodb
