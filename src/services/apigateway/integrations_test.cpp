// Integrations beyond Lambda's proxy: what reaches the backend, and what its answer becomes.
#include "base/text.h"
#include "services/apigateway/events.h"
#include "services/apigateway/template_objects.h"
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class FakeServices : public platform::ServiceCaller {
 public:
  std::vector<platform::ServiceCall> calls;
  platform::ServiceAnswer answer{200, {{"x-amzn-RequestId", "R1"}}, "{}"};
  bool role_exists = true;

  bool has(std::string_view service) const override { return service == "dynamodb"; }
  Result<platform::ServiceAnswer> call(platform::Context&,
                                       const platform::ServiceCall& call) override {
    calls.push_back(call);
    if (!role_exists) return Error{&platform::kCannotAssumeRole, "no role", {}};
    return answer;
  }
};

class FakeHttp : public platform::HttpCaller {
 public:
  std::vector<platform::HttpCall> calls;
  platform::HttpAnswer answer{200, {{"X-Of", "server"}}, "from the server"};
  const ErrorCode* error = nullptr;

  Result<platform::HttpAnswer> call(const platform::HttpCall& call) override {
    calls.push_back(call);
    if (error) return Error{error, "no", {}};
    return answer;
  }
};

class FakeTarget : public platform::Target {
 public:
  std::vector<platform::Delivery> deliveries;
  bool takes(std::string_view) const override { return true; }
  Status deliver(platform::Context&, platform::Delivery delivery) override {
    deliveries.push_back(std::move(delivery));
    return {};
  }
};

std::string header(const platform::HeaderList& headers, std::string_view name) {
  const std::string* value = find_header(headers, name);
  return value ? *value : "none";
}

Json one(const char* key, Json value) { return Json::object({{key, std::move(value)}}); }

class Integrations : public House {
 protected:
  void SetUp() override {
    targets.add(target);
    gateway->set_callers({&http, &services, &targets});
    make_api();
  }

  // An integration with responses, each {key, template or null}, and a two-way route of its own.
  std::string add(const std::string& route_key, Json integration,
                  std::vector<std::pair<std::string, Json>> responses) {
    const std::string id =
        run("CreateIntegration", std::move(integration))["IntegrationId"].string_or("");
    for (auto& [key, text] : responses) {
      Json response = Json::object({{"IntegrationId", id}, {"IntegrationResponseKey", key}});
      if (!text.is_null()) response.set("ResponseTemplates", one("$default", text));
      run("CreateIntegrationResponse", response);
    }
    route(route_key, id, Way::kTwo);
    return id;
  }
  static Json put_item() {
    return Json::object({{"IntegrationType", "AWS"},
                         {"IntegrationMethod", "POST"},
                         {"IntegrationUri", "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem"},
                         {"CredentialsArn", "arn:aws:iam::111122223333:role/writer"},
                         {"TemplateSelectionExpression", "\\$default"},
                         {"RequestTemplates", one("$default",
                                                  "#set($ttl = $context.requestTimeEpoch + 86400)"
                                                  "{\"id\":\"$context.connectionId\",\"ttl\":$ttl,"
                                                  "\"text\":$input.json('$.text')}")}});
  }
  static Json function(const char* name = "work") {
    return Json::object({{"IntegrationType", "AWS"},
                         {"IntegrationMethod", "POST"},
                         {"IntegrationUri", lambda_uri(name)}});
  }
  static Json server(const char* type = "HTTP", const char* uri = "http://backend.test/in") {
    return Json::object(
        {{"IntegrationType", type}, {"IntegrationMethod", "POST"}, {"IntegrationUri", uri}});
  }
  std::string send(const std::string& text) {
    const auto frame = session->message(text);
    return frame ? masked(*frame) : "silence";
  }
  void begin() {
    deploy();
    session = open();
  }
  void TearDown() override {
    if (session) close(session);
  }

  FakeHttp http;
  FakeServices services;
  FakeTarget target;
  platform::Targets targets;
  std::shared_ptr<platform::GatewaySession> session;
};

