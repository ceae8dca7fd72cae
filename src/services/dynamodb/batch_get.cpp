// BatchGetItem: up to 100 items of any tables; what does not fit 16 MB comes back as
// UnprocessedKeys.
#include <set>

#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/request.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxReplyBytes = 16 * 1024 * 1024;

// What is asked of one table.
struct TableKeys {
  std::string name;
  const Json* asked = nullptr;
  Expressions expressions;
  std::vector<Item> keys;
  TablePointer table;
};

Result<std::vector<TableKeys>> read(const Json& input) {
  std::vector<TableKeys> tables;
  std::size_t total = 0;
  for (const Json::Member& member : input["RequestItems"].members()) {
    TableKeys keys;
    keys.name = member.key;
    keys.asked = &member.value;
    keys.expressions = TRY(read_expressions(member.value, {"ProjectionExpression"}));
    for (const Json& key : member.value["Keys"].items()) keys.keys.push_back(TRY(read_item(key)));
    total += keys.keys.size();
    tables.push_back(std::move(keys));
  }
  if (total > kMaxKeys) return validation("Too many items requested for the BatchGetItem call");
  return tables;
}

Status require(DynamoDb& service, const Context& cx, std::vector<TableKeys>& tables) {
  for (TableKeys& keys : tables) {
    keys.table = TRY(service.tables().find(cx, keys.name));
    std::set<std::string> seen;
    for (const Item& key : keys.keys) {
      TRY(check_key(*keys.table, key));
      if (!seen.insert(item_key(*keys.table, key)).second) {
        return validation("Provided list of item keys contains duplicates");
      }
    }
  }
  return {};
}

// The keys from `from` on, with everything else that was asked of the table.
Json unprocessed(const TableKeys& keys, std::size_t from) {
  Json rest = Json::array();
  for (std::size_t i = from; i < keys.keys.size(); ++i) rest.push_back(write_item(keys.keys[i]));
  Json again = *keys.asked;
  again.set("Keys", std::move(rest));
  return again;
}

}  // namespace

Result<Json> batch_get_item(DynamoDb& service, Context& cx, const Json& input) {
  std::vector<TableKeys> tables = TRY(read(input));
  TRY(require(service, cx, tables));
  Json responses = Json::object(), left = Json::object(), capacities = Json::array();
  std::size_t bytes = 0;
  for (const TableKeys& keys : tables) {
    const auto consistency = (*keys.asked)["ConsistentRead"].bool_or(false)
                                 ? Consistency::kStrong
                                 : Consistency::kEventual;
    Json items = Json::array();
    Usage usage;
    std::size_t done = 0;
    for (; done < keys.keys.size() && bytes < kMaxReplyBytes; ++done) {
      auto item = TRY(read_item_at(service.store(), item_key(*keys.table, keys.keys[done])));
      usage.table += read_units(item ? size_of(*item) : 0, consistency);
      if (!item) continue;
      bytes += size_of(*item);
      if (keys.expressions.projection) item = project(*item, *keys.expressions.projection);
      items.push_back(write_item(std::move(*item)));
    }
    if (done < keys.keys.size()) left.set(keys.name, unprocessed(keys, done));
    responses.set(keys.name, std::move(items));
    Json capacity = consumed_capacity(input["ReturnConsumedCapacity"], *keys.table, usage);
    if (!capacity.is_null()) capacities.push_back(std::move(capacity));
  }
  Json reply =
      Json::object({{"Responses", std::move(responses)}, {"UnprocessedKeys", std::move(left)}});
  if (!capacities.empty()) reply.set("ConsumedCapacity", std::move(capacities));
  return reply;
}

}  // namespace fairlead::dynamodb
