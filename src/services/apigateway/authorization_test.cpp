// Who may connect, by Lambda authorizer, by signature and not at all; and what later events say of
// them (reference/websocket-api.md §3.3 and §4).
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

const ErrorCode kBadSignature{"InvalidSignatureException", 403};

// An authorizer's answer that allows or denies everything.
std::string verdict(const std::string& effect, const std::string& more = "",
                    const std::string& resource = "*") {
  return R"({"principalId":"ann","policyDocument":{"Version":"2012-10-17","Statement":[)"
         R"({"Action":"execute-api:Invoke","Effect":")" +
         effect + R"(","Resource":")" + resource + R"("}]})" + more + "}";
}

class Authorization : public House {
 protected:
  void SetUp() override {
    make_api();
    const std::string function = lambda("chat");
    connect_route = route("$connect", function);
    route("$disconnect", function);
    route("say", function);
    invoker.answer = [this](const FakeInvoker::Call& call) -> Result<platform::InvokeReply> {
      if (call.request.function_arn.ends_with(":auth")) return authorizer(call);
      return platform::InvokeReply{"{\"statusCode\":200}"};
    };
  }
  void use_authorizer(Json sources = Json::array(), Json also = Json::object()) {
    also.set("Name", "auth");
    also.set("AuthorizerType", "REQUEST");
    if (!also.has("AuthorizerUri")) also.set("AuthorizerUri", lambda_uri("auth"));
    also.set("IdentitySource", std::move(sources));
    authorizer_id = run("CreateAuthorizer", std::move(also))["AuthorizerId"].string_or("");
    run("UpdateRoute", Json::object({{"RouteId", connect_route},
                                     {"AuthorizationType", "CUSTOM"},
                                     {"AuthorizerId", authorizer_id}}));
    deploy();
  }
  void says(std::string payload) {
    authorizer = [payload](const FakeInvoker::Call&) { return platform::InvokeReply{payload}; };
  }
  Json event(std::size_t i) const {
    return parse_json(invoker.calls.at(i).request.payload).value();
  }
  std::string body_with(const std::string& message) const {
    return "{\"message\": " + message + ", \"connectionId\":\"";
  }

  std::string connect_route, authorizer_id;
  std::function<Result<platform::InvokeReply>(const FakeInvoker::Call&)> authorizer;
};

struct Case {
  const char* what;
  std::string payload;
  int status;
  const char* message;  // JSON
};

TEST_F(Authorization, WhatTheAuthorizerReturnsDecides) {
  use_authorizer();
  const std::string base = "arn:aws:execute-api:eu-west-1:111122223333:" + api_id + "/dev/";
  const char* const denied =
      "\"User is not authorized to access this resource with an explicit deny in an "
      "identity-based policy\"";
  const char* const not_allowed =
      "\"User is not authorized to access this resource because no identity-based policy allows "
      "the execute-api:Invoke action\"";
  const std::string big(9000, 'x');
  const Case cases[] = {
      {"allow", verdict("Allow"), 101, ""},
      {"allow this", verdict("Allow", "", base + "$connect"), 101, ""},
      {"allow the stage", verdict("Allow", "", base + "*"), 101, ""},
      {"REST's form of resource", verdict("Allow", "", base + "*/*"), 403, not_allowed},
      {"another API", verdict("Allow", "", "arn:aws:execute-api:*:*:other/*"), 403, not_allowed},
      {"deny", verdict("Deny"), 403, denied},
      {"flat context", verdict("Allow", R"(,"context":{"a":1,"b":true,"c":"x","d":null})"), 101,
       ""},
      {"nested context", verdict("Allow", R"(,"context":{"a":{}})"), 500, "null"},
      {"context that is no map", verdict("Allow", R"(,"context":[])"), 500, "null"},
      {"too large", verdict("Allow", ",\"context\":{\"a\":\"" + big + "\"}"), 500, "null"},
      {"no principal", R"({"policyDocument":{"Statement":[]}})", 500, "null"},
      {"no policy", R"({"principalId":"ann"})", 500, "null"},
      {"no statements", R"({"principalId":"a","policyDocument":{"Version":"2012-10-17"}})", 500,
       "null"},
      {"a condition that holds",
       R"({"principalId":"a","policyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow",
          "Action":"execute-api:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":
          "203.0.113.0/24"},"Bool":{"aws:SecureTransport":"true"}}}}})",
       101, ""},
      {"a condition that does not",
       R"({"principalId":"a","policyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow",
          "Action":"execute-api:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":
          "10.0.0.0/8"}}}}})",
       403, not_allowed},
      {"null", "null", 500, "null"},
      {"nothing", "", 500, "null"},
      {"text", "\"Allow\"", 500, "null"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    says(one.payload);
    const std::size_t before = invoker.calls.size();
    const auto reply = connect();
    EXPECT_EQ(reply.status, one.status);
    EXPECT_EQ(invoker.calls.size() - before, one.status == 101 ? 2u : 1u);
    if (reply.session) {
      reply.session->established();
      close(reply.session);
      continue;
    }
    EXPECT_TRUE(reply.body.starts_with(body_with(one.message))) << reply.body;
    EXPECT_EQ(reply.headers.at(0).second, "application/json; charset=UTF-8");
    EXPECT_EQ(reply.headers.at(1).first, "x-amz-apigw-id");
    EXPECT_EQ(records(), 0u);
  }
}

