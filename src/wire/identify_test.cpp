// Which operation of which service a request means, in each protocol, and what a host name says.
#include <gtest/gtest.h>

#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

struct Case {
  const char* what;
  const char* method;
  const char* path;
  const char* query;
  std::vector<HeaderPair> headers;
  const char* body;
  const char* expected;  // "service.Operation" or "!Code"
};

std::string auth(const std::string& service) {
  return "AWS4-HMAC-SHA256 Credential=AKID/20260112/us-east-1/" + service +
         "/aws4_request, SignedHeaders=host, Signature=00";
}

const char* const kForm = "application/x-www-form-urlencoded; charset=utf-8";

const Case kCases[] = {
    {"json target",
     "POST",
     "/",
     "",
     {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}},
     "{}",
     "dynamodb.GetItem"},
    {"unknown action",
     "POST",
     "/",
     "",
     {{"X-Amz-Target", "DynamoDB_20120810.Nothing"}},
     "{}",
     "!UnknownOperationException"},
    {"unknown prefix",
     "POST",
     "/",
     "",
     {{"X-Amz-Target", "Nothing_1.GetItem"}},
     "{}",
     "!UnknownOperationException"},
    {"sqs json",
     "POST",
     "/",
     "",
     {{"x-amz-target", "AmazonSQS.SendMessage"}},
     "{}",
     "sqs.SendMessage"},
    {"form by scope",
     "POST",
     "/",
     "",
     {{"Content-Type", kForm}, {"Authorization", auth("iam")}},
     "Action=CreateRole&Version=2010-05-08&RoleName=a",
     "iam.CreateRole"},
    {"form by version",
     "POST",
     "/",
     "",
     {{"Content-Type", kForm}},
     "Action=AssumeRoleWithWebIdentity&Version=2011-06-15",
     "sts.AssumeRoleWithWebIdentity"},
    {"action in the query",
     "GET",
     "/",
     "Action=GetCallerIdentity&Version=2011-06-15",
     {},
     "",
     "sts.GetCallerIdentity"},
    {"unknown query action",
     "POST",
     "/",
     "",
     {{"Content-Type", kForm}, {"Authorization", auth("iam")}},
     "Action=Nope&Version=2010-05-08",
     "!InvalidAction"},
    {"no action",
     "POST",
     "/",
     "",
     {{"Content-Type", kForm}, {"Authorization", auth("iam")}},
     "Version=2010-05-08",
     "!MissingAction"},
    {"lambda",
     "POST",
     "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Af/invocations",
     "",
     {{"Authorization", auth("lambda")}},
     "",
     "lambda.Invoke"},
    {"lambda without its slash",
     "GET",
     "/2015-03-31/functions",
     "",
     {},
     "",
     "lambda.ListFunctions"},
    {"lambda, nothing there",
     "GET",
     "/2015-03-31/nothing",
     "",
     {{"Authorization", auth("lambda")}},
     "",
     "!UnknownOperationException"},
    {"apigatewayv2",
     "GET",
     "/v2/apis/abc/routes",
     "",
     {{"Authorization", auth("apigateway")}},
     "",
     "apigatewayv2.GetRoutes"},
    {"apigateway",
     "GET",
     "/restapis",
     "",
     {{"Authorization", auth("apigateway")}},
     "",
     "apigateway.GetRestApis"},
    {"management",
     "POST",
     "/prod/@connections/abc=",
     "",
     {{"Authorization", auth("execute-api")}},
     "hi",
     "apigatewaymanagementapi.PostToConnection"},
    {"management, escaped",
     "DELETE",
     "/prod/%40connections/abc%3D",
     "",
     {},
     "",
     "apigatewaymanagementapi.DeleteConnection"},
    {"s3 root", "GET", "/", "x-id=ListBuckets", {}, "", "s3.ListBuckets"},
    {"s3 list", "GET", "/bkt", "prefix=a", {}, "", "s3.ListObjects"},
    {"s3 list 2", "GET", "/bkt/", "list-type=2&prefix=a", {}, "", "s3.ListObjectsV2"},
    {"s3 policy", "GET", "/bkt/", "policy=", {}, "", "s3.GetBucketPolicy"},
    {"s3 website", "PUT", "/bkt", "website", {}, "", "s3.PutBucketWebsite"},
    {"s3 object", "GET", "/bkt/a/b//c", "x-id=GetObject", {}, "", "s3.GetObject"},
    {"s3 copy", "PUT", "/bkt/a", "", {{"x-amz-copy-source", "b/c"}}, "", "s3.CopyObject"},
    {"s3 part", "PUT", "/bkt/a", "partNumber=1&uploadId=x", {}, "", "s3.UploadPart"},
    {"s3 part copy",
     "PUT",
     "/bkt/a",
     "partNumber=1&uploadId=x",
     {{"x-amz-copy-source", "b/c"}},
     "",
     "s3.UploadPartCopy"},
    {"s3 uploads", "POST", "/bkt/a", "uploads=", {}, "", "s3.CreateMultipartUpload"},
    {"s3 complete", "POST", "/bkt/a", "uploadId=x", {}, "", "s3.CompleteMultipartUpload"},
    {"s3 many configurations",
     "GET",
     "/bkt",
     "analytics",
     {},
     "",
     "s3.ListBucketAnalyticsConfigurations"},
    {"s3 one configuration",
     "GET",
     "/bkt",
     "analytics&id=1",
     {},
     "",
     "s3.GetBucketAnalyticsConfiguration"},
    {"s3 delete many", "POST", "/bkt", "delete", {}, "", "s3.DeleteObjects"},
    {"s3 nothing to post", "POST", "/bkt", "", {}, "", "!MethodNotAllowed"},
    {"s3 browser upload",
     "POST",
     "/bkt",
     "",
     {{"Content-Type", "multipart/form-data; boundary=x"}},
     "",
     "!NotImplemented"},
    {"s3 not ours yet", "GET", "/bkt", "session", {}, "", "s3.CreateSession"},
    {"s3 virtual host",
     "GET",
     "/a/b",
     "",
     {{"Host", "bkt.s3.us-east-1.amazonaws.com"}},
     "",
     "s3.GetObject"},
    {"s3 on localhost", "HEAD", "/", "", {{"Host", "bkt.localhost:4566"}}, "", "s3.HeadBucket"},
    {"route 53",
     "GET",
     "/2013-04-01/hostedzone/Z1/rrset",
     "",
     {{"Authorization", auth("route53")}},
     "",
     "route53.ListResourceRecordSets"},
    {"cloudfront",
     "POST",
     "/2020-05-31/distribution",
     "WithTags",
     {{"Authorization", auth("cloudfront")}},
     "",
     "cloudfront.CreateDistributionWithTags"},
    {"by host",
     "POST",
     "/",
     "",
     {{"Host", "sync-states.us-east-1.amazonaws.com"},
      {"X-Amz-Target", "AWSStepFunctions.StartSyncExecution"}},
     "{}",
     "stepfunctions.StartSyncExecution"},
    {"a bucket with a telling name", "GET", "/restapis", "", {}, "", "s3.ListObjects"},
};