TEST_F(Integrations, AService) {
  add("save", put_item(),
      {{"/200/", "saved $input.path('$.n') for $context.connectionId"},
       {"/4\\d\\d/", "refused: $input.path('$.message')"}});
  begin();
  services.answer.body = R"({"n":7})";
  EXPECT_EQ(send(R"({"action":"save","text":"a \"b\""})"), "saved 7 for " + last_id);
  const platform::ServiceCall& call = services.calls.at(0);
  EXPECT_EQ(call.service + " " + call.action, "dynamodb PutItem");
  EXPECT_EQ(call.role_arn, "arn:aws:iam::111122223333:role/writer");
  EXPECT_EQ(call.body, "{\"id\":\"" + last_id + "\",\"ttl\":" +
                           std::to_string(clock.now_ms() + 86400) + ",\"text\":\"a \\\"b\\\"\"}");
  services.answer = {400, {}, R"({"message":"too long"})"};
  EXPECT_EQ(send(R"({"action":"save"})"), "refused: too long");
  EXPECT_NE(services.calls.back().body.find("\"text\":\"\""), std::string::npos);
  services.answer.status = 500;
  EXPECT_EQ(send(R"({"action":"save"})"), error_frame("Internal server error"));
  services.role_exists = false;
  EXPECT_EQ(send(R"({"action":"save"})"), error_frame("Internal server error"));
}

TEST_F(Integrations, OnConnectAndDisconnect) {
  Json integration = put_item();
  integration.set("RequestTemplates",
                  one("$default",
                      "$context.eventType $input.body $input.params('room') "
                      "$input.params().get('header').get('User-Agent') "
                      "$input.params().querystring $context.identity.sourceIp"));
  const std::string id = run("CreateIntegration", integration)["IntegrationId"].string_or("");
  run("CreateIntegrationResponse",
      Json::object({{"IntegrationId", id}, {"IntegrationResponseKey", "/200/"}}));
  route("$connect", id);
  route("$disconnect", id);
  deploy();
  auto reply = connect({{"User-Agent", "tester/1"}}, "room=blue");
  ASSERT_EQ(reply.status, 101);
  EXPECT_EQ(services.calls.back().body, "CONNECT {} blue tester/1 {room=blue} 203.0.113.9");
  reply.session->established();
  close(reply.session);
  EXPECT_EQ(services.calls.back().body, "DISCONNECT {}   {} 203.0.113.9");
  services.answer.status = 400;
  EXPECT_EQ(connect().status, 500) << "no integration response fits";
  services.answer.status = 200;
  services.role_exists = false;
  EXPECT_EQ(connect().status, 500);
}

TEST_F(Integrations, ABackendRefusesAHandshake) {
  const std::string id = run("CreateIntegration", server())["IntegrationId"].string_or("");
  run("CreateIntegrationResponse",
      Json::object({{"IntegrationId", id},
                    {"IntegrationResponseKey", "$default"},
                    {"ResponseParameters",
                     one("route.response.header.X-Why", "integration.response.header.X-Of")}}));
  route("$connect", id);
  deploy();
  const auto accepted = connect();
  ASSERT_EQ(accepted.status, 101);
  close(accepted.session);
  http.answer = {403, {{"X-Of", "rules"}}, "not you"};
  const auto reply = connect();
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body, "not you");
  EXPECT_EQ(header(reply.headers, "X-Why"), "rules");
  http.error = &platform::kHttpTimedOut;
  EXPECT_EQ(connect().status, 504);
}

