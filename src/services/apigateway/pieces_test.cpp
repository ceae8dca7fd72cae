// The small pieces by themselves: templates, MOCK status codes, integration URIs, token buckets,
// stage variables, query strings.
#include "services/apigateway/client_values.h"
#include "services/apigateway/integration_uri.h"
#include "services/apigateway/mock.h"
#include "services/apigateway/proxy_response.h"
#include "services/apigateway/test_house.h"
#include "services/apigateway/throttle.h"

namespace fairlead::apigateway {
namespace {

TEST(Templates, WhatIsVtl) {
  for (const char* text : {"$input.body", "${x}", "$!x", "a $context.stage", "#set($a=1)", "#if(1)",
                           "## remark", "#* x *#", "#[[x]]#", "#{end}", "$_x"}) {
    EXPECT_TRUE(holds_vtl(text)) << text;
  }
  for (const char* text : {"", "{\"statusCode\": 200}", "costs $5", "$", "#", "#1", "color #f00",
                           "a # b", "100$", "\\$ 5"}) {
    EXPECT_FALSE(holds_vtl(text)) << text;
  }
}

TEST(Mock, StatusCodes) {
  const struct {
    const char* text;
    int status;
  } rows[] = {{"{\"statusCode\": 200}", 200},
              {"{statusCode:404}", 404},
              {"{'statusCode' : '201'}", 201},
              {"{\"statusCode\":\"200\"}", 200},
              {"{\n  \"a\": 1,\n  \"statusCode\"\n:\n500 }", 500},
              {"{}", 0},
              {"", 0},
              {"{\"statusCode\": 20}", 0},
              {"{\"statusCode\": 2000}", 0},
              {"{\"statusCode\": 999}", 0},
              {"{\"statusCode\" 200}", 0},
              {"statusCode:", 0}};
  for (const auto& row : rows) EXPECT_EQ(mock_status_code(row.text), row.status) << row.text;
}

TEST(IntegrationUri, FunctionOf) {
  const std::string before = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/";
  const std::string function = "arn:aws:lambda:us-east-1:111122223333:function:f";
  EXPECT_EQ(function_of(before + function + "/invocations"), function);
  EXPECT_EQ(function_of(before + function + ":live/invocations"), function + ":live");
  for (const std::string& bad :
       {before + function, before + "f/invocations", before + "/invocations", before,
        before + function + ":/invocations", std::string("x"),
        before + "arn:aws:lambda:us-east-1:1:layer:f/invocations"}) {
    EXPECT_FALSE(function_of(bad)) << bad;
  }
}

TEST(IntegrationUri, StageVariables) {
  const Json variables = Json::object({{"a", "1"}, {"b", "${stageVariables.a}"}});
  EXPECT_EQ(fill_stage_variables("x${stageVariables.a}y${stageVariables.a}", variables), "x1y1");
  EXPECT_EQ(fill_stage_variables("${stageVariables.b}", variables), "${stageVariables.a}");
  EXPECT_EQ(fill_stage_variables("${stageVariables.none}|", variables), "|");
  EXPECT_EQ(fill_stage_variables("${stageVariables.a", variables), "${stageVariables.a");
  EXPECT_EQ(fill_stage_variables("", variables), "");
}

TEST(IntegrationUri, AVariableMayStandForTheWholeFunction) {
  EXPECT_TRUE(check_lambda_uri("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
                               "${stageVariables.fn}/invocations")
                  .ok());
}

TEST(TokenBucket, RateAndBurst) {
  TokenBucket bucket(10, 3);
  std::int64_t now = 1'000'000;
  int taken = 0;
  for (int i = 0; i < 10; ++i) taken += bucket.take(now) ? 1 : 0;
  EXPECT_EQ(taken, 3);
  for (int i = 0; i < 100; ++i) {
    now += 10;  // a second in all
    taken += bucket.take(now) ? 1 : 0;
  }
  EXPECT_EQ(taken, 13);
}

TEST(TokenBucket, ZeroBlocksAll) {
  TokenBucket no_rate(0, 10), no_burst(10, 0);
  EXPECT_FALSE(no_rate.take(1000));
  EXPECT_FALSE(no_burst.take(1000));
}

TEST(ClientValues, Ports) {
  EXPECT_EQ(port_of("a.b", "https"), "443");
  EXPECT_EQ(port_of("a.b", "http"), "80");
  EXPECT_EQ(port_of("a.b:8080", "https"), "8080");
  EXPECT_EQ(port_of("[::1]", "http"), "80");
  EXPECT_EQ(port_of("[::1]:99", "http"), "99");
}

TEST(ClientValues, Query) {
  EXPECT_TRUE(handshake_query("").empty());
  EXPECT_TRUE(handshake_query("&&").empty());
  const GroupedValues expected{{"a", {"", "2"}}, {"b", {""}}};
  EXPECT_EQ(handshake_query("a&b=&a=2"), expected);
}

TEST(ProxyResponse, HeadersOfEveryKind) {
  const auto response = read_proxy_response(
      R"({"headers":{"a":"x","b":true,"c":1.5,"d":null},"multiValueHeaders":{"e":["1",2]}})");
  ASSERT_TRUE(response);
  const platform::HeaderList expected{
      {"a", "x"}, {"b", "true"}, {"c", "1.5"}, {"e", "1"}, {"e", "2"}};
  EXPECT_EQ(response->headers, expected);
}

}  // namespace
}  // namespace fairlead::apigateway
