// TableDescription, as DescribeTable and its relatives answer it.
#include "base/clock.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table.h"

namespace fairlead::dynamodb {

Json describe_key_schema(const KeySchema& keys) {
  Json schema = Json::array();
  schema.push_back(Json::object({{"AttributeName", keys.hash.name}, {"KeyType", "HASH"}}));
  if (keys.range) {
    schema.push_back(Json::object({{"AttributeName", keys.range->name}, {"KeyType", "RANGE"}}));
  }
  return schema;
}

namespace {

Json timestamp(std::int64_t ms) { return Json::number(epoch_seconds(ms)); }

Json throughput(const Throughput& units) {
  return Json::object({{"NumberOfDecreasesToday", 0},
                       {"ReadCapacityUnits", units.read},
                       {"WriteCapacityUnits", units.write}});
}

Json projection(const Index& index) {
  static constexpr const char* kNames[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
  Json json = Json::object({{"ProjectionType", kNames[static_cast<int>(index.projects)]}});
  if (index.projects == Index::Projects::kInclude) {
    Json names = Json::array();
    for (const std::string& name : index.included) names.push_back(name);
    json.set("NonKeyAttributes", std::move(names));
  }
  return json;
}

Json describe_index(const Table& table, const Index& index) {
  Json json = Json::object({{"IndexName", index.name},
                            {"KeySchema", describe_key_schema(index.keys)},
                            {"Projection", projection(index)}});
  if (index.kind == Index::Kind::kGlobal) {
    json.set("IndexStatus", "ACTIVE");
    json.set("ProvisionedThroughput", throughput(index.throughput));
  }
  json.set("IndexArn", table.arn() + "/index/" + index.name);
  return json;
}

}  // namespace

Json describe_table(const Table& table) {
  Json attributes = Json::array(), global = Json::array(), local = Json::array();
  for (const KeyAttribute& key : table.attributes) {
    attributes.push_back(
        Json::object({{"AttributeName", key.name}, {"AttributeType", type_name(key.type)}}));
  }
  for (const Index& index : table.indexes) {
    Json& list = index.kind == Index::Kind::kGlobal ? global : local;
    list.push_back(describe_index(table, index));
  }
  Json json = Json::object({{"AttributeDefinitions", std::move(attributes)},
                            {"TableName", table.name},
                            {"KeySchema", describe_key_schema(table.keys)},
                            {"TableStatus", "ACTIVE"},
                            {"CreationDateTime", timestamp(table.created_ms)},
                            {"ProvisionedThroughput", throughput(table.throughput)},
                            {"TableSizeBytes", table.statistics->bytes.load()},
                            {"ItemCount", table.statistics->items.load()},
                            {"TableArn", table.arn()},
                            {"TableId", table.id}});
  if (table.pay_per_request || table.pay_per_request_since_ms != 0) {
    Json summary =
        Json::object({{"BillingMode", table.pay_per_request ? "PAY_PER_REQUEST" : "PROVISIONED"}});
    if (table.pay_per_request_since_ms != 0) {
      summary.set("LastUpdateToPayPerRequestDateTime", timestamp(table.pay_per_request_since_ms));
    }
    json.set("BillingModeSummary", std::move(summary));
  }
  if (!local.empty()) json.set("LocalSecondaryIndexes", std::move(local));
  if (!global.empty()) json.set("GlobalSecondaryIndexes", std::move(global));
  if (table.stream) {
    json.set("StreamSpecification",
             Json::object({{"StreamEnabled", true},
                           {"StreamViewType", view_name(table.stream->facts().view)}}));
  }
  if (!table.stream_label.empty()) {
    json.set("LatestStreamLabel", table.stream_label);
    json.set("LatestStreamArn", table.latest_stream_arn());
  }
  if (!table.sse.is_null()) json.set("SSEDescription", table.sse);
  if (!table.table_class.empty()) {
    Json summary = Json::object({{"TableClass", table.table_class}});
    if (table.table_class_since_ms != 0) {
      summary.set("LastUpdateDateTime", timestamp(table.table_class_since_ms));
    }
    json.set("TableClassSummary", std::move(summary));
  }
  json.set("DeletionProtectionEnabled", table.deletion_protection);
  return json;
}

}  // namespace fairlead::dynamodb