TEST_F(Authorization, ErrorsOfTheAuthorizer) {
  use_authorizer();
  const auto throws = [&](std::string message) {
    authorizer = [message](const FakeInvoker::Call&) {
      return platform::InvokeReply{"{\"errorMessage\":\"" + message + "\"}", true};
    };
    return connect();
  };
  auto reply = throws("Unauthorized");
  EXPECT_EQ(reply.status, 401);
  EXPECT_TRUE(reply.body.starts_with(body_with("\"Unauthorized\"")));
  for (const char* message : {"unauthorized", "Error: Unauthorized", "boom"}) {
    reply = throws(message);
    EXPECT_EQ(reply.status, 500);
    EXPECT_TRUE(reply.body.starts_with(body_with("\"Internal server error\"")));
  }
  authorizer = [](const FakeInvoker::Call&) -> Result<platform::InvokeReply> {
    return Error{&kFunctionMissing, "no", {}};
  };
  EXPECT_EQ(connect().status, 500);
  authorizer = [](const FakeInvoker::Call&) -> Result<platform::InvokeReply> {
    return Error{&platform::kInvokeTimedOut, "no", {}};
  };
  EXPECT_EQ(connect().status, 500);
}

TEST_F(Authorization, TheAuthorizerIsCalledByApiGateway) {
  use_authorizer();
  says(verdict("Allow"));
  close(open());
  const auto& call = invoker.calls.at(0);
  EXPECT_EQ(call.request.source_principal, "apigateway.amazonaws.com");
  EXPECT_EQ(call.request.source_arn, "arn:aws:execute-api:eu-west-1:111122223333:" + api_id +
                                         "/authorizers/" + authorizer_id);
}

TEST_F(Authorization, StageVariablesAndRolesOfTheAuthorizer) {
  use_authorizer(Json::array(),
                 Json::object({{"AuthorizerUri", lambda_uri("${stageVariables.fn}")},
                               {"AuthorizerCredentialsArn", "arn:aws:iam::111122223333:role/r"}}));
  run("UpdateStage",
      Json::object({{"StageName", "dev"}, {"StageVariables", Json::object({{"fn", "auth"}})}}));
  says(verdict("Allow"));
  close(open());
  EXPECT_EQ(invoker.calls.at(0).cx.caller.arn,
            "arn:aws:sts::111122223333:assumed-role/r/BackplaneAssumeRoleSession");
  EXPECT_EQ(event(0)["stageVariables"]["fn"].string_or(""), "auth");
}

TEST_F(Authorization, AMissingIdentitySourceIs401WithoutACall) {
  use_authorizer(Json::array({"route.request.header.Auth", "route.request.querystring.t",
                              "context.connectionId", "context.identity.sourceIp"}));
  says(verdict("Allow"));
  struct Try {
    platform::HeaderList headers;
    const char* query;
    int status;
  };
  const Try tries[] = {{{}, "", 401},
                       {{{"auth", "x"}}, "", 401},
                       {{}, "t=1", 401},
                       {{{"auth", ""}}, "t=1", 401},
                       {{{"auth", "x"}}, "t=", 401},
                       {{{"auth", "x"}}, "t=1", 101}};
  for (const Try& one : tries) {
    const auto reply = connect(one.headers, one.query);
    EXPECT_EQ(reply.status, one.status);
    EXPECT_EQ(invoker.calls.size(), one.status == 101 ? 2u : 0u);
    if (one.status == 401) {
      EXPECT_TRUE(reply.body.starts_with(body_with("\"Unauthorized\"")));
    }
    if (reply.session) close(reply.session);
  }
}

TEST_F(Authorization, OddIdentitySources) {
  for (const char* source :
       {"stageVariables.none", "context.eventType", "context.messageDirection"}) {
    run("UpdateRoute", Json::object({{"RouteId", connect_route}, {"AuthorizationType", "NONE"}}));
    if (!authorizer_id.empty())
      run("DeleteAuthorizer", Json::object({{"AuthorizerId", authorizer_id}}));
    use_authorizer(Json::array({source}));
    says(verdict("Allow"));
    EXPECT_EQ(connect().status, 401) << source;
  }
}

