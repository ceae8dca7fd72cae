// Outputs and errors to the bytes that each protocol's clients expect.
#include <gtest/gtest.h>

#include "base/hashes.h"
#include "base/json_parse.h"
#include "wire/auth_errors.h"
#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

Identified call_of(const char* service, const char* operation) {
  const ServiceModel model = Models::house().find_service(service);
  return {.dialect = {model, model.protocol()},
          .operation = model.find_operation(operation),
          .labels = {}};
}

std::string header(const HttpOutput& out, std::string_view name) {
  const std::string* found = HttpInput{"", "", "", out.headers, ""}.header(name);
  return found == nullptr ? "(none)" : *found;
}

HttpOutput answer(const char* service, const char* operation, const std::string& output,
                  std::string_view payload = "") {
  return serialise_output(call_of(service, operation), parse_json(output).value(), payload, "rid");
}

TEST(SerialiseOutput, DynamoDb) {
  const HttpOutput out = answer("dynamodb", "GetItem", R"({"Item":{"a":{"N":"1.50"}},"x":1})");
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.body, R"({"Item":{"a":{"N":"1.50"}},"x":1})");
  EXPECT_EQ(header(out, "content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(header(out, "x-amzn-requestid"), "rid");
  EXPECT_EQ(header(out, "x-amz-crc32"), std::to_string(crc32(out.body)));
  EXPECT_EQ(
      answer("dynamodb", "DescribeTable", R"({"Table":{"CreationDateTime":1768254296.599}})").body,
      R"({"Table":{"CreationDateTime":1768254296.599}})");
  EXPECT_EQ(answer("dynamodb", "TagResource", "null").body, "");
  EXPECT_EQ(answer("dynamodb", "ListTables", "{}").body, "{}");
}

TEST(SerialiseOutput, RestJson) {
  const HttpOutput api =
      answer("apigatewayv2", "CreateApi",
             R"({"ApiId":"a1","CreatedDate":1768254296,"Name":null,"Tags":{"K":"v"}})");
  EXPECT_EQ(api.status, 201);
  EXPECT_EQ(api.body, R"({"apiId":"a1","createdDate":"2026-01-12T21:44:56Z","tags":{"K":"v"}})");
  EXPECT_EQ(header(api, "content-type"), "application/json");
  const HttpOutput invoke =
      answer("lambda", "Invoke",
             R"({"StatusCode":202,"FunctionError":"Unhandled","ExecutedVersion":"$LATEST"})",
             R"({"errorMessage":"x"})");
  EXPECT_EQ(invoke.status, 202);
  EXPECT_EQ(invoke.body, R"({"errorMessage":"x"})");
  EXPECT_EQ(header(invoke, "x-amz-function-error"), "Unhandled");
  EXPECT_EQ(header(invoke, "x-amz-executed-version"), "$LATEST");
  const HttpOutput gone = answer("lambda", "DeleteFunction", "null");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
}

TEST(SerialiseOutput, Query) {
  const HttpOutput out = answer("iam", "GetRole",
                                R"({"Role":{"RoleName":"r<","CreateDate":1768254296,"Path":"/",)"
                                R"("Tags":[{"Key":"k","Value":"v"}]}})");
  EXPECT_EQ(header(out, "content-type"), "text/xml");
  EXPECT_EQ(out.body,
            "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult>"
            "<Role><Path>/</Path><RoleName>r&lt;</RoleName><CreateDate>2026-01-12T21:44:56Z"
            "</CreateDate><Tags><member><Key>k</Key><Value>v</Value></member></Tags></Role>"
            "</GetRoleResult><ResponseMetadata><RequestId>rid</RequestId></ResponseMetadata>"
            "</GetRoleResponse>");
}

TEST(SerialiseOutput, S3) {
  const HttpOutput list = answer(
      "s3", "ListObjectsV2",
      R"({"Name":"b","Contents":[{"Key":"k","LastModified":1768254296,"Size":3}],"KeyCount":1})");
  EXPECT_EQ(list.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3."
            "amazonaws.com/doc/2006-03-01/\"><Contents><Key>k</Key><LastModified>"
            "2026-01-12T21:44:56.000Z</LastModified><Size>3</Size></Contents><Name>b</Name>"
            "<KeyCount>1</KeyCount></ListBucketResult>");
  const HttpOutput put = answer("s3", "PutObject", R"({"ETag":"\"e\""})");
  EXPECT_EQ(put.body, "");
  EXPECT_EQ(header(put, "etag"), "\"e\"");
  EXPECT_EQ(header(put, "x-amz-request-id"), "rid");
  const HttpOutput get = answer(
      "s3", "GetObject",
      R"({"ContentType":"text/html","LastModified":1768254296,"Metadata":{"a":"b\nc"}})", "x");
  EXPECT_EQ(header(get, "content-type"), "text/html");
  EXPECT_EQ(header(get, "last-modified"), "Mon, 12 Jan 2026 21:44:56 GMT");
  EXPECT_EQ(header(get, "x-amz-meta-a"), "b c");
  EXPECT_EQ(get.body, "x");
  const HttpOutput location =
      answer("s3", "GetBucketLocation", R"({"LocationConstraint":"eu-a-1"})");
  EXPECT_NE(location.body.find(">eu-a-1</LocationConstraint>"), std::string::npos);
  EXPECT_EQ(answer("s3", "GetBucketPolicy", R"({"Policy":"{}"})").body, "{}");
  EXPECT_NE(answer("s3", "ListBuckets", "{}").body.find("<ListAllMyBucketsResult "),
            std::string::npos);
  EXPECT_NE(answer("s3", "CopyObject", R"({"CopyObjectResult":{"ETag":"e"}})")
                .body.find("<CopyObjectResult xmlns="),
            std::string::npos);
}

