// Handshakes: the outcome table of reference §3.3 and what is left of a refused one.
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Connect : public House {
 protected:
  void SetUp() override {
    make_api();
    route("$connect", lambda());
    deploy();
  }
};

struct Outcome {
  const char* what;
  const char* payload;
  int status;
  const char* body;  // null: an error frame with "Internal server error"
};

TEST_F(Connect, WhatTheFunctionReturnsDecides) {
  const Outcome outcomes[] = {
      {"200", R"({"statusCode":200,"body":"ignored"})", 101, ""},
      {"201", R"({"statusCode":201})", 101, ""},
      {"text status", R"({"statusCode":"200"})", 101, ""},
      {"no status", R"({"body":"x"})", 101, ""},
      {"empty object", "{}", 101, ""},
      {"401", R"({"statusCode":401,"body":"who?"})", 401, "who?"},
      {"403 without body", R"({"statusCode":403})", 403, ""},
      {"301", R"({"statusCode":301,"headers":{"Location":"/x"}})", 301, ""},
      {"500", R"({"statusCode":500,"body":"b"})", 500, "b"},
      {"501", R"({"statusCode":"501"})", 501, ""},
      {"base64", R"({"statusCode":400,"body":"aGk=","isBase64Encoded":true})", 400, "hi"},
      {"unknown key", R"({"message":"x"})", 502, nullptr},
      {"array", "[]", 502, nullptr},
      {"string", "\"ok\"", 502, nullptr},
      {"number", "200", 502, nullptr},
      {"null", "null", 502, nullptr},
      {"nothing", "", 502, nullptr},
      {"not JSON", "<html>", 502, nullptr},
      {"object body", R"({"statusCode":200,"body":{}})", 502, nullptr},
      {"strange status", R"({"statusCode":"ok"})", 502, nullptr},
      {"status 101", R"({"statusCode":101})", 502, nullptr},
      {"multi-value no list", R"({"multiValueHeaders":{"a":"b"}})", 502, nullptr},
      {"header object", R"({"headers":{"a":{}}})", 502, nullptr},
      {"split header", "{\"statusCode\":401,\"headers\":{\"a\":\"b\\r\\nc: d\"}}", 502, nullptr},
      {"bad base64", R"({"statusCode":400,"body":"*","isBase64Encoded":true})", 502, nullptr},
  };
  for (const Outcome& outcome : outcomes) {
    SCOPED_TRACE(outcome.what);
    invoker.returns(outcome.payload);
    const auto reply = connect();
    EXPECT_EQ(reply.status, outcome.status);
    EXPECT_EQ(reply.session != nullptr, outcome.status == 101);
    if (reply.session) {
      reply.session->established();
      close(reply.session);
    }
    if (outcome.body) {
      EXPECT_EQ(reply.body, outcome.body);
    } else {
      EXPECT_EQ(reply.body.substr(0, 36), R"({"message": "Internal server error",)");
    }
    EXPECT_EQ(records(), 0u);
  }
}

TEST_F(Connect, WhatGoesWrongBeforeOrInTheFunction) {
  invoker.throws();
  EXPECT_EQ(connect().status, 502);
  invoker.fails(kFunctionMissing);
  EXPECT_EQ(connect().status, 500);
  invoker.fails(platform::kInvokeTimedOut);
  const auto reply = connect();
  EXPECT_EQ(reply.status, 504);
  EXPECT_TRUE(
      reply.body.starts_with(R"({"message": "Endpoint request timed out", "connectionId":")"));
  EXPECT_EQ(reply.headers.at(0).second, "application/json; charset=UTF-8");
  EXPECT_EQ(reply.headers.at(1).first, "x-amz-apigw-id");
  EXPECT_EQ(invoker.calls.back().cx.deadline_ms, clock.monotonic_ms() + 29000);
  EXPECT_EQ(records(), 0u);
}

TEST_F(Connect, OnlyTheSubProtocolSurvives) {
  invoker.returns(R"({"statusCode":200,"headers":{"sec-websocket-protocol":"chat","X-A":"b"}})");
  auto reply = connect();
  ASSERT_TRUE(reply.session);
  ASSERT_EQ(reply.headers.size(), 1u);
  EXPECT_EQ(reply.headers[0].first, "Sec-WebSocket-Protocol");
  EXPECT_EQ(reply.headers[0].second, "chat");
  EXPECT_EQ(reply.body, "");
  close(reply.session, 1006);
}

TEST_F(Connect, RefusalsPassTheFunctionsHeadersOn) {
  invoker.returns(R"({"statusCode":403,"headers":{"X-Why":"no","Connection":"x","Content-Length":9,
      "X-Num":7},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]},"body":"b"})");
  const auto reply = connect();
  std::string seen;
  for (const auto& [name, value] : reply.headers) {
    if (name != "x-amz-apigw-id") seen += name + "=" + value + ";";
  }
  EXPECT_EQ(seen, "X-Why=no;X-Num=7;Set-Cookie=a=1;Set-Cookie=b=2;Content-Type=application/json;");
}

