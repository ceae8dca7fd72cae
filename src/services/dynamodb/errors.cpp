// The wording of the service's errors.
#include "services/dynamodb/errors.h"

namespace fairlead::dynamodb {

#define FAIRLEAD_DYNAMODB_TYPE(name) "com.amazonaws.dynamodb.v20120810#" name
const ErrorCode kConditionalCheckFailed{"ConditionalCheckFailedException", 400,
                                        FAIRLEAD_DYNAMODB_TYPE("ConditionalCheckFailedException")};
const ErrorCode kResourceNotFound{"ResourceNotFoundException", 400,
                                  FAIRLEAD_DYNAMODB_TYPE("ResourceNotFoundException")};
const ErrorCode kResourceInUse{"ResourceInUseException", 400,
                               FAIRLEAD_DYNAMODB_TYPE("ResourceInUseException")};
const ErrorCode kTableNotFound{"TableNotFoundException", 400,
                               FAIRLEAD_DYNAMODB_TYPE("TableNotFoundException")};
const ErrorCode kInternalServerError{"InternalServerError", 500,
                                     FAIRLEAD_DYNAMODB_TYPE("InternalServerError")};
const ErrorCode kLimitExceeded{"LimitExceededException", 400,
                               FAIRLEAD_DYNAMODB_TYPE("LimitExceededException")};
const ErrorCode kExpiredIterator{"ExpiredIteratorException", 400,
                                 FAIRLEAD_DYNAMODB_TYPE("ExpiredIteratorException")};
const ErrorCode kTrimmedDataAccess{"TrimmedDataAccessException", 400,
                                   FAIRLEAD_DYNAMODB_TYPE("TrimmedDataAccessException")};
#undef FAIRLEAD_DYNAMODB_TYPE

Error condition_failed(Json old_item) {
  Error error{&kConditionalCheckFailed, "The conditional request failed", {}};
  if (!old_item.is_null()) error.detail = Json::object({{"Item", std::move(old_item)}});
  return error;
}

Error data_table_not_found() {
  return Error{&kResourceNotFound, "Requested resource not found", {}};
}

Error table_not_found(std::string_view table) {
  return Error{&kResourceNotFound,
               "Requested resource not found: Table: " + std::string(table) + " not found",
               {}};
}

Error backups_table_not_found(std::string_view table) {
  return Error{&kTableNotFound, "Table not found: " + std::string(table), {}};
}

Error resource_not_found(std::string_view arn) {
  return Error{&kResourceNotFound,
               "Requested resource not found: ResourcArn: " + std::string(arn) + " not found",
               {}};
}

Error table_exists(std::string_view table) {
  return Error{&kResourceInUse, "Table already exists: " + std::string(table), {}};
}

Error item_damaged() {
  return Error{&kInternalServerError, "Internal server error: a stored item is damaged", {}};
}

Error invalid_parameter(std::string_view what) {
  return validation("One or more parameter values were invalid: " + std::string(what));
}

Error key_schema_mismatch() {
  return validation("The provided key element does not match the schema");
}

Error missing_key(std::string_view name) {
  return invalid_parameter("Missing the key " + std::string(name) + " in the item");
}

Error key_type_mismatch(std::string_view name, std::string_view expected, std::string_view actual) {
  std::string text = "Type mismatch for key ";
  text.append(name).append(" expected: ").append(expected).append(" actual: ").append(actual);
  return invalid_parameter(text);
}

Error empty_key(std::string_view name, std::string_view kind) {
  std::string text =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty ";
  return validation(text.append(kind).append(" value. Key: ").append(name));
}

Error hash_key_too_large() {
  return invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
}

Error range_key_too_large() {
  return invalid_parameter(
      "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

Error index_key_type_mismatch(std::string_view name, std::string_view expected,
                              std::string_view actual, std::string_view index) {
  std::string text = "Type mismatch for Index Key ";
  text.append(name).append(" Expected: ").append(expected).append(" Actual: ").append(actual);
  return invalid_parameter(text.append(" IndexName: ").append(index));
}

Error empty_index_key(std::string_view name, std::string_view kind, std::string_view index) {
  std::string text =
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. The AttributeValue for a key attribute cannot contain an empty ";
  text.append(kind).append(" value. IndexName: ").append(index).append(", IndexKey: ").append(name);
  return validation(std::move(text));
}

Error updated_index_key_type() {
  return validation(
      "The update expression attempted to update the secondary index key to unsupported type");
}

Error updated_empty_index_key(std::string_view name, std::string_view kind,
                              std::string_view index) {
  std::string text =
      "One or more parameter values are not valid. The update expression attempted to update a "
      "secondary index key to a value that is not supported. The AttributeValue for a key "
      "attribute "
      "cannot contain an empty ";
  text.append(kind).append(" value. IndexName: ").append(index).append(", IndexKey: ").append(name);
  return validation(std::move(text));
}

Error key_update(std::string_view name) {
  return invalid_parameter("Cannot update attribute " + std::string(name) +
                           ". This attribute is part of the key");
}

Error no_such_index(std::string_view index) {
  return validation("The table does not have the specified index: " + std::string(index));
}

Error consistent_read_on_global_index() {
  return validation("Consistent reads are not supported on global secondary indexes");
}

Error invalid_start_key(std::string_view detail) {
  std::string text = "The provided starting key is invalid";
  if (!detail.empty()) text.append(": ").append(detail);
  return validation(std::move(text));
}

Error stream_already_enabled(std::string_view table) {
  return validation("Table already has an enabled stream: TableName: " + std::string(table));
}

Error no_stream_to_disable(std::string_view table) {
  return validation("Table has no stream to disable: TableName: " + std::string(table));
}

Error stream_not_found(std::string_view arn) {
  return Error{&kResourceNotFound,
               "Requested resource not found: Stream: " + std::string(arn) + " not found",
               {}};
}

Error shard_not_found(std::string_view shard, std::string_view arn) {
  std::string text = "Requested resource not found: Shard: ";
  text.append(shard).append(" in Stream: ").append(arn).append(" not found");
  return Error{&kResourceNotFound, std::move(text), {}};
}

Error missing_sequence_number() {
  return validation(
      "SequenceNumber must be given when ShardIteratorType is AT_SEQUENCE_NUMBER or "
      "AFTER_SEQUENCE_NUMBER");
}

Error invalid_sequence_number(std::string_view text) {
  return validation("Invalid SequenceNumber: " + std::string(text));
}

Error invalid_shard_iterator() { return validation("Invalid ShardIterator"); }

Error expired_iterator() {
  return Error{&kExpiredIterator,
               "The shard iterator has expired: it can be used for 15 minutes after it was made",
               {}};
}

Error trimmed_data_access() {
  return Error{&kTrimmedDataAccess,
               "The operation attempted to read past the oldest stream record in a shard",
               {}};
}

}  // namespace fairlead::dynamodb
