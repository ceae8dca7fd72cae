// DescribeTable, ListTables, DeleteTable, and the small descriptions that tools ask for.
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"

namespace fairlead::dynamodb {

namespace {
constexpr std::int64_t kListLimit = 100;
}

Result<Json> describe_table_operation(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(service.tables().describe(cx, input["TableName"].string_or("")));
  return Json::object({{"Table", describe_table(*table)}});
}

Result<Json> list_tables(DynamoDb& service, Context& cx, const Json& input) {
  const auto limit = static_cast<std::size_t>(input["Limit"].int_or(kListLimit));
  auto names =
      TRY(service.tables().names(cx, input["ExclusiveStartTableName"].string_or(""), limit + 1));
  const bool more = names.size() > limit;
  if (more) names.resize(limit);
  Json list = Json::array();
  for (const std::string& name : names) list.push_back(name);
  Json reply = Json::object({{"TableNames", std::move(list)}});
  if (more) reply.set("LastEvaluatedTableName", names.back());
  return reply;
}

Result<Json> delete_table(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(service.tables().erase(
      cx, input["TableName"].string_or(""), [](const Table& current) -> Status {
        if (!current.deletion_protection) return {};
        return validation(
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
      }));
  Json description = describe_table(*table);
  description.set("TableStatus", "DELETING");
  for (const char* gone : {"AttributeDefinitions", "KeySchema", "CreationDateTime",
                           "GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    description.erase(gone);
  }
  return Json::object({{"TableDescription", std::move(description)}});
}

Result<Json> describe_continuous_backups(DynamoDb& service, Context& cx, const Json& input) {
  const std::string name = input["TableName"].string_or("");
  if (!TRY(service.tables().look_up(cx.account, cx.region, name))) {
    return backups_table_not_found(name);
  }
  Json recovery = Json::object({{"PointInTimeRecoveryStatus", "DISABLED"}});
  return Json::object({{"ContinuousBackupsDescription",
                        Json::object({{"ContinuousBackupsStatus", "ENABLED"},
                                      {"PointInTimeRecoveryDescription", std::move(recovery)}})}});
}

Result<Json> describe_limits(DynamoDb&, Context&, const Json&) {
  return Json::object({{"AccountMaxReadCapacityUnits", 80000},
                       {"AccountMaxWriteCapacityUnits", 80000},
                       {"TableMaxReadCapacityUnits", 40000},
                       {"TableMaxWriteCapacityUnits", 40000}});
}

Result<Json> describe_endpoints(DynamoDb&, Context& cx, const Json&) {
  Json endpoint = Json::object({{"Address", cx.host}, {"CachePeriodInMinutes", 1440}});
  return Json::object({{"Endpoints", Json::array({std::move(endpoint)})}});
}

}  // namespace fairlead::dynamodb
