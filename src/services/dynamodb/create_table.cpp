// CreateTable. A table is ACTIVE at once: there is nothing to provision.
#include "base/ids.h"
#include "platform/operation.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_input.h"
#include "services/dynamodb/tags.h"

namespace fairlead::dynamodb {

namespace {

Status read_indexes(const Json& list, Index::Kind kind, Table& table) {
  if (!list.is_array()) return {};
  if (list.items().empty()) {
    return invalid_parameter(std::string("List of ") +
                             (kind == Index::Kind::kLocal ? "Local" : "Global") +
                             "SecondaryIndexes is empty");
  }
  for (const Json& json : list.items()) {
    Index index = TRY(read_index(json, kind, table));
    index.number = table.next_index++;
    table.indexes.push_back(std::move(index));
  }
  return {};
}

Result<Table> read_table(const platform::Context& cx, const Json& input, std::int64_t now_ms) {
  Table table;
  table.account = cx.account;
  table.region = cx.region;
  table.name = input["TableName"].string_or("");
  if (table.name.size() < 3) {
    return validation(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  table.pay_per_request = input["BillingMode"].string_or("PROVISIONED") == "PAY_PER_REQUEST";
  table.throughput = TRY(read_throughput(input["ProvisionedThroughput"], table, ""));
  table.attributes = TRY(read_attribute_definitions(input["AttributeDefinitions"]));
  table.keys = TRY(read_key_schema(input["KeySchema"], table.attributes, SchemaOf::kTable));
  TRY(read_indexes(input["LocalSecondaryIndexes"], Index::Kind::kLocal, table));
  TRY(read_indexes(input["GlobalSecondaryIndexes"], Index::Kind::kGlobal, table));
  TRY(check_index_count(table));
  TRY(check_definitions_used(table));
  for (const char* later :
       {"OnDemandThroughput", "ResourcePolicy", "VectorIndexes", "WarmThroughput"}) {
    if (input.has(later)) return platform::not_implemented(later);
  }
  table.tags = TRY(merge_tags(Json::array(), input["Tags"]));
  table.sse = read_sse(input["SSESpecification"], table);
  table.table_class = input["TableClass"].string_or("");
  table.deletion_protection = input["DeletionProtectionEnabled"].bool_or(false);
  table.id = uuid_v4();
  table.number = random_u64();
  table.created_ms = now_ms;
  if (table.pay_per_request) table.pay_per_request_since_ms = now_ms;
  return table;
}

}  // namespace

Result<Json> create_table(DynamoDb& service, Context& cx, const Json& input) {
  const auto view = TRY(read_stream_view(input["StreamSpecification"]));
  Table table = TRY(read_table(cx, input, service.clock().now_ms()));
  if (view) {
    table.stream = TRY(service.streams().make(table, *view));
    table.stream_label = table.stream->facts().label;
  }
  const TablePointer created = TRY(service.tables().create(std::move(table)));
  return Json::object({{"TableDescription", describe_table(*created)}});
}

}  // namespace fairlead::dynamodb