TEST_F(Authorization, TheEventOfTheAuthorizer) {
  use_authorizer();
  says(verdict("Allow"));
  auto reply = connect({{"Host", "chat.example.test"},
                        {"Upgrade", "websocket"},
                        {"Connection", "Upgrade"},
                        {"a", "1"}});
  close(reply.session);
  const Json asked = event(0), connected = event(1);
  std::string order, headers;
  for (const auto& member : asked.members()) order += member.key + " ";
  for (const auto& member : asked["headers"].members()) headers += member.key + " ";
  EXPECT_EQ(order,
            "type methodArn headers multiValueHeaders queryStringParameters "
            "multiValueQueryStringParameters stageVariables requestContext ");
  EXPECT_EQ(headers,
            "a Connection content-length Host Upgrade X-Amzn-Trace-Id X-Forwarded-For "
            "X-Forwarded-Port X-Forwarded-Proto ");
  EXPECT_EQ(asked["methodArn"].string_or(""),
            "arn:aws:execute-api:eu-west-1:111122223333:" + api_id + "/dev/$connect");
  EXPECT_EQ(write_json(asked["queryStringParameters"]), "{}");
  EXPECT_EQ(write_json(asked["stageVariables"]), "{}");
  Json context = connected["requestContext"];
  EXPECT_TRUE(context.erase("authorizer"));
  EXPECT_EQ(write_json(asked["requestContext"]), write_json(context));
}

TEST_F(Authorization, EveryLaterEventKnowsTheContext) {
  use_authorizer();
  authorizer = [this](const FakeInvoker::Call&) {
    clock.advance_ms(7);
    return platform::InvokeReply{verdict(
        "Allow", R"(,"context":{"n":1.50,"b":true,"s":"x\"y","z":null,"principalId":"no"})")};
  };
  const auto session = open();
  const std::string context = R"({"n":"1.50","b":"true","s":"x\"y","principalId":"ann")";
  EXPECT_EQ(write_json(last_event()["requestContext"]["authorizer"]),
            context + ",\"integrationLatency\":7}");
  session->message(R"({"action":"say"})");
  EXPECT_EQ(write_json(last_event()["requestContext"]["authorizer"]), context + "}");
  EXPECT_EQ(last_event()["requestContext"].members().at(1).key, "authorizer");
  close(session, 1001);
  EXPECT_EQ(write_json(last_event()["requestContext"]["authorizer"]), context + "}");
  EXPECT_EQ(last_event()["requestContext"].members().at(2).key, "authorizer");
}

TEST_F(Authorization, TheContextSurvivesACrash) {
  use_authorizer();
  says(verdict("Allow", R"(,"context":{"n":1})"));
  const auto session = open();
  const std::unique_ptr<ApiGateway> before = std::move(gateway);
  const std::unique_ptr<platform::Registry> registry_before = std::move(registry);
  start({});
  gateway->disconnect_survivors();
  EXPECT_EQ(write_json(last_event()["requestContext"]["authorizer"]),
            R"({"n":"1","principalId":"ann"})");
  session->closed(1006, "");
}

TEST_F(Authorization, AuthorizersAreFrozenByDeployments) {
  use_authorizer();
  says(verdict("Allow"));
  run("UpdateAuthorizer",
      Json::object({{"AuthorizerId", authorizer_id}, {"AuthorizerUri", lambda_uri("other")}}));
  close(open());
  deploy();
  EXPECT_EQ(connect().status, 500);  // "other" answers with a proxy response
  EXPECT_TRUE(invoker.calls.back().request.function_arn.ends_with(":other"));
}

TEST_F(Authorization, Signatures) {
  run("UpdateRoute", Json::object({{"RouteId", connect_route}, {"AuthorizationType", "AWS_IAM"}}));
  deploy();
  auto reply = connect();
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body, R"({"message":"Missing Authentication Token"})");
  EXPECT_EQ(reply.headers.at(2).second, "MissingAuthenticationTokenException");

  authenticate = [](platform::Context&) -> Status { return Error{&kBadSignature, "no good", {}}; };
  reply = connect();
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body, R"({"message":"no good"})");
  EXPECT_EQ(reply.headers.at(2).second, "InvalidSignatureException");

  platform::Principal ann{platform::Principal::Kind::kUser, "111122223333",
                          "arn:aws:iam::111122223333:user/ann", "AIDA1", "AKIA1"};
  authenticate = [&](platform::Context& cx) -> Status {
    cx.caller = ann;
    return {};
  };
  const auto session = open();
  EXPECT_EQ(write_json(last_event()["requestContext"]["identity"]),
            R"({"userArn":"arn:aws:iam::111122223333:user/ann","userAgent":"tester/1",)"
            R"("accountId":"111122223333","caller":"AIDA1","sourceIp":"203.0.113.9",)"
            R"("accessKey":"AKIA1","user":"AIDA1"})");
  close(session);
  EXPECT_EQ(last_event()["requestContext"]["identity"]["accessKey"].string_or(""), "AKIA1");
  EXPECT_FALSE(last_event()["requestContext"].has("authorizer"));

  ann.account = "999988887777";
  reply = connect();
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body,
            R"({"message":"User: arn:aws:iam::111122223333:user/ann is not authorized to perform: )"
            "execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:" +
                api_id + R"(/dev/$connect"})");
}

}  // namespace
}  // namespace fairlead::apigateway
