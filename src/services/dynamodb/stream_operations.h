// The handlers of service dynamodbstreams; their rows are in stream_operations.cpp.
#pragma once

#include "services/dynamodb/dynamodb.h"

namespace fairlead::dynamodb {

Result<Json> list_streams(DynamoDb& service, platform::Context& cx, const Json& input);
Result<Json> describe_stream(DynamoDb& service, platform::Context& cx, const Json& input);
Result<Json> get_shard_iterator(DynamoDb& service, platform::Context& cx, const Json& input);
Result<Json> get_records(DynamoDb& service, platform::Context& cx, const Json& input);

void add_dynamodb_streams(platform::Registry& registry, DynamoDb& service);

}  // namespace fairlead::dynamodb
