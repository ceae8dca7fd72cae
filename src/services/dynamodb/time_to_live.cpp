// UpdateTimeToLive, DescribeTimeToLive, and the sweep that deletes what has expired.
#include <cmath>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_format.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

// AWS leaves alone what expired more than five years ago: most likely not a time in seconds.
constexpr std::int64_t kFiveYears = 5ll * 365 * 24 * 60 * 60;

bool is_expired(const Table& table, const Item& item, std::int64_t now_s) {
  const AttributeValue* value = item.find(table.ttl_attribute);
  const Number* time = value != nullptr ? value->as<Number>() : nullptr;
  return time != nullptr && *time < Number(now_s) && *time > Number(now_s - kFiveYears);
}

Status sweep_table(DynamoDb& service, const TablePointer& table, std::size_t limit,
                   std::size_t& swept) {
  if (!table->gate->enter()) return {};  // changing right now: the next sweep sees it
  const WriteTicket ticket{TablePointer(table)};
  const std::int64_t now_s = service.clock().now_ms() / 1000;
  std::vector<std::string> expired;
  const std::string prefix = walk_prefix(*table, nullptr);
  auto cursor =
      service.store().range(storage::Family::kItems, prefix, storage::after_prefix(prefix));
  for (; cursor->valid() && swept + expired.size() < limit; cursor->next()) {
    auto item = decode_item(cursor->value());
    if (item.ok() && is_expired(*table, *item, now_s)) expired.emplace_back(cursor->key());
  }
  TRY(cursor->status());
  cursor.reset();
  for (const std::string& key : expired) {
    auto apply = [&](const Item* before) -> Result<Change> {
      if (before == nullptr) return Change{};
      if (!is_expired(*table, *before, now_s))
        return Change{*before, ChangedBy::kTimeToLive};  // prolonged meanwhile
      ++swept;
      return Change{std::nullopt, ChangedBy::kTimeToLive};
    };
    TRY(update(service, *table, key, apply));
  }
  return {};
}

}  // namespace

Result<std::size_t> DynamoDb::sweep_expired_items(std::size_t limit) {
  std::size_t swept = 0;
  for (const TablePointer& table : TRY(tables_.all())) {
    if (swept >= limit) break;
    if (!table->ttl_attribute.empty()) TRY(sweep_table(*this, table, limit, swept));
  }
  return swept;
}

Result<Json> update_time_to_live(DynamoDb& service, Context& cx, const Json& input) {
  const Json& specification = input["TimeToLiveSpecification"];
  const std::string attribute = specification["AttributeName"].string_or("");
  const bool enabled = specification["Enabled"].bool_or(false);
  auto change = [&](Table& next) -> Status {
    if (enabled) {
      if (!next.ttl_attribute.empty()) return validation("TimeToLive is already enabled");
      next.ttl_attribute = attribute;
      return {};
    }
    if (next.ttl_attribute.empty()) return validation("TimeToLive is already disabled");
    if (next.ttl_attribute != attribute) {
      return validation(
          "TimeToLive is active on a different AttributeName: current AttributeName is " +
          next.ttl_attribute);
    }
    next.ttl_attribute.clear();
    return {};
  };
  TRY(service.tables().change(cx, input["TableName"].string_or(""), change));
  return Json::object({{"TimeToLiveSpecification", specification}});
}

Result<Json> describe_time_to_live(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(service.tables().describe(cx, input["TableName"].string_or("")));
  const bool on = !table->ttl_attribute.empty();
  Json description = Json::object({{"TimeToLiveStatus", on ? "ENABLED" : "DISABLED"}});
  if (on) description.set("AttributeName", table->ttl_attribute);
  return Json::object({{"TimeToLiveDescription", std::move(description)}});
}

}  // namespace fairlead::dynamodb
