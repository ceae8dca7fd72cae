// @connections: the rows of reference §14.2 to §14.4 and the permission's resource of §14.7.
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Management : public House {
 protected:
  void SetUp() override {
    make_api();
    route("$default", "");
    deploy();
    session = open();
    id = last_id;
  }
  void TearDown() override { close(session); }
  std::string outcome(const std::string& operation, const std::string& connection,
                      std::string body = "") {
    auto reply = call(operation, Json::object({{"ConnectionId", connection}}), std::move(body));
    return reply.ok() ? std::to_string(reply.value().status) : words(reply.error());
  }
  std::shared_ptr<platform::GatewaySession> session;
  std::string id;
};

TEST_F(Management, PostSendsText) {
  EXPECT_EQ(outcome("PostToConnection", id, "hello"), "0");
  EXPECT_EQ(outcome("PostToConnection", id, ""), "0");
  EXPECT_EQ(outcome("PostToConnection", id, "a\xFFz"), "0");
  ASSERT_EQ(pusher.pushed.size(), 3u);
  EXPECT_EQ(pusher.pushed[0], std::pair(id, std::string("hello")));
  EXPECT_EQ(pusher.pushed[1].second, "");
  EXPECT_EQ(pusher.pushed[2].second, "a\xEF\xBF\xBDz");
}

TEST_F(Management, PostRefusals) {
  EXPECT_EQ(outcome("PostToConnection", id, std::string(131072, 'x')), "0");
  EXPECT_EQ(outcome("PostToConnection", id, std::string(131073, 'x')),
            "413 PayloadTooLargeException");
  pusher.backed_up = true;
  EXPECT_EQ(outcome("PostToConnection", id, "x"), "429 LimitExceededException");
  pusher.backed_up = false;
  pusher.open.erase(id);  // the socket is gone, $disconnect has not run yet
  EXPECT_EQ(outcome("PostToConnection", id, "x"), "410 GoneException");
}

TEST_F(Management, MalformedAndUnknownIds) {
  for (const char* operation : {"PostToConnection", "GetConnection", "DeleteConnection"}) {
    EXPECT_EQ(outcome(operation, "nonsense"),
              "400 BadRequestException Invalid connectionId: nonsense");
    EXPECT_EQ(outcome(operation, "O3b9tc0WIAMCKew="), "410 GoneException");
  }
  EXPECT_EQ(outcome("PostToConnection", "nonsense", std::string(131073, 'x')),
            "400 BadRequestException Invalid connectionId: nonsense");
}

TEST_F(Management, GetIsPrettyPrinted) {
  auto reply = call("GetConnection", Json::object({{"ConnectionId", id}}));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply.value().body,
            "{\n"
            "  \"identity\" : {\n"
            "    \"sourceIp\" : \"203.0.113.9\",\n"
            "    \"userAgent\" : \"tester/1\"\n"
            "  },\n"
            "  \"connectedAt\" : \"2026-01-12T21:44:56.599Z\",\n"
            "  \"lastActiveAt\" : \"2026-01-12T21:44:58.133Z\"\n"
            "}");
  EXPECT_TRUE(reply.value().output.is_null());
}

TEST_F(Management, GetWithoutUserAgent) {
  auto handshake = connect({});
  handshake.session->established();
  auto reply =
      call("GetConnection", Json::object({{"ConnectionId", handshake.session->connection_id()}}));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply.value().body.find("userAgent"), std::string::npos);
  close(handshake.session);
}

TEST_F(Management, DeleteClosesOnce) {
  EXPECT_EQ(outcome("DeleteConnection", id), "204");
  EXPECT_EQ(pusher.closed, std::vector<std::string>{id + " 1000 Connection Closed Normally"});
  EXPECT_EQ(outcome("DeleteConnection", id), "410 GoneException");
  EXPECT_EQ(outcome("PostToConnection", id, "x"), "410 GoneException");
  EXPECT_EQ(outcome("GetConnection", id), "410 GoneException");
}

TEST_F(Management, GoneWhileConnectingAndWhileDisconnecting) {
  route("$connect", lambda());
  route("$disconnect", lambda());
  deploy();
  std::vector<std::string> outcomes;
  invoker.answer = [&](const FakeInvoker::Call& sent) {
    const Json event = parse_json(sent.request.payload).value();
    const std::string own = event["requestContext"]["connectionId"].string_or("");
    pusher.open.insert(own);
    outcomes.push_back(outcome("PostToConnection", own, "x"));
    return platform::InvokeReply{"{}"};
  };
  auto reply = connect();
  EXPECT_EQ(outcome("PostToConnection", last_id, "x"), "410 GoneException");
  reply.session->established();
  EXPECT_EQ(outcome("PostToConnection", last_id, "x"), "0");
  close(reply.session);
  EXPECT_EQ(outcomes, (std::vector<std::string>{"410 GoneException", "410 GoneException"}));
  invoker.answer = nullptr;  // it speaks of this test's locals
}

TEST_F(Management, AnyStageOfTheApiButNoOtherApi) {
  const auto post_as = [&](const platform::Context& from) {
    platform::Context cx = from;
    platform::Request request;
    request.input = Json::object({{"ConnectionId", id}});
    auto reply = registry->run("apigatewaymanagementapi", "PostToConnection", cx, request);
    return reply.ok() ? "sent" : words(reply.error());
  };
  platform::Context cx = context();
  cx.stage = "another";
  EXPECT_EQ(post_as(cx), "sent");
  cx.api_id = "otherapi00";
  EXPECT_EQ(post_as(cx), "410 GoneException");
  cx = context();
  cx.api_id = cx.stage = "";  // an address that names no API
  EXPECT_EQ(post_as(cx), "sent");
  cx.account = "999999999999";
  EXPECT_EQ(post_as(cx), "410 GoneException");
}

TEST_F(Management, PermissionIsAboutALiteralPlaceholder) {
  const struct {
    const char* operation;
    const char* method;
  } rows[] = {
      {"PostToConnection", "POST"}, {"GetConnection", "GET"}, {"DeleteConnection", "DELETE"}};
  for (const auto& row : rows) {
    const auto* entry = registry->find("apigatewaymanagementapi", row.operation);
    ASSERT_TRUE(entry);
    EXPECT_STREQ(entry->operation->permission, "execute-api:ManageConnections");
    EXPECT_EQ(entry->operation->resource(context(), Json::object({{"ConnectionId", id}})),
              "arn:aws:execute-api:eu-west-1:111122223333:" + api_id + "/dev/" + row.method +
                  "/@connections/{connectionId}");
  }
}

}  // namespace
}  // namespace fairlead::apigateway
