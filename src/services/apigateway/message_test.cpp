// Messages: routing, the table of reference §7, error frames byte for byte, two-way replies.
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Message : public House {
 protected:
  void SetUp() override {
    make_api();
    const std::string function = lambda();
    route("one", function);
    route("two", function, Way::kTwo);
    route("bare", "");
    deploy();
    session = open();
  }
  void TearDown() override {
    if (session) close(session);
  }
  std::string send(const std::string& action) {
    const auto frame = session->message("{\"action\":\"" + action + "\"}");
    return frame ? masked(*frame) : "silence";
  }
  std::shared_ptr<platform::GatewaySession> session;
};

struct Row {
  const char* payload;
  const char* one_way;  // "silence", or the message of an error frame
  const char* two_way;  // a frame, or "error"
};

TEST_F(Message, WhatTheFunctionReturns) {
  const std::string error = error_frame("Internal server error");
  const Row rows[] = {
      {R"({"statusCode":200,"body":"hello"})", "silence", "hello"},
      {R"({"statusCode":200,"body":"\"quoted\""})", "silence", "\"quoted\""},
      {R"({"statusCode":500,"body":"oops"})", "silence", "oops"},
      {R"({"statusCode":200})", "silence", ""},
      {R"({"statusCode":200,"body":null})", "silence", ""},
      {R"({"statusCode":200,"body":""})", "silence", ""},
      {R"({"body":"aGk=","isBase64Encoded":true})", "silence", "hi"},
      {R"({"body":"/w==","isBase64Encoded":true})", "silence", "\xEF\xBF\xBD"},
      {"null", "silence", ""},
      {R"({"statusCode":200,"body":{"a":1}})", "error", "error"},
      {R"({"statusCode":200,"body":7})", "error", "error"},
      {R"({"message":"x"})", "error", "error"},
      {"[1]", "error", "error"},
      {"\"text\"", "error", "error"},
      {"true", "error", "error"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.payload);
    invoker.returns(row.payload);
    EXPECT_EQ(send("one"), row.one_way == std::string("error") ? error : row.one_way);
    EXPECT_EQ(send("two"), row.two_way == std::string("error") ? error : row.two_way);
  }
}

TEST_F(Message, ErrorFramesByteForByte) {
  EXPECT_EQ(send("nobody"), error_frame("Forbidden"));
  EXPECT_EQ(send("bare"), error_frame("Internal server error"));
  invoker.throws();
  EXPECT_EQ(send("one"), error_frame("Internal server error"));
  EXPECT_EQ(send("two"), error_frame("Internal server error"));
  invoker.fails(kFunctionMissing);
  EXPECT_EQ(send("one"), error_frame("Internal server error"));
  invoker.fails(platform::kInvokeTimedOut);
  EXPECT_EQ(send("one"), error_frame("Endpoint request timed out"));
  invoker.returns(R"({"body":"still here"})");
  EXPECT_EQ(send("two"), "still here");
}

TEST_F(Message, TheFrameNamesItsOwnEvent) {
  invoker.throws();
  const auto frame = session->message(R"({"action":"one"})");
  ASSERT_TRUE(frame);
  EXPECT_NE(frame->find(last_event()["requestContext"]["requestId"].string_or("?")),
            std::string::npos);
}

TEST_F(Message, LargestReply) {
  invoker.returns("{\"body\":\"" + std::string(131072, 'x') + "\"}");
  EXPECT_EQ(send("two").size(), 131072u);
  invoker.returns("{\"body\":\"" + std::string(131073, 'x') + "\"}");
  EXPECT_EQ(send("two"), error_frame("Internal server error"));
}

TEST_F(Message, RoutesByKeyOrDefault) {
  const auto key_of = [&](const std::string& text) -> std::string {
    invoker.calls.clear();
    const auto frame = session->message(text);
    if (invoker.calls.empty()) return frame ? "frame" : "silence";
    return last_event()["requestContext"]["routeKey"].string_or("");
  };
  EXPECT_EQ(key_of(R"({"action":"one"})"), "one");
  EXPECT_EQ(key_of(R"({"action":"One"})"), "frame");
  EXPECT_EQ(key_of("plain text"), "frame");
  route("$default", lambda("fallback"));
  route("$connect", lambda());
  deploy();
  EXPECT_EQ(key_of(R"({"action":"One"})"), "$default");
  EXPECT_EQ(key_of("plain text"), "$default");
  EXPECT_EQ(key_of(""), "$default");
  EXPECT_EQ(key_of(R"({"action":"$connect"})"), "$default");
  EXPECT_EQ(key_of(R"({"nothing":1})"), "$default");
}

