// The wording of AWS's validation errors, all violations of an input in one message.
#include <gtest/gtest.h>

#include "base/json_parse.h"
#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

std::string verdict(const char* service, const char* operation, const std::string& input) {
  const OperationModel model = Models::house().find_service(service).find_operation(operation);
  const Status status = validate(model, parse_json(input).value());
  if (status.ok()) return "";
  return std::string(status.error().code->name) + ": " + status.error().message;
}

struct Row {
  const char *service, *operation, *input, *expected;
};
const Row kRows[] = {
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":{"a":{"S":"b"}}})", ""},
    {"dynamodb", "DescribeTable", R"({"TableName":"ab"})",
     "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to "
     "satisfy constraint: Member must have length greater than or equal to 3"},
    {"dynamodb", "DescribeTable", R"({})",
     "ValidationException: 1 validation error detected: Value null at 'tableName' failed to "
     "satisfy constraint: Member must not be null"},
    {"dynamodb", "DescribeTable", R"({"TableName":"a;"})",
     "ValidationException: 2 validation errors detected: Value 'a;' at 'tableName' failed to "
     "satisfy constraint: Member must have length greater than or equal to 3; Value 'a;' at "
     "'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
     "[a-zA-Z0-9_.-]+"},
    {"dynamodb", "CreateTable",
     R"({"TableName":"abc","KeySchema":[{"AttributeName":"a","KeyType":"X"}],
           "AttributeDefinitions":[]})",
     "ValidationException: 1 validation error detected: Value 'X' at "
     "'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value "
     "set: [HASH, RANGE]"},
    {"dynamodb", "BatchGetItem", R"({"RequestItems":{}})",
     "ValidationException: 1 validation error detected: Value '{}' at 'requestItems' failed to "
     "satisfy constraint: Member must have length greater than or equal to 1"},
    {"dynamodb", "BatchGetItem", R"({"RequestItems":{"abc":{}}})",
     "ValidationException: 1 validation error detected: Value null at "
     "'requestItems.abc.member.keys' failed to satisfy constraint: Member must not be null"},
    {"dynamodb", "ListTables", R"({"Limit":0})",
     "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy "
     "constraint: Member must have value greater than or equal to 1"},
    {"dynamodb", "DescribeTable", R"({"TableName":23})",
     "SerializationException: NUMBER_VALUE cannot be converted to String"},
    {"dynamodb", "DescribeTable", R"({"TableName":2.5})",
     "SerializationException: DECIMAL_VALUE cannot be converted to String"},
    {"dynamodb", "DescribeTable", R"({"TableName":true})",
     "SerializationException: TRUE_VALUE cannot be converted to String"},
    {"dynamodb", "DescribeTable", R"({"TableName":[]})",
     "SerializationException: Unrecognized collection type class java.lang.String"},
    {"dynamodb", "DescribeTable", R"({"TableName":{}})",
     "SerializationException: Start of structure or map found where not expected"},
    {"dynamodb", "ListTables", R"({"Limit":"5"})",
     "SerializationException: STRING_VALUE cannot be converted to Integer"},
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":"x"})",
     "SerializationException: Unexpected field type"},
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":[]})",
     "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
     "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":{"a":"b"}})",
     "SerializationException: Unexpected value type in payload"},
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":{"a":{"B":"12345"}}})",
     "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: "
     "5"},
    {"dynamodb", "GetItem", R"({"TableName":"abc","Key":{"a":{"BOOL":"true"}}})",
     "SerializationException: Unexpected token received from parser"},
    {"logs", "CreateLogGroup", R"({"logGroupName":"a b"})",
     "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' "
     "failed to satisfy constraint: Member must satisfy regular expression pattern: "
     "[\\.\\-_/#A-Za-z0-9]+"},
    {"iam", "CreateRole", R"({"RoleName":"r"})",
     "ValidationError: 1 validation error detected: Value null at 'assumeRolePolicyDocument' "
     "failed to satisfy constraint: Member must not be null"},
    {"lambda", "CreateAlias", R"({"FunctionName":"f","Name":"12","FunctionVersion":"1"})",
     "ValidationException: 1 validation error detected: Value '12' at 'name' failed to satisfy "
     "constraint: Member must satisfy regular expression pattern: "
     "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"},
    {"lambda", "CreateFunction",
     R"({"FunctionName":"f","Role":"arn:aws:iam::123456789012:role/r","Code":{},
           "Runtime":"nodejs22.x"})",
     ""},
    {"apigatewayv2", "CreateApi", R"({"Name":"a"})",
     "BadRequestException: 1 validation error detected: Value null at 'protocolType' failed to "
     "satisfy constraint: Member must not be null"},
    {"lambda", "TagResource", R"({"Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",
           "Tags":{"a":"b"}})",
     ""},
    {"kinesis", "ListStreams", R"({"Unknown":17})", ""},
    {"iam", "GetRole", R"({"RoleName":"a b"})",
     "ValidationError: The specified value for roleName is invalid. It must contain only "
     "alphanumeric characters and/or the following: +=,.@_-"},
    {"iam", "ListRoles", R"({"PathPrefix":"/a/"})", ""},
    {"s3", "CopyObject", R"({"Bucket":"b","Key":"k","CopySource":"bkt/key"})", ""},
    {"s3", "PutBucketVersioning", R"({"Bucket":"b","VersioningConfiguration":{"Status":"on"}})",
     "MalformedXML: The XML you provided was not well-formed or did not validate against our "
     "published schema"},
    {"s3", "PutObject", R"({"Bucket":"b","Key":"k","ACL":"none"})",
     "InvalidArgument: 1 validation error detected: Value 'none' at 'aCL' failed to satisfy "
     "constraint: Member must satisfy enum value set: [private, public-read, public-read-write, "
     "authenticated-read, aws-exec-read, bucket-owner-read, bucket-owner-full-control]"},
};

