// Every refusal of the DynamoDB service, named; the language's own are in lang/dynamodb/errors.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

extern const ErrorCode kConditionalCheckFailed;
extern const ErrorCode kResourceNotFound;
extern const ErrorCode kResourceInUse;
extern const ErrorCode kTableNotFound;
extern const ErrorCode kInternalServerError;
extern const ErrorCode kLimitExceeded;
extern const ErrorCode kExpiredIterator;
extern const ErrorCode kTrimmedDataAccess;

Error condition_failed(Json old_item);  // null: ReturnValuesOnConditionCheckFailure was NONE
Error data_table_not_found();           // data plane: "Requested resource not found"
Error table_not_found(std::string_view table);  // control plane
Error backups_table_not_found(std::string_view table);
Error resource_not_found(std::string_view arn);
Error table_exists(std::string_view table);
Error item_damaged();

// "One or more parameter values were invalid: " and the rest.
Error invalid_parameter(std::string_view what);

// Keys
Error key_schema_mismatch();
Error missing_key(std::string_view name);
Error key_type_mismatch(std::string_view name, std::string_view expected, std::string_view actual);
Error empty_key(std::string_view name, std::string_view kind);  // "string" or "binary"
Error hash_key_too_large();
Error range_key_too_large();
Error index_key_type_mismatch(std::string_view name, std::string_view expected,
                              std::string_view actual, std::string_view index);
Error empty_index_key(std::string_view name, std::string_view kind, std::string_view index);
Error updated_index_key_type();
Error updated_empty_index_key(std::string_view name, std::string_view kind, std::string_view index);
Error key_update(std::string_view name);

// Queries and scans
Error no_such_index(std::string_view index);
Error consistent_read_on_global_index();
Error invalid_start_key(std::string_view detail);

// Streams
Error stream_already_enabled(std::string_view table);
Error no_stream_to_disable(std::string_view table);
Error stream_not_found(std::string_view arn);
Error shard_not_found(std::string_view shard, std::string_view arn);
Error missing_sequence_number();
Error invalid_sequence_number(std::string_view text);
Error invalid_shard_iterator();
Error expired_iterator();
Error trimmed_data_access();

}  // namespace fairlead::dynamodb