TEST_F(Connect, TheFunctionIsCalledByApiGateway) {
  close(open());
  const auto& request = invoker.calls.at(0).request;
  EXPECT_EQ(request.function_arn, "arn:aws:lambda:eu-west-1:111122223333:function:chat");
  EXPECT_EQ(request.source_principal, "apigateway.amazonaws.com");
  EXPECT_EQ(request.source_arn,
            "arn:aws:execute-api:eu-west-1:111122223333:" + api_id + "/dev/$connect");
  EXPECT_EQ(invoker.calls.at(0).cx.account, "111122223333");
}

TEST_F(Connect, WrongAddressesAreForbidden) {
  const auto expect_forbidden = [](const platform::HandshakeReply& reply) {
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.body, R"({"message":"Forbidden"})");
    EXPECT_EQ(reply.headers.at(2).second, "ForbiddenException");
  };
  const platform::HeaderList none;
  platform::HandshakeRequest request;
  request.headers = &none;
  platform::Context cx = context();
  cx.stage = "prod";
  expect_forbidden(gateway->connect(cx, request));
  cx.stage = "";
  expect_forbidden(gateway->connect(cx, request));
  cx = context();
  cx.api_id = "nosuchapi0";
  expect_forbidden(gateway->connect(cx, request));
  cx = context();
  expect_forbidden(gateway->plain_request(cx, request));
  run("CreateStage", Json::object({{"StageName", "empty"}}));  // no deployment
  cx.stage = "empty";
  expect_forbidden(gateway->connect(cx, request));
  EXPECT_TRUE(invoker.calls.empty());
}

TEST_F(Connect, DisabledEndpointActsAfterADeployment) {
  run("UpdateApi", Json::object({{"DisableExecuteApiEndpoint", true}}));
  close(open());
  deploy();
  EXPECT_EQ(connect().status, 403);
}

TEST_F(House, WithoutConnectRouteOrTargetEveryoneIsAccepted) {
  make_api();
  route("$default", lambda());
  deploy();
  close(open());
  EXPECT_TRUE(invoker.calls.empty());  // and neither $default nor a missing $disconnect ran
  route("$connect", "");
  deploy();
  close(open());
  EXPECT_TRUE(invoker.calls.empty());
}

TEST_F(House, BrokenTargetsOfConnectAre500) {
  make_api();
  const std::string integration = lambda();
  const std::string id = route("$connect", integration);
  run("UpdateRoute", Json::object({{"RouteId", id}, {"Target", "integrations/nothere"}}));
  deploy();
  EXPECT_EQ(connect().status, 500);
}

TEST_F(House, MockConnect) {
  make_api();
  const Json fine = Json::object({{"200", "{\"statusCode\": 200}"}});
  const Json by_static_key = Json::object({{"TemplateSelectionExpression", "200"}});
  const Json fits_all = Json::object({{"IntegrationResponseKey", "$default"}});
  const std::string id = route("$connect", mock(fine, fits_all, by_static_key));
  const auto status_with = [&](const std::string& integration) {
    run("UpdateRoute", Json::object({{"RouteId", id}, {"Target", "integrations/" + integration}}));
    deploy();
    auto reply = connect();
    if (reply.session) close(reply.session);
    return reply.status;
  };
  EXPECT_EQ(status_with(mock(fine, fits_all, by_static_key)), 101);
  EXPECT_EQ(status_with(mock(fine, Json(), by_static_key)), 500);
  EXPECT_EQ(status_with(mock(Json::object({{"$default", "{statusCode: 403}"}}), fits_all)), 403);
  EXPECT_EQ(status_with(mock(Json::object({{"$default", "{}"}}), fits_all)), 500);
  EXPECT_EQ(status_with(mock(Json(), fits_all, Json::object({{"PassthroughBehavior", "NEVER"}}))),
            415);
}

TEST_F(House, RequiredParametersOfConnect) {
  make_api();
  const Json must = Json::object({{"Required", true}});
  run("CreateRoute",
      Json::object({{"RouteKey", "$connect"},
                    {"RequestParameters", Json::object({{"route.request.querystring.token", must},
                                                        {"route.request.header.X-Room", must},
                                                        {"route.request.header.X-Free",
                                                         Json::object({{"Required", false}})}})}}));
  deploy();
  auto reply = connect({{"x-room", "1"}}, "a=b");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(
      reply.body.starts_with(R"({"message": "Missing required request parameters: [token]", )"));
  reply = connect({{"x-room", "1"}}, "token=");
  EXPECT_EQ(reply.status, 101);
  close(reply.session);
}

}  // namespace
}  // namespace fairlead::apigateway
