// Requests of each protocol to one Json input: the names, types and times that handlers rely on.
#include <gtest/gtest.h>

#include "base/json_parse.h"
#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

std::string auth(const std::string& service) {
  return "AWS4-HMAC-SHA256 Credential=AKID/20260112/us-east-1/" + service +
         "/aws4_request, SignedHeaders=host, Signature=00";
}

// The input as JSON text, or "!Code: message".
std::string parsed(const HttpInput& input) {
  const auto call = identify(input);
  if (!call.ok()) return "!" + std::string(call.error().code->name);
  const auto json = parse_input(*call, input);
  if (!json.ok()) return "!" + std::string(json.error().code->name) + ": " + json.error().message;
  return write_json(*json);
}

TEST(ParseInput, ApiGatewayV2UsesTheModelsNames) {
  const std::vector<HeaderPair> headers = {{"Authorization", auth("apigateway")}};
  EXPECT_EQ(parsed({"POST", "/v2/apis", "", headers,
                    R"({"name":"chat","protocolType":"WEBSOCKET","tags":{"k":"v"},"future":1})"}),
            R"({"Name":"chat","ProtocolType":"WEBSOCKET","Tags":{"k":"v"},"future":1})");
  EXPECT_EQ(
      parsed({"POST", "/v2/apis/a%20b/stages", "", headers,
              R"({"stageName":"s","defaultRouteSettings":{"throttlingRateLimit":1.5},)"
              R"("description":null,"ApiId":"other"})"}),
      R"({"StageName":"s","DefaultRouteSettings":{"ThrottlingRateLimit":1.5},"ApiId":"a b"})");
  EXPECT_EQ(parsed({"GET", "/v2/apis", "maxResults=5&nextToken=a%2Bb", headers, ""}),
            R"({"MaxResults":"5","NextToken":"a+b"})");
}

TEST(ParseInput, BadJson) {
  const std::vector<HeaderPair> target = {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}};
  EXPECT_EQ(parsed({"POST", "/", "", target, "{"}), "!SerializationException: ");
  EXPECT_EQ(parsed({"POST", "/", "", target, "[]"}),
            "!SerializationException: Unexpected list element type");
  EXPECT_EQ(parsed({"POST", "/", "", target, ""}), "{}");
  EXPECT_EQ(parsed({"POST", "/", "", target, R"({"TableName":"abc","Key":null})"}),
            R"({"TableName":"abc"})");
  EXPECT_EQ(parsed({"POST", "/", "", target, R"({"Key":{"a":{"N":"1.50"}},"x":1.50})"}),
            R"({"Key":{"a":{"N":"1.50"}},"x":1.50})");
}

TEST(ParseInput, QueryForms) {
  const std::vector<HeaderPair> headers = {{"Authorization", auth("iam")},
                                           {"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(parsed({"POST", "/", "", headers,
                    "Action=CreateRole&Version=2010-05-08&RoleName=a%2Bb+c&Unknown.1=x"
                    "&Tags.member.2.Key=k2&Tags.member.2.Value=v2&Tags.member.1.Key=k1"
                    "&Tags.member.1.Value=&MaxSessionDuration=3600"}),
            R"({"MaxSessionDuration":3600,"RoleName":"a+b c",)"
            R"("Tags":[{"Key":"k1","Value":""},{"Key":"k2","Value":"v2"}]})");
  EXPECT_EQ(parsed({"POST", "/", "", headers,
                    "Action=CreateRole&Version=2010-05-08&MaxSessionDuration=long"}),
            "!MalformedInput: STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(parsed({"POST", "/", "", headers,
                    "Action=CreateRole&Version=2010-05-08&Tags.member.x.Key=1"}),
            "!MalformedInput: Key x is not a valid list index.");
}

TEST(ParseInput, S3) {
  const std::vector<HeaderPair> put = {{"X-Amz-Meta-Colour", "red"},
                                       {"x-amz-meta-a", "b"},
                                       {"Content-Type", "text/plain"},
                                       {"x-amz-acl", "private"},
                                       {"If-None-Match", "*"}};
  EXPECT_EQ(parsed({"PUT", "/bkt/a%20b/c+d", "x-id=PutObject", put, "the body stays out"}),
            R"({"Bucket":"bkt","Key":"a b/c+d","ACL":"private","ContentType":"text/plain",)"
            R"("Metadata":{"colour":"red","a":"b"},"IfNoneMatch":"*"})");
  const std::vector<HeaderPair> chunked = {{"Content-Encoding", "aws-chunked"}};
  EXPECT_EQ(parsed({"PUT", "/bkt/k", "", chunked, ""}), R"({"Bucket":"bkt","Key":"k"})");
  const std::vector<HeaderPair> zipped = {{"Content-Encoding", "aws-chunked, gzip"}};
  EXPECT_EQ(parsed({"PUT", "/bkt/k", "", zipped, ""}),
            R"({"Bucket":"bkt","Key":"k","ContentEncoding":"gzip"})");
  const std::vector<HeaderPair> none;
  EXPECT_EQ(parsed({"POST", "/bkt", "delete", none,
                    "<Delete xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Object><Key>a&amp;b"
                    "</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object><Quiet>"
                    "true</Quiet></Delete>"}),
            R"({"Delete":{"Objects":[{"Key":"a&b"},{"Key":"c","VersionId":"1"}],"Quiet":true},)"
            R"("Bucket":"bkt"})");
  EXPECT_EQ(parsed({"PUT", "/bkt", "policy", none, R"({"Version":"2012-10-17"})"}),
            R"({"Policy":"{\"Version\":\"2012-10-17\"}","Bucket":"bkt"})");
  EXPECT_TRUE(parsed({"PUT", "/bkt", "website", none, "<WebsiteConfiguration>"})
                  .starts_with("!MalformedXML: The XML you provided was not well-formed"));
  EXPECT_EQ(parsed({"GET", "/bkt", "list-type=2&max-keys=ten", none, ""}),
            "!InvalidArgument: Provided max-keys not an integer or within integer range");
}

TEST(ParseInput, TimesBecomeNumbers) {
  const std::vector<HeaderPair> get = {{"If-Modified-Since", "Mon, 12 Jan 2026 21:44:56 GMT"}};
  EXPECT_EQ(parsed({"GET", "/bkt/key", "", get, ""}),
            R"({"Bucket":"bkt","Key":"key","IfModifiedSince":1768254296})");
}

TEST(ParseInput, ManyParametersAreRefused) {
  std::string form = "Action=CreateRole&Version=2010-05-08";
  for (int i = 0; i < 20'001; ++i) form += "&Tags.member." + std::to_string(i) + ".Key=a";
  const std::vector<HeaderPair> headers = {{"Authorization", auth("iam")},
                                           {"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(parsed({"POST", "/", "", headers, form}),
            "!MalformedInput: The request has too many parameters.");
}

}  // namespace
}  // namespace fairlead::wire
