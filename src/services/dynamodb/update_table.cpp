// UpdateTable: billing, throughput, class, protection, and global indexes. A new index is filled
// before the answer, so it too is ACTIVE at once.
#include <algorithm>

#include "platform/operation.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_format.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_input.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

using storage::Family;

Status change_billing(const Json& input, Table& next, std::int64_t now_ms) {
  const std::string mode = input["BillingMode"].string_or("");
  const bool by_request = mode.empty() ? next.pay_per_request : mode == "PAY_PER_REQUEST";
  if (by_request && !next.pay_per_request) {
    next.pay_per_request_since_ms = now_ms;
    next.throughput = {};
    for (Index& index : next.indexes) index.throughput = {};
  }
  const bool switched_back = !by_request && next.pay_per_request;
  next.pay_per_request = by_request;
  const Json& units = input["ProvisionedThroughput"];
  if (units.is_null() && !switched_back) return {};
  const Throughput wanted = TRY(read_throughput(units, next, ""));
  const bool same = wanted.read == next.throughput.read && wanted.write == next.throughput.write;
  if (same && !switched_back && !input.has("GlobalSecondaryIndexUpdates")) {
    return validation(
        "The provisioned throughput for the table will not change. The requested value equals the "
        "current value. Current ReadCapacityUnits provisioned for the table: " +
        std::to_string(wanted.read) +
        ". Requested ReadCapacityUnits: " + std::to_string(wanted.read) +
        ". Current WriteCapacityUnits provisioned for the table: " + std::to_string(wanted.write) +
        ". Requested WriteCapacityUnits: " + std::to_string(wanted.write) +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
        "higher limits.");
  }
  next.throughput = wanted;
  return {};
}

auto find_global(Table& table, const std::string& name) {
  return std::find_if(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
    return index.name == name && index.kind == Index::Kind::kGlobal;
  });
}

// What happens to indexes once the new version is in force.
struct IndexWork {
  std::vector<std::uint32_t> fill;
  std::vector<std::uint32_t> drop;
};