TEST(Identify, ServiceAndOperation) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.what);
    const auto call = identify(HttpInput{c.method, c.path, c.query, c.headers, c.body});
    const std::string got = call.ok() ? std::string(call->dialect.service.name()) + "." +
                                            std::string(call->operation.name())
                                      : "!" + std::string(call.error().code->name);
    EXPECT_EQ(got, c.expected);
  }
}

TEST(Identify, LabelsAreRaw) {
  const std::vector<HeaderPair> host = {{"Host", "bkt.s3.amazonaws.com"}};
  const auto object = identify(HttpInput{"GET", "/a%2Fb//c/", "", host, ""});
  ASSERT_TRUE(object.ok());
  ASSERT_EQ(object->label_count, 2u);
  EXPECT_EQ(object->labels[0], "bkt");
  EXPECT_EQ(object->labels[1], "a%2Fb//c/");
}

TEST(Identify, SaysWhenItNeedsTheBody) {
  const std::vector<HeaderPair> form = {{"Content-Type", kForm}, {"Content-Length", "52"}};
  EXPECT_TRUE(recognise(HttpInput{"POST", "/", "", form, ""}).needs_body);
  const Dialect known =
      recognise(HttpInput{"POST", "/", "", form, "Action=CreateRole&Version=2010-05-08"});
  EXPECT_FALSE(known.needs_body);
  EXPECT_EQ(known.service.name(), "iam");
  EXPECT_FALSE(recognise(HttpInput{"PUT", "/bkt/key", "", form, ""}).needs_body);
}

TEST(Identify, MissingRequiredParameterIsTheOperationsOwnBusiness) {
  const std::vector<HeaderPair> headers = {{"Authorization", auth("lambda")}};
  const auto untag = identify(HttpInput{"DELETE", "/2017-03-31/tags/arn", "", headers, ""});
  ASSERT_TRUE(untag.ok());
  EXPECT_EQ(untag->operation.name(), "UntagResource");
  const Status verdict = validate(untag->operation, Json::object({{"Resource", "arn"}}));
  ASSERT_FALSE(verdict.ok());
}

TEST(HostHint, Names) {
  struct Row {
    const char *host, *endpoint, *bucket, *region;
  };
  const Row rows[] = {
      {"dynamodb.us-east-1.amazonaws.com", "dynamodb", "", "us-east-1"},
      {"123456789012.ddb.eu-west-1.amazonaws.com", "dynamodb", "", "eu-west-1"},
      {"streams.dynamodb.us-east-1.amazonaws.com:443", "streams.dynamodb", "", "us-east-1"},
      {"iam.amazonaws.com", "iam", "", ""},
      {"api.ecr.us-east-1.amazonaws.com", "api.ecr", "", "us-east-1"},
      {"abc.execute-api.us-east-1.amazonaws.com", "execute-api", "", "us-east-1"},
      {"a.b.c.s3.us-west-2.amazonaws.com", "s3", "a.b.c", "us-west-2"},
      {"bkt.s3-us-west-2.amazonaws.com", "s3", "bkt", "us-west-2"},
      {"s3.localhost.localstack.cloud:4566", "s3", "", ""},
      {"bkt.s3.localhost:4566", "s3", "bkt", ""},
      {"dynamodb.localhost", "dynamodb", "", ""},
      {"127.0.0.1:4566", "", "", ""},
      {"[::1]:4566", "", "", ""},
      {"localhost", "", "", ""},
      {"", "", "", ""},
  };
  for (const Row& row : rows) {
    const HostHint hint = read_host(row.host);
    EXPECT_EQ(hint.endpoint, row.endpoint) << row.host;
    EXPECT_EQ(hint.bucket, row.bucket) << row.host;
    EXPECT_EQ(hint.region, row.region) << row.host;
  }
}

}  // namespace
}  // namespace fairlead::wire