HttpOutput refusal(const char* service, const ErrorCode& code, const std::string& message,
                   Json detail = {}) {
  return serialise_error(call_of(service, "").dialect, Error{&code, message, std::move(detail)},
                         "rid");
}

TEST(SerialiseError, Json) {
  const ErrorCode not_found = {"ResourceNotFoundException", 400};
  const HttpOutput out = refusal("dynamodb", not_found, "Requested resource not found");
  EXPECT_EQ(out.status, 400);
  EXPECT_EQ(out.body, R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
                      R"("message":"Requested resource not found"})");
  EXPECT_EQ(header(out, "x-amzn-errortype"), "ResourceNotFoundException");
  EXPECT_NE(header(out, "x-amz-crc32"), "(none)");
  const ErrorCode conditional = {"ConditionalCheckFailedException", 400};
  EXPECT_EQ(refusal("dynamodb", conditional, "The conditional request failed",
                    Json::object({{"Item", Json::object()}}))
                .body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("message":"The conditional request failed","Item":{}})");
  const ErrorCode denied = {"AccessDeniedException", 400};
  EXPECT_EQ(refusal("dynamodb", denied, "no").body,
            R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"})");
  const ErrorCode invalid = {"ValidationException", 400};
  EXPECT_EQ(refusal("dynamodb", invalid, "no").body,
            R"({"__type":"com.amazon.coral.validate#ValidationException","message":"no"})");
  EXPECT_EQ(refusal("logs", not_found, "no").body,
            R"({"__type":"ResourceNotFoundException","message":"no"})");
}

TEST(SerialiseError, QueryCompatible) {
  const ErrorCode gone = {"QueueDoesNotExist", 400, "AWS.SimpleQueueService.NonExistentQueue"};
  Dialect json = call_of("sqs", "").dialect;
  json.protocol = Protocol::kJson;
  const HttpOutput out = serialise_error(json, Error{&gone, "no", {}}, "rid");
  EXPECT_EQ(header(out, "x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(out.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"})");
}

TEST(SerialiseError, RestJson) {
  const ErrorCode not_found = {"ResourceNotFoundException", 404};
  const HttpOutput out = refusal("lambda", not_found, "Function not found");
  EXPECT_EQ(out.status, 404);
  EXPECT_EQ(out.body, R"({"Type":"User","Message":"Function not found"})");
  const ErrorCode busy = {"TooManyRequestsException", 429};
  const HttpOutput throttled =
      refusal("lambda", busy, "Rate Exceeded.",
              Json::object({{"retryAfterSeconds", "1"}, {"Reason", "CallerRateLimitExceeded"}}));
  EXPECT_EQ(header(throttled, "retry-after"), "1");
  EXPECT_EQ(throttled.body,
            R"({"Type":"User","message":"Rate Exceeded.","Reason":"CallerRateLimitExceeded"})");
  const ErrorCode gone = {"GoneException", 410};
  EXPECT_EQ(refusal("apigatewaymanagementapi", gone, "").body, "{}");
  EXPECT_EQ(refusal("apigatewayv2", {"NotFoundException", 404}, "no").body, R"({"message":"no"})");
}

TEST(SerialiseError, Xml) {
  const ErrorCode no_entity = {"NoSuchEntityException", 404};
  EXPECT_EQ(refusal("iam", no_entity, "The role with name a cannot be found.").body,
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender"
            "</Type><Code>NoSuchEntity</Code><Message>The role with name a cannot be found."
            "</Message></Error><RequestId>rid</RequestId></ErrorResponse>");
  const ErrorCode no_key = {"NoSuchKey", 404};
  const HttpOutput s3 =
      refusal("s3", no_key, "The specified key does not exist.", Json::object({{"Key", "a&b"}}));
  EXPECT_EQ(s3.status, 404);
  EXPECT_EQ(header(s3, "content-type"), "application/xml");
  EXPECT_TRUE(s3.body.starts_with(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The "
      "specified key does not "
      "exist.</Message><Key>a&amp;b</Key><RequestId>rid</RequestId><HostId>"))
      << s3.body;
  const ErrorCode no_zone = {"NoSuchHostedZone", 404};
  EXPECT_NE(
      refusal("route53", no_zone, "no")
          .body.find("<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"),
      std::string::npos);
}

TEST(SerialiseError, WithoutAService) {
  const Error error = missing_authentication_token(AuthStyle::kJson);
  Dialect nothing;
  nothing.protocol = Protocol::kJson;
  EXPECT_EQ(serialise_error(nothing, error, "rid").body,
            R"({"__type":"MissingAuthenticationTokenException",)"
            R"("message":"Request is missing Authentication Token"})");
  nothing.protocol = Protocol::kRestXml;
  EXPECT_EQ(serialise_error(nothing, error, "rid").status, 400);
}

}  // namespace
}  // namespace fairlead::wire