TEST_F(House, TwoWayNeedsARouteResponseNotAnExpression) {
  make_api();
  const std::string function = lambda();
  run("CreateRoute", Json::object({{"RouteKey", "expression"},
                                   {"Target", "integrations/" + function},
                                   {"RouteResponseSelectionExpression", "$default"}}));
  const Json both =
      run("CreateRoute", Json::object({{"RouteKey", "both"},
                                       {"Target", "integrations/" + function},
                                       {"RouteResponseSelectionExpression", "$default"}}));
  run("CreateRouteResponse",
      Json::object({{"RouteId", both["RouteId"]}, {"RouteResponseKey", "$default"}}));
  route("response", function, Way::kTwo);
  deploy();
  const auto session = open();
  invoker.returns(R"({"body":"yes"})");
  EXPECT_FALSE(session->message(R"({"action":"expression"})"));
  EXPECT_EQ(session->message(R"({"action":"both"})"), "yes");
  EXPECT_EQ(session->message(R"({"action":"response"})"), "yes");
  close(session);
}

TEST_F(House, MockReplies) {
  make_api();
  const auto templates = [](const char* key, const char* text) {
    return Json::object({{key, text}});
  };
  const auto response = [](const char* key, const char* template_key, const char* text) {
    return Json::object({{"IntegrationResponseKey", key},
                         {"ResponseTemplates", Json::object({{template_key, text}})}});
  };
  const Json ok = templates("$default", "{\"statusCode\": 200}");
  route("ping", mock(ok, response("$default", "$default", "pong")), Way::kTwo);
  route("quiet", mock(ok, response("$default", "$default", "pong")));
  route("cdk", mock(Json(), response("$default", "default", "no template")), Way::kTwo);
  route("regex",
        mock(templates("application/json", "{\"statusCode\": 201}"),
             response("/2\\d\\d/", "application/json", "two hundred and something")),
        Way::kTwo);
  route("misfit", mock(ok, response("/4\\d\\d/", "$default", "never")), Way::kTwo);
  route("bodyless", mock(ok, Json::object({{"IntegrationResponseKey", "$default"}})), Way::kTwo);
  Json chosen = response("$default", "a", "first");
  chosen.find("ResponseTemplates")->set("b", "second");
  chosen.find("ResponseTemplates")->set("\\$default", "neither");
  chosen.set("TemplateSelectionExpression", "${request.body.pick}");
  route("choose", mock(ok, chosen), Way::kTwo);
  route("never",
        mock(Json(), response("$default", "$default", "x"),
             Json::object({{"PassthroughBehavior", "NEVER"}})),
        Way::kTwo);
  deploy();
  const auto session = open();
  const auto send = [&](const std::string& text) {
    const auto frame = session->message(text);
    return frame ? masked(*frame) : "silence";
  };
  EXPECT_EQ(send(R"({"action":"ping"})"), "pong");
  EXPECT_EQ(send(R"({"action":"quiet"})"), "silence");
  EXPECT_EQ(send(R"({"action":"cdk"})"), "no template");
  EXPECT_EQ(send(R"({"action":"regex"})"), "two hundred and something");
  EXPECT_EQ(send(R"({"action":"misfit"})"), error_frame("Internal server error"));
  EXPECT_EQ(send(R"({"action":"bodyless"})"), "");
  EXPECT_EQ(send(R"({"action":"choose","pick":"a"})"), "first");
  EXPECT_EQ(send(R"({"action":"choose","pick":"b"})"), "second");
  EXPECT_EQ(send(R"({"action":"choose","pick":"c"})"), "neither");
  EXPECT_EQ(send(R"({"action":"never"})"), error_frame("Unsupported Media Type"));
  EXPECT_TRUE(invoker.calls.empty());
  close(session);
}

TEST_F(House, StageVariablesAndRoleReachTheFunction) {
  make_api();
  const std::string id =
      run("CreateIntegration",
          Json::object({{"IntegrationType", "AWS_PROXY"},
                        {"IntegrationUri", lambda_uri("${stageVariables.fn}")},
                        {"CredentialsArn", "arn:aws:iam::111122223333:role/path/gw"},
                        {"TimeoutInMillis", 1500}}))["IntegrationId"]
          .string_or("");
  route("go", id);
  deploy();
  run("UpdateStage", Json::object({{"StageName", "dev"},
                                   {"StageVariables", Json::object({{"fn", "chat:live"}})}}));
  const auto session = open();
  EXPECT_FALSE(session->message(R"({"action":"go"})"));
  const auto& sent = invoker.calls.at(0);
  EXPECT_EQ(sent.request.function_arn, "arn:aws:lambda:eu-west-1:111122223333:function:chat:live");
  EXPECT_EQ(sent.request.source_principal, "");
  EXPECT_EQ(sent.cx.caller.arn,
            "arn:aws:sts::111122223333:assumed-role/gw/BackplaneAssumeRoleSession");
  EXPECT_EQ(sent.cx.deadline_ms, clock.monotonic_ms() + 1500);
  EXPECT_EQ(write_json(last_event()["stageVariables"]), R"({"fn":"chat:live"})");
  // Gone again: the URI names no function any more.
  run("UpdateStage",
      Json::object({{"StageName", "dev"}, {"StageVariables", Json::object({{"fn", ""}})}}));
  EXPECT_EQ(masked(*session->message(R"({"action":"go"})")), error_frame("Internal server error"));
  close(session);
}

}  // namespace
}  // namespace fairlead::apigateway