Status change_index(const Json& update, Table& next, IndexWork& work) {
  if (update.has("Create")) {
    Index index = TRY(read_index(update["Create"], Index::Kind::kGlobal, next));
    index.number = next.next_index++;
    work.fill.push_back(index.number);
    next.indexes.push_back(std::move(index));
    return {};
  }
  const char* verb = update.has("Update") ? "Update" : "Delete";
  if (!update.has(verb)) {
    return invalid_parameter(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null");
  }
  const std::string name = update[verb]["IndexName"].string_or("");
  auto index = find_global(next, name);
  if (index == next.indexes.end()) {
    return Error{&kResourceNotFound, "Requested resource not found", {}};
  }
  if (update.has("Update")) {
    index->throughput = TRY(read_throughput(update["Update"]["ProvisionedThroughput"], next, name));
    return {};
  }
  work.drop.push_back(index->number);
  next.indexes.erase(index);
  return {};
}

Status change_indexes(const Json& input, Table& next, IndexWork& work) {
  const Json& updates = input["GlobalSecondaryIndexUpdates"];
  if (updates.items().empty()) return {};
  if (input.has("AttributeDefinitions")) {
    next.attributes = TRY(read_attribute_definitions(input["AttributeDefinitions"]));
    auto defined = [&](const KeySchema& keys) {
      return next.attribute(keys.hash.name) != nullptr &&
             (!keys.range || next.attribute(keys.range->name) != nullptr);
    };
    bool all = defined(next.keys);
    for (const Index& index : next.indexes) all = all && defined(index.keys);
    if (!all) {
      return invalid_parameter(
          "Some index key attributes are not defined in AttributeDefinitions.");
    }
  }
  for (const Json& update : updates.items()) TRY(change_index(update, next, work));
  if (work.fill.size() + work.drop.size() > 1) {
    return Error{&kLimitExceeded,
                 "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                 "simultaneously per table",
                 {}};
  }
  TRY(check_index_count(next));
  // Definitions that only a dropped index used go with it.
  std::erase_if(next.attributes, [&](const KeyAttribute& attribute) {
    bool used = next.keys.has(attribute.name);
    for (const Index& index : next.indexes) used = used || index.keys.has(attribute.name);
    return !used && !work.drop.empty();
  });
  return check_definitions_used(next);
}

// Entries for the items that were there before the index. Writers already maintain it, so each item
// is read again under its lock.
Status fill_index(DynamoDb& service, const Table& table, const Index& index) {
  const std::string prefix = walk_prefix(table, nullptr);
  const auto view = service.store().snapshot();
  auto cursor = view->range(Family::kItems, prefix, storage::after_prefix(prefix));
  constexpr std::size_t kChunk = 64;
  while (cursor->valid()) {
    std::vector<std::string> keys;
    for (; cursor->valid() && keys.size() < kChunk; cursor->next()) {
      keys.emplace_back(cursor->key());
    }
    auto guard = service.item_locks().lock_all(keys);
    storage::Batch batch;
    for (const std::string& key : keys) {
      auto item = TRY(read_item_at(service.store(), key));
      if (item) TRY(stage_index_entry(table, index, *item, batch));
    }
    if (!batch.empty()) TRY(service.store().commit(std::move(batch)));
  }
  return cursor->status();
}

Status finish_indexes(DynamoDb& service, const Table& table, const IndexWork& work) {
  for (const Index& index : table.indexes) {
    if (std::find(work.fill.begin(), work.fill.end(), index.number) != work.fill.end()) {
      TRY(fill_index(service, table, index));
    }
  }
  for (std::uint32_t number : work.drop) {
    Index gone;
    gone.number = number;
    const std::string prefix = walk_prefix(table, &gone);
    storage::Batch batch;
    batch.erase_range(Family::kIndexes, prefix, storage::after_prefix(prefix));
    TRY(service.store().commit(std::move(batch)));
  }
  return {};
}

Status change_stream(DynamoDb& service, const Json& input, Table& next) {
  const Json& specification = input["StreamSpecification"];
  if (specification.is_null()) return {};
  if (input.has("ProvisionedThroughput")) {
    return invalid_parameter("You cannot modify stream status while updating table IOPS");
  }
  const auto view = TRY(read_stream_view(specification));
  if (!view) {
    if (!next.stream) return no_stream_to_disable(next.name);
    next.stream = nullptr;
    return {};
  }
  if (next.stream) return stream_already_enabled(next.name);
  next.stream = TRY(service.streams().make(next, *view));
  next.stream_label = next.stream->facts().label;
  return {};
}

bool asks_nothing(const Json& input) {
  for (const char* member :
       {"BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates",
        "StreamSpecification", "SSESpecification", "TableClass", "DeletionProtectionEnabled"}) {
    if (input.has(member)) return false;
  }
  return true;
}

}  // namespace

Result<Json> update_table(DynamoDb& service, Context& cx, const Json& input) {
  for (const char* later : {"ReplicaUpdates", "OnDemandThroughput", "WarmThroughput"}) {
    if (input.has(later)) return platform::not_implemented(later);
  }
  if (asks_nothing(input)) {
    return validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
  }
  const std::int64_t now_ms = service.clock().now_ms();
  IndexWork work;
  auto change = [&](Table& next) -> Status {
    TRY(change_billing(input, next, now_ms));
    TRY(change_indexes(input, next, work));
    TRY(change_stream(service, input, next));
    if (input.has("SSESpecification")) next.sse = read_sse(input["SSESpecification"], next);
    if (input.has("TableClass")) {
      next.table_class = input["TableClass"].string_or("");
      next.table_class_since_ms = now_ms;
    }
    next.deletion_protection = input["DeletionProtectionEnabled"].bool_or(next.deletion_protection);
    return {};
  };
  auto finish = [&](const Table& next) { return finish_indexes(service, next, work); };
  const TablePointer table =
      TRY(service.tables().change(cx, input["TableName"].string_or(""), change, finish));
  return Json::object({{"TableDescription", describe_table(*table)}});
}

}  // namespace fairlead::dynamodb
