// The handlers of the operation table, each in the file that its group names.
#pragma once

#include "services/dynamodb/dynamodb.h"

namespace fairlead::dynamodb {

using platform::Context;

// create_table.cpp, update_table.cpp, table_operations.cpp
Result<Json> create_table(DynamoDb& service, Context& cx, const Json& input);
Result<Json> update_table(DynamoDb& service, Context& cx, const Json& input);
Result<Json> describe_table_operation(DynamoDb& service, Context& cx, const Json& input);
Result<Json> list_tables(DynamoDb& service, Context& cx, const Json& input);
Result<Json> delete_table(DynamoDb& service, Context& cx, const Json& input);
Result<Json> describe_continuous_backups(DynamoDb& service, Context& cx, const Json& input);
Result<Json> describe_limits(DynamoDb& service, Context& cx, const Json& input);
Result<Json> describe_endpoints(DynamoDb& service, Context& cx, const Json& input);

// tags.cpp
Result<Json> tag_resource(DynamoDb& service, Context& cx, const Json& input);
Result<Json> untag_resource(DynamoDb& service, Context& cx, const Json& input);
Result<Json> list_tags_of_resource(DynamoDb& service, Context& cx, const Json& input);

// time_to_live.cpp
Result<Json> update_time_to_live(DynamoDb& service, Context& cx, const Json& input);
Result<Json> describe_time_to_live(DynamoDb& service, Context& cx, const Json& input);

// item_operations.cpp
Result<Json> get_item(DynamoDb& service, Context& cx, const Json& input);
Result<Json> put_item(DynamoDb& service, Context& cx, const Json& input);
Result<Json> delete_item(DynamoDb& service, Context& cx, const Json& input);
Result<Json> update_item(DynamoDb& service, Context& cx, const Json& input);

// query.cpp, scan.cpp
Result<Json> query(DynamoDb& service, Context& cx, const Json& input);
Result<Json> scan(DynamoDb& service, Context& cx, const Json& input);

// batch_get.cpp, batch_write.cpp
Result<Json> batch_get_item(DynamoDb& service, Context& cx, const Json& input);
Result<Json> batch_write_item(DynamoDb& service, Context& cx, const Json& input);

}  // namespace fairlead::dynamodb
