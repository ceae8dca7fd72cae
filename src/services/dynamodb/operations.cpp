// The operation table of DynamoDB. What is not here answers 501 by name.
#include "services/dynamodb/operations.h"

#include "base/arn.h"
#include "base/limits.h"
#include "services/dynamodb/stream_operations.h"

namespace fairlead::dynamodb {

namespace {

using platform::json;
using platform::OperationKind;
constexpr OperationKind Read = OperationKind::kRead, Write = OperationKind::kWrite;
constexpr std::size_t kBody = limits::kMaxDynamoDbBody;

std::string arn_of(const Context& cx, const std::string& name) {
  return format_arn("dynamodb", cx.region, cx.account, "table/" + name);
}

std::string table_arn(const Context& cx, const Json& input) {
  return arn_of(cx, input["TableName"].string_or(""));
}

// Query and Scan of an index are permissions on the index.
std::string index_arn(const Context& cx, const Json& input) {
  const std::string index = input["IndexName"].string_or("");
  return table_arn(cx, input) + (index.empty() ? "" : "/index/" + index);
}

// Several tables at once: only a policy that covers every table lets it pass.
std::string batch_arn(const Context& cx, const Json& input) {
  const Json& tables = input["RequestItems"];
  if (tables.size() == 1) return arn_of(cx, tables.members().front().key);
  return arn_of(cx, "*");
}

std::string resource_arn(const Context&, const Json& input) {
  return input["ResourceArn"].string_or("*");
}

const platform::Operation kOperations[] = {
    // name, permission, resource, kind, handler, largest body
    {"BatchGetItem", "dynamodb:BatchGetItem", batch_arn, Read, json<batch_get_item>, kBody},
    {"BatchWriteItem", "dynamodb:BatchWriteItem", batch_arn, Write, json<batch_write_item>, kBody},
    {"CreateTable", "dynamodb:CreateTable", table_arn, Write, json<create_table>},
    {"DeleteItem", "dynamodb:DeleteItem", table_arn, Write, json<delete_item>, kBody},
    {"DeleteTable", "dynamodb:DeleteTable", table_arn, Write, json<delete_table>},
    {"DescribeContinuousBackups", "dynamodb:DescribeContinuousBackups", table_arn, Read,
     json<describe_continuous_backups>},
    {"DescribeEndpoints", "dynamodb:DescribeEndpoints", platform::any_resource, Read,
     json<describe_endpoints>},
    {"DescribeLimits", "dynamodb:DescribeLimits", platform::any_resource, Read,
     json<describe_limits>},
    {"DescribeTable", "dynamodb:DescribeTable", table_arn, Read, json<describe_table_operation>},
    {"DescribeTimeToLive", "dynamodb:DescribeTimeToLive", table_arn, Read,
     json<describe_time_to_live>},
    {"GetItem", "dynamodb:GetItem", table_arn, Read, json<get_item>, kBody},
    {"ListTables", "dynamodb:ListTables", platform::any_resource, Read, json<list_tables>},
    {"ListTagsOfResource", "dynamodb:ListTagsOfResource", resource_arn, Read,
     json<list_tags_of_resource>},
    {"PutItem", "dynamodb:PutItem", table_arn, Write, json<put_item>, kBody},
    {"Query", "dynamodb:Query", index_arn, Read, json<query>, kBody},
    {"Scan", "dynamodb:Scan", index_arn, Read, json<scan>, kBody},
    {"TagResource", "dynamodb:TagResource", resource_arn, Write, json<tag_resource>},
    {"UntagResource", "dynamodb:UntagResource", resource_arn, Write, json<untag_resource>},
    {"UpdateItem", "dynamodb:UpdateItem", table_arn, Write, json<update_item>, kBody},
    {"UpdateTable", "dynamodb:UpdateTable", table_arn, Write, json<update_table>},
    {"UpdateTimeToLive", "dynamodb:UpdateTimeToLive", table_arn, Write, json<update_time_to_live>},
};

}  // namespace

void add_dynamodb(platform::Registry& registry, DynamoDb& service) {
  registry.add("dynamodb", kOperations, &service);
  add_dynamodb_streams(registry, service);
}

}  // namespace fairlead::dynamodb
