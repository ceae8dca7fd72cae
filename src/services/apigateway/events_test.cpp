// Whole events against tests/golden/gateway/*.json, member order included; ids are masked.
#include <fstream>
#include <sstream>

#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Events : public House {
 protected:
  void SetUp() override {
    make_api();
    const std::string function = lambda();
    route("$connect", function);
    route("$disconnect", function);
    route("sendmessage", function);
    deploy();
  }

  static void mask(std::string& text, const std::string& value, const std::string& with) {
    if (value.empty()) return;
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), with);
    }
  }
  // The last event's text against a golden file (which may be laid out over lines).
  void expect_golden(const std::string& name) {
    const Json& event = last_event();
    const Json& context = event["requestContext"];
    std::string text = invoker.calls.back().request.payload;
    EXPECT_EQ(context["requestId"], context["extendedRequestId"]);
    mask(text, context["requestId"].string_or(""), "<request>");
    mask(text, context["messageId"].string_or(""), "<message>");
    mask(text, last_id, "<connection>");
    mask(text, context["connectionId"].string_or(""), "<connection>");
    mask(text, api_id, "<api>");
    const std::string trace = event["headers"]["X-Amzn-Trace-Id"].string_or("");
    if (trace.size() == 40) mask(text, trace.substr(16), "<trace>");
    std::ifstream in(FAIRLEAD_SOURCE_DIR "/tests/golden/gateway/" + name);
    std::stringstream file;
    file << in.rdbuf();
    const auto golden = parse_json(file.str());
    EXPECT_EQ(text, golden.ok() ? write_json(golden.value()) : "cannot read " + name);
  }
};

TEST_F(Events, ConnectOfABrowser) {
  const auto reply = connect({{"Host", "chat.example.test:8443"},
                              {"Connection", "Upgrade"},
                              {"Pragma", "no-cache"},
                              {"Upgrade", "websocket"},
                              {"content-length", "0"},
                              {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"},
                              {"Sec-WebSocket-Version", "13"},
                              {"cookie", "a=1"},
                              {"accept", "one"},
                              {"Accept", "two"},
                              {"Sec-WebSocket-Protocol", "chat, superchat"},
                              {"X-Forwarded-For", "198.51.100.7"}},
                             "room=red&room=blue&q=a%20b+c&empty=&%22=%5C");
  expect_golden("connect_browser.json");
  close(reply.session);
}

TEST_F(Events, ConnectWithNothing) {
  const auto reply = connect({{"X-Amzn-Trace-Id", "Root=1-mine"}});
  expect_golden("connect_bare.json");
  close(reply.session);
}

// What an authorizer is asked, and what a connection says of itself once it is known.
TEST_F(Events, OfAuthorisedConnections) {
  const std::string authorizer =
      run("CreateAuthorizer", Json::object({{"Name", "a"},
                                            {"AuthorizerType", "REQUEST"},
                                            {"AuthorizerUri", lambda_uri("auth")}}))["AuthorizerId"]
          .string_or("");
  const Json routes = run("GetRoutes");
  for (const Json& one : routes["Items"].items()) {
    if (one["RouteKey"].string_or("") != "$connect") continue;
    run("UpdateRoute", Json::object({{"RouteId", one["RouteId"]},
                                     {"AuthorizationType", "CUSTOM"},
                                     {"AuthorizerId", authorizer}}));
  }
  deploy();
  invoker.returns("{}");
  connect({{"Host", "chat.example.test:8443"},
           {"Connection", "Upgrade"},
           {"Upgrade", "websocket"},
           {"X-Amzn-Trace-Id", "Root=1-mine"}},
          "room=red&room=blue");
  expect_golden("authorizer.json");
  invoker.answer = [](const FakeInvoker::Call& call) {
    return platform::InvokeReply{
        call.request.function_arn.ends_with(":auth")
            ? R"({"principalId":"ann","context":{"b":true,"n":12.5},"policyDocument":{"Version":)"
              R"("2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}})"
            : "{}"};
  };
  const auto session = open();
  expect_golden("connect_authorised.json");
  session->message(R"({"action":"sendmessage"})");
  expect_golden("message_authorised.json");
  close(session, 1001, "Going away");
  expect_golden("disconnect_authorised.json");
}

TEST_F(Events, MessageAndStageVariables) {
  const auto session = open();
  clock.advance_ms(1534);
  session->message("{\"action\":\"sendmessage\",\"message\":\"h\\u00e9 \xC3\xA9\"}");
  expect_golden("message.json");
  run("UpdateStage",
      Json::object({{"StageName", "dev"}, {"StageVariables", Json::object({{"b", "2"}})}}));
  session->message(R"({"action":"sendmessage"})");
  expect_golden("message_stage_variables.json");
  close(session);
}

TEST_F(Events, DisconnectInEveryManner) {
  const struct {
    int code;
    const char* reason;
    const char* golden;
  } cases[] = {{1005, "", "disconnect_1005.json"},
               {1006, "", "disconnect_1006.json"},
               {4001, "bye \"you\"", "disconnect_4001.json"},
               {1000, "", "disconnect_1000.json"},
               {1001, "Going away", "disconnect_1001.json"}};
  for (const auto& c : cases) {
    const auto session = open();
    clock.advance_ms(60'000);
    close(session, c.code, c.reason);
    expect_golden(c.golden);
    clock.advance_ms(-60'000);
  }
}

}  // namespace
}  // namespace fairlead::apigateway