TEST(Validate, Wording) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.input);
    EXPECT_EQ(verdict(row.service, row.operation, row.input), row.expected);
  }
}

TEST(Validate, ElementsOfListsAndKeysOfMaps) {
  EXPECT_EQ(verdict("kms", "UntagResource", R"({"KeyId":"k","TagKeys":["a",""]})"),
            "ValidationException: 1 validation error detected: Value '[a, ]' at 'tagKeys' failed "
            "to satisfy constraint: Member must satisfy constraint: [Member must have length less "
            "than or equal to 128, Member must have length greater than or equal to 1]");
  EXPECT_EQ(verdict("dynamodb", "BatchGetItem", R"({"RequestItems":{"a":{"Keys":[{}]}}})"),
            "ValidationException: 1 validation error detected: Value '{a={Keys=[{}]}}' at "
            "'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: "
            "[Member must have length less than or equal to 255, Member must have length greater "
            "than or equal to 3, Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9_.-]+]");
}

TEST(Validate, LengthsAreCharacters) {
  EXPECT_EQ(verdict("kms", "UntagResource",
                    R"({"KeyId":"k","TagKeys":["äääääääääääääääääääääääääääääääääääääääääääää)"
                    R"(ääääääääääääääääääääääääääääää"]})"),
            "");
}

TEST(Validate, TenViolationsAtMost) {
  std::string keys;
  for (int i = 0; i < 30; ++i) keys += R"({"AttributeName":"a","KeyType":"X"},)";
  keys.pop_back();
  const std::string text =
      verdict("dynamodb", "CreateTable",
              R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":[)" + keys + "]}");
  EXPECT_TRUE(text.starts_with("ValidationException: 10 validation errors detected: ")) << text;
}

TEST(Validate, SecretsAreNotShown) {
  const std::string text =
      verdict("iam", "CreateLoginProfile", R"({"UserName":"u","Password":""})");
  EXPECT_NE(text.find("Value at 'password'"), std::string::npos) << text;
}

TEST(Validate, DeepInputIsRefused) {
  std::string deep = R"({"S":"x"})";
  Json value = parse_json(deep).value();
  for (int i = 0; i < 400; ++i) {
    value = Json::object({{"L", Json::array({value})}});
  }
  const Json input = Json::object({{"TableName", "abc"}, {"Key", Json::object({{"a", value}})}});
  const OperationModel get = Models::house().find_service("dynamodb").find_operation("GetItem");
  EXPECT_FALSE(validate(get, input).ok());
}

}  // namespace
}  // namespace fairlead::wire