TEST_F(Integrations, AFunction) {
  add("work", function(),
      {{"$default", Json()}, {"/.*teapot.*/", "{\"error\":$input.json('$.errorMessage')}"}});
  Json templated = function();
  templated.set("RequestTemplates", one("$default",
                                        "{\"from\":\"$util.escapeJavaScript($input.path('$.who'))"
                                        ".replaceAll(\"\\\\'\",\"'\")\"}"));
  add("templated", templated, {{"$default", "<$input.path('$.sum')>"}});
  add("strict", function(), {{"/no.*/", Json()}});
  begin();
  invoker.returns(R"({"plain":true})");
  EXPECT_EQ(send(R"({"action":"work","x":1})"), R"({"plain":true})");
  EXPECT_EQ(invoker.calls.back().request.payload, R"({"action":"work","x":1})");
  EXPECT_EQ(invoker.calls.back().request.source_principal, "apigateway.amazonaws.com");
  invoker.answer = [](const auto&) {
    return platform::InvokeReply{R"({"errorMessage":"I am a teapot!"})", true};
  };
  EXPECT_EQ(send(R"({"action":"work"})"), R"({"error":"I am a teapot!"})");
  invoker.throws();
  EXPECT_EQ(send(R"({"action":"work"})"), R"({"errorMessage":"boom"})") << "$default";
  EXPECT_EQ(send(R"({"action":"strict"})"), error_frame("Internal server error"));
  invoker.returns(R"({"sum":12})");
  EXPECT_EQ(send(R"({"action":"templated","who":"O'Hara/é"})"), "<12>");
  EXPECT_EQ(invoker.calls.back().request.payload, R"({"from":"O'Hara\/\u00E9"})");
  invoker.fails(platform::kInvokeTimedOut);
  EXPECT_EQ(send(R"({"action":"work"})"), error_frame("Endpoint request timed out"));
}

TEST_F(Integrations, AFunctionThatIsNotWaitedFor) {
  Json integration = function("later");
  integration.set("RequestParameters",
                  one("integration.request.header.X-Amz-Invocation-Type", "'Event'"));
  add("later", integration, {{"$default", "accepted"}});
  begin();
  EXPECT_EQ(send(R"({"action":"later"})"), "accepted");
  EXPECT_TRUE(invoker.calls.empty());
  ASSERT_EQ(target.deliveries.size(), 1u);
  EXPECT_EQ(target.deliveries[0].arn, "arn:aws:lambda:eu-west-1:111122223333:function:later");
  EXPECT_EQ(target.deliveries[0].payload, R"({"action":"later"})");
  EXPECT_EQ(target.deliveries[0].source_principal, "apigateway.amazonaws.com");
}

TEST_F(Integrations, AServerWithParameters) {
  Json integration = server("HTTP", "http://${stageVariables.host}/rooms/{room}?v=1");
  integration.set("RequestParameters",
                  Json::object({{"integration.request.path.room", "route.request.body.room"},
                                {"integration.request.querystring.who", "context.connectionId"},
                                {"integration.request.querystring.not", "route.request.body.not"},
                                {"integration.request.header.X-Stage", "context.stage"},
                                {"integration.request.header.X-N", "route.request.body.list[1]"},
                                {"integration.request.header.X-Host", "stageVariables.host"},
                                {"integration.request.header.X-Fixed", "'a b'"}}));
  add("go", integration, {{"/2\\d\\d/", Json()}, {"/5.*/", "broken: $context.status"}});
  deploy();
  run("UpdateStage",
      Json::object({{"StageName", "dev"}, {"StageVariables", one("host", "backend.test:81")}}));
  session = open();
  EXPECT_EQ(send(R"({"action":"go","room":"a b/c","list":[1,{"k":2}]})"), "from the server");
  const platform::HttpCall& call = http.calls.at(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://backend.test:81/rooms/a%20b%2Fc?v=1&who=" + percent_encode(last_id));
  EXPECT_EQ(header(call.headers, "X-Stage"), "dev");
  EXPECT_EQ(header(call.headers, "X-N"), R"({"k":2})");
  EXPECT_EQ(header(call.headers, "X-Host"), "backend.test:81");
  EXPECT_EQ(header(call.headers, "X-Fixed"), "a b");
  EXPECT_EQ(call.body, R"({"action":"go","room":"a b/c","list":[1,{"k":2}]})");
  http.answer.status = 503;
  EXPECT_EQ(send(R"({"action":"go"})"), "broken: 503");
  http.answer.status = 404;
  EXPECT_EQ(send(R"({"action":"go"})"), error_frame("Internal server error"));
  http.error = &platform::kHttpTimedOut;
  EXPECT_EQ(send(R"({"action":"go"})"), error_frame("Endpoint request timed out"));
}

TEST_F(Integrations, AServerByProxy) {
  add("proxy", server("HTTP_PROXY"), {{"/201/", "never"}});
  begin();
  EXPECT_EQ(send(R"({"action":"proxy"})"), "from the server");
  http.answer = {500, {}, "oops"};
  EXPECT_EQ(send(R"({"action":"proxy"})"), "oops");
  http.answer.body = std::string(131073, 'x');
  EXPECT_EQ(send(R"({"action":"proxy"})"), error_frame("Internal server error"));
  http.error = &platform::kHttpFailed;
  EXPECT_EQ(send(R"({"action":"proxy"})"), error_frame("Internal server error"));
}

TEST_F(Integrations, Passthrough) {
  const auto with = [&](const char* behaviour, Json templates) {
    Json integration = server();
    integration.set("PassthroughBehavior", behaviour);
    integration.set("TemplateSelectionExpression", "${request.body.pick}");
    if (!templates.is_null()) integration.set("RequestTemplates", templates);
    return integration;
  };
  add("match", with("WHEN_NO_MATCH", one("a", "A")), {{"$default", Json()}});
  add("some", with("WHEN_NO_TEMPLATES", one("a", "A")), {{"$default", Json()}});
  add("none", with("WHEN_NO_TEMPLATES", Json()), {{"$default", Json()}});
  add("never", with("NEVER", Json()), {{"$default", Json()}});
  begin();
  send(R"({"action":"match","pick":"a"})");
  EXPECT_EQ(http.calls.back().body, "A");
  send(R"({"action":"match"})");
  EXPECT_EQ(http.calls.back().body, R"({"action":"match"})");
  send(R"({"action":"none"})");
  EXPECT_EQ(http.calls.back().body, R"({"action":"none"})");
  const std::size_t calls = http.calls.size();
  EXPECT_EQ(send(R"({"action":"some"})"), error_frame("Unsupported Media Type"));
  EXPECT_EQ(send(R"({"action":"never"})"), error_frame("Unsupported Media Type"));
  EXPECT_EQ(http.calls.size(), calls);
}

TEST_F(Integrations, ContentHandling) {
  Json integration = server();
  integration.set("ContentHandlingStrategy", "CONVERT_TO_BINARY");
  integration.set("RequestTemplates", one("$default", "$input.path('$.data')"));
  const std::string id = add("bytes", integration, {});
  run("CreateIntegrationResponse", Json::object({{"IntegrationId", id},
                                                 {"IntegrationResponseKey", "$default"},
                                                 {"ContentHandlingStrategy", "CONVERT_TO_TEXT"}}));
  begin();
  http.answer.body = "\xFF\xFE";
  EXPECT_EQ(send(R"({"action":"bytes","data":"aGk="})"), "//4=");
  EXPECT_EQ(http.calls.back().body, "hi");
  EXPECT_EQ(send(R"({"action":"bytes","data":"*"})"), error_frame("Internal server error"));
}

TEST_F(Integrations, MockThatComputes) {
  add("mock",
      Json::object({{"IntegrationType", "MOCK"},
                    {"RequestTemplates", one("$default",
                                             "#if($input.path('$.bad')){\"statusCode\":400}"
                                             "#else{\"statusCode\":200}#end")}}),
      {{"/200/",
        "#foreach($x in $input.path('$.list'))$x#if($foreach.hasNext),#end#end"
        " on $context.stage by $context.routeKey"},
       {"$default", "bad: $util.urlEncode('a b')"}});
  begin();
  EXPECT_EQ(send(R"({"action":"mock"})"), " on dev by mock");
  EXPECT_EQ(send(R"({"action":"mock","bad":true})"), "bad: a+b");
}

TEST_F(Integrations, ResponseTemplateBySelection) {
  const std::string id = add("pick", server(), {});
  run("CreateIntegrationResponse",
      Json::object(
          {{"IntegrationId", id},
           {"IntegrationResponseKey", "$default"},
           {"TemplateSelectionExpression",
            "${integration.response.statuscode}-${integration.response.header.X-Of}"},
           {"ResponseTemplates", Json::object({{"200-server", "good"}, {"404-", "lost"}})}}));
  begin();
  EXPECT_EQ(send(R"({"action":"pick"})"), "good");
  http.answer = {404, {}, "raw"};
  EXPECT_EQ(send(R"({"action":"pick"})"), "lost");
  http.answer.status = 500;
  EXPECT_EQ(send(R"({"action":"pick"})"), "raw");
}

TEST_F(Integrations, Refused) {
  const auto changed = [](Json integration, const char* member, Json value) {
    integration.set(member, std::move(value));
    return integration;
  };
  const std::string mapping =
      "400 BadRequestException Invalid mapping expression specified: Validation Result: "
      "warnings : [], errors : [Invalid mapping expression specified: ";
  const std::pair<Json, std::string> rows[] = {
      {changed(put_item(), "CredentialsArn", Json()),
       "400 BadRequestException Role ARN must be specified for AWS integrations"},
      {changed(put_item(), "IntegrationUri", "arn:aws:apigateway:eu-west-1:states:action/X"),
       "501 NotImplemented An integration with the service states is not implemented by Fairlead "
       "yet."},
      {changed(put_item(), "IntegrationUri", "arn:aws:apigateway:eu-west-1:dynamodb:PutItem"),
       "400 BadRequestException AWS ARN for integration must contain path or action"},
      {changed(put_item(), "IntegrationMethod", Json()),
       "400 BadRequestException Enumeration value for HttpMethod must be non-empty"},
      {changed(server(), "IntegrationMethod", "FETCH"),
       "400 BadRequestException Invalid HTTP method specified: FETCH"},
      {changed(server(), "IntegrationUri", "ftp://x"),
       "400 BadRequestException Invalid HTTP endpoint specified for URI"},
      {changed(server(), "PassthroughBehavior", "SOMETIMES"),
       "400 BadRequestException Invalid passthroughBehavior specified: SOMETIMES"},
      {changed(server(), "ConnectionType", "VPC_LINK"),
       "501 NotImplemented ConnectionType VPC_LINK is not implemented by Fairlead yet."},
      {changed(server(), "RequestParameters",
               one("integration.request.header.X", "integration.response.header.Y")),
       mapping + "integration.response.header.Y]"},
      {changed(server(), "RequestParameters", one("integration.request.body.X", "'a'")),
       mapping + "integration.request.body.X]"},
      {changed(server(), "RequestParameters",
               one("integration.request.header.X", "route.request.body.a[")),
       mapping + "route.request.body.a[]"},
  };
  for (const auto& [input, words] : rows) {
    Json copy = input;
    if (copy["CredentialsArn"].is_null()) copy.erase("CredentialsArn");
    if (copy["IntegrationMethod"].is_null()) copy.erase("IntegrationMethod");
    EXPECT_EQ(refused("CreateIntegration", copy), words);
  }
  EXPECT_TRUE(refused("CreateIntegration",
                      changed(server(), "RequestTemplates", one("$default", "#if($x)")))
                  .starts_with("400 BadRequestException Invalid mapping template specified for "
                               "$default: line 1"));
}

TEST(TemplateObjects, EscapeJavaScript) {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"it's", "it\\'s"},
      {"a\"b", "a\\\"b"},
      {"a/b\\", "a\\/b\\\\"},
      {"\n\t\r\b\f", "\\n\\t\\r\\b\\f"},
      {"\x01", "\\u0001"},
      {"é", "\\u00E9"},
      {"😀", "\\uD83D\\uDE00"},
  };
  for (const auto& [text, escaped] : rows) EXPECT_EQ(escape_java_script(text), escaped) << text;
}

}  // namespace
}  // namespace fairlead::apigateway
