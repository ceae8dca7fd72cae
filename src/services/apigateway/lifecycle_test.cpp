// Connections over time: exactly one $disconnect, survivors of a crash, frozen deployments,
// throttles, deletions under live sockets.
#include <atomic>
#include <thread>

#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Lifecycle : public House {
 protected:
  void SetUp() override {
    make_api();
    function = lambda();
    route("$connect", function);
    route("$disconnect", function);
    ping = route("ping", function, Way::kTwo);
    deploy();
  }
  std::vector<std::string> events() const {
    std::vector<std::string> seen;
    for (const auto& call : invoker.calls) {
      const Json event = parse_json(call.request.payload).value();
      seen.push_back(event["requestContext"]["eventType"].string_or("?") + " " +
                     event["requestContext"]["disconnectStatusCode"].string_or("") +
                     std::to_string(event["requestContext"]["disconnectStatusCode"].int_or(0)));
    }
    return seen;
  }
  using Seen = std::vector<std::string>;
  std::string function, ping;
};

TEST_F(Lifecycle, OneConnectAndOneDisconnect) {
  const auto session = open();
  EXPECT_EQ(records(), 1u);
  close(session, 1000);
  EXPECT_EQ(events(), (Seen{"CONNECT 0", "DISCONNECT 1000"}));
  EXPECT_EQ(records(), 0u);
  session->closed(1006, "");  // a second call changes nothing
  EXPECT_EQ(events().size(), 2u);
}

TEST_F(Lifecycle, ASocketThatClosedBeforeItWasEstablishedIsNotFound) {
  auto reply = connect();
  close(reply.session, 1006);
  reply.session->established();
  EXPECT_FALSE(gateway->place_of(last_id));
  EXPECT_EQ(events(), (Seen{"CONNECT 0", "DISCONNECT 1006"}));
}

TEST_F(Lifecycle, TheRecordOutlivesTheDisconnectFunction) {
  const auto session = open();
  std::size_t during = 0;
  invoker.answer = [&](const FakeInvoker::Call&) {
    during = records();
    return platform::InvokeReply{"null"};
  };
  close(session, 1000);
  EXPECT_EQ(during, 1u);
  EXPECT_EQ(records(), 0u);
}

TEST_F(Lifecycle, DisconnectIsForgottenWhateverTheFunctionDoes) {
  for (const auto& misbehave : std::vector<std::function<void()>>{
           [&] { invoker.throws(); }, [&] { invoker.fails(kFunctionMissing); },
           [&] { invoker.fails(platform::kInvokeTimedOut); },
           [&] { invoker.returns("[garbage"); }}) {
    invoker.answer = nullptr;
    const auto session = open();
    misbehave();
    close(session);
    EXPECT_EQ(records(), 0u);
  }
}

TEST_F(Lifecycle, SurvivorsOfACrashAreDisconnectedOnce) {
  const auto first = open(), second = open();
  const auto third = open();
  close(third);
  invoker.calls.clear();
  ASSERT_EQ(records(), 2u);
  auto crashed = std::move(gateway);  // its sessions are never closed, as after kill -9
  start({});
  const auto mine = open();  // a connection of the new process is none of the survivors
  invoker.calls.clear();
  gateway->disconnect_survivors();
  EXPECT_EQ(events(), (Seen{"DISCONNECT 1006", "DISCONNECT 1006"}));
  const Json context = last_event()["requestContext"];
  EXPECT_EQ(context["disconnectReason"].string_or(""), "Connection closed abnormally");
  EXPECT_EQ(context["domainName"].string_or(""), "chat.example.test:8443");
  EXPECT_EQ(context["connectedAt"].int_or(0), clock.now_ms());
  EXPECT_EQ(write_json(context["identity"]),
            R"({"userAgent":"tester/1","sourceIp":"203.0.113.9"})");
  EXPECT_EQ(records(), 1u);
  gateway->disconnect_survivors();
  EXPECT_EQ(events().size(), 2u);
  close(mine);
  EXPECT_EQ(records(), 0u);
  first->closed(1006, "");  // only so that the test leaves nothing behind
  second->closed(1006, "");
}

TEST_F(Lifecycle, SurvivorsOfADeletedApiAreForgotten) {
  const auto session = open();
  auto crashed = std::move(gateway);
  start({});
  run("DeleteApi");
  invoker.calls.clear();
  gateway->disconnect_survivors();
  EXPECT_EQ(records(), 0u);
  EXPECT_TRUE(invoker.calls.empty());
  session->closed(1006, "");
}

TEST_F(Lifecycle, EditsDoNothingUntilDeployed) {
  const auto session = open();
  invoker.returns(R"({"body":"pong"})");
  EXPECT_EQ(session->message(R"({"action":"ping"})"), "pong");
  run("UpdateRoute", Json::object({{"RouteId", ping}, {"RouteKey", "pong"}}));
  run("UpdateApi", Json::object({{"RouteSelectionExpression", "$request.body.do"}}));
  EXPECT_EQ(session->message(R"({"action":"ping"})"), "pong");
  deploy();  // the open connection sees it with its next message
  EXPECT_EQ(masked(*session->message(R"({"action":"ping"})")), error_frame("Forbidden"));
  EXPECT_EQ(session->message(R"({"do":"pong"})"), "pong");
  close(session);
}

TEST_F(Lifecycle, StagesCanPointBack) {
  const std::string before =
      run("GetStage", Json::object({{"StageName", "dev"}}))["DeploymentId"].string_or("");
  run("DeleteRoute", Json::object({{"RouteId", ping}}));
  deploy();
  const auto session = open();
  invoker.returns(R"({"body":"pong"})");
  EXPECT_EQ(masked(*session->message(R"({"action":"ping"})")), error_frame("Forbidden"));
  run("UpdateStage", Json::object({{"StageName", "dev"}, {"DeploymentId", before}}));
  EXPECT_EQ(session->message(R"({"action":"ping"})"), "pong");
  close(session);
}

TEST_F(Lifecycle, DeploymentsOutliveTheProcess) {
  gateway.reset();
  start({});
  const auto session = open();
  invoker.returns(R"({"body":"pong"})");
  EXPECT_EQ(session->message(R"({"action":"ping"})"), "pong");
  close(session);
}

TEST_F(Lifecycle, AutoDeployFollowsEveryChange) {
  run("CreateStage", Json::object({{"StageName", "auto"}, {"AutoDeploy", true}}));
  const auto stage = [&] { return run("GetStage", Json::object({{"StageName", "auto"}})); };
  const std::string first = stage()["DeploymentId"].string_or("");
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(stage()["LastDeploymentStatusMessage"].string_or(""),
            "Successfully deployed stage with deployment ID '" + first + "'");
  route("fresh", "");
  const std::string second = stage()["DeploymentId"].string_or("");
  EXPECT_NE(first, second);
  const Json deployment = run("GetDeployment", Json::object({{"DeploymentId", second}}));
  EXPECT_TRUE(deployment["AutoDeployed"].bool_or(false));
  EXPECT_EQ(deployment["Description"].string_or(""),
            "Automatic deployment triggered by changes to the Api configuration");
  // The one that nothing points at any more is gone; the hand-made one of `dev` stays.
  EXPECT_EQ(run("GetDeployments")["Items"].size(), 2u);
  platform::Context cx = context();
  cx.stage = "auto";
  const platform::HeaderList none;
  platform::HandshakeRequest request;
  request.headers = &none;
  const auto reply = gateway->connect(cx, request);
  ASSERT_TRUE(reply.session);
  last_id = reply.session->connection_id();
  EXPECT_EQ(masked(*reply.session->message(R"({"action":"fresh"})")),
            error_frame("Internal server error"));
  EXPECT_EQ(masked(*reply.session->message(R"({"action":"later"})")), error_frame("Forbidden"));
  route("later", "");
  EXPECT_EQ(masked(*reply.session->message(R"({"action":"later"})")),
            error_frame("Internal server error"));
  reply.session->closed(1000, "");
  run("DeleteStage", Json::object({{"StageName", "auto"}}));
  EXPECT_EQ(run("GetDeployments")["Items"].size(), 1u);
}

TEST_F(House, AutoDeployWithoutRoutesSaysSo) {
  make_api();
  const Json stage = run("CreateStage", Json::object({{"StageName", "dev"}, {"AutoDeploy", true}}));
  EXPECT_FALSE(stage.has("DeploymentId"));
  EXPECT_EQ(stage["LastDeploymentStatusMessage"].string_or(""),
            "Deployment attempt failed: Unable to deploy API because no routes exist in this API");
}

TEST_F(Lifecycle, ThrottlesOfStageAndRoute) {
  invoker.returns(R"({"body":"pong"})");
  const auto set = [&](const char* where, Json settings) {
    run("UpdateStage", Json::object({{"StageName", "dev"}, {where, std::move(settings)}}));
  };
  const auto limits = [](double rate, int burst) {
    return Json::object({{"ThrottlingRateLimit", rate}, {"ThrottlingBurstLimit", burst}});
  };
  const auto session = open();
  const auto send = [&] {
    const auto frame = session->message(R"({"action":"ping"})");
    return frame ? masked(*frame) : "silence";
  };
  set("RouteSettings", Json::object({{"ping", limits(10, 2)}}));
  EXPECT_EQ(send(), "pong");
  EXPECT_EQ(send(), "pong");
  EXPECT_EQ(send(), error_frame("Too Many Requests"));
  clock.advance_ms(100);
  EXPECT_EQ(send(), "pong");
  EXPECT_EQ(send(), error_frame("Too Many Requests"));
  clock.advance_ms(10'000);
  EXPECT_EQ(send() + send(), "pongpong");
  EXPECT_EQ(send(), error_frame("Too Many Requests"));

  set("DefaultRouteSettings", limits(0, 0));  // blocks all that has no settings of its own
  clock.advance_ms(1000);
  EXPECT_EQ(send(), "pong");
  auto refused_handshake = connect();
  EXPECT_EQ(refused_handshake.status, 429);
  EXPECT_EQ(refused_handshake.body, R"({"message":"Too Many Requests"})");
  run("DeleteRouteSettings", Json::object({{"StageName", "dev"}, {"RouteKey", "ping"}}));
  EXPECT_EQ(send(), error_frame("Too Many Requests"));
  const std::size_t before = invoker.calls.size();
  close(session);  // $disconnect is not throttled: it happens exactly once
  EXPECT_EQ(invoker.calls.size(), before + 1);
}

TEST_F(Lifecycle, ConnectsOfAnAccountAreLimited) {
  ApiGatewayOptions options;
  options.connects_per_second = 2;
  options.connects_burst = 3;
  start(options);
  std::string statuses;
  const auto try_once = [&] {
    auto reply = connect();
    statuses += std::to_string(reply.status) + " ";
    if (reply.session) close(reply.session);
  };
  for (int i = 0; i < 4; ++i) try_once();
  clock.advance_ms(500);
  for (int i = 0; i < 2; ++i) try_once();
  EXPECT_EQ(statuses, "101 101 101 429 101 429 ");
}

TEST_F(Lifecycle, HandshakesMessagesAndCallbacksShareTheAccountsRate) {
  ApiGatewayOptions options;
  options.requests_per_second = 10;
  options.requests_burst = 4;
  start(options);
  invoker.returns(R"({"body":"pong"})");
  const auto session = open();  // one of the four
  const auto send = [&] { return masked(session->message(R"({"action":"ping"})").value_or("")); };
  EXPECT_EQ(send() + send() + send(), "pongpongpong");
  EXPECT_EQ(send(), error_frame("Too Many Requests"));
  EXPECT_EQ(connect().status, 429);
  clock.advance_ms(100);
  EXPECT_EQ(send(), "pong");
  clock.advance_ms(60'000);  // the bucket holds no more than the burst
  std::string answers;
  for (int i = 0; i < 5; ++i) answers += send() == "pong" ? '+' : '-';
  EXPECT_EQ(answers, "++++-");
  close(session);
}

TEST_F(Lifecycle, DeletingAStageClosesItsSockets) {
  const auto session = open();
  const std::string id = last_id;
  run("DeleteStage", Json::object({{"StageName", "dev"}}));
  EXPECT_EQ(pusher.closed, std::vector<std::string>{id + " 1001 Going away"});
  EXPECT_EQ(masked(*session->message(R"({"action":"ping"})")), error_frame("Forbidden"));
  EXPECT_EQ(connect().status, 403);
  invoker.calls.clear();
  close(session, 1001, "Going away");
  EXPECT_EQ(events(), Seen{"DISCONNECT 1001"});
  EXPECT_EQ(records(), 0u);
}

TEST_F(Lifecycle, DeletingAnApiClosesItsSockets) {
  const auto session = open();
  const std::string id = last_id;
  const auto pending = connect();  // its 101 is still on the way
  run("DeleteApi");
  EXPECT_EQ(pusher.closed, std::vector<std::string>{id + " 1001 Going away"});
  pending.session->established();
  EXPECT_EQ(pusher.closed.size(), 2u);
  EXPECT_FALSE(gateway->owner_of_api(api_id));
  close(session, 1001, "Going away");
  close(pending.session, 1001, "Going away");
  EXPECT_EQ(records(), 0u);
}

TEST_F(Lifecycle, OwnersAndPlaces) {
  const auto owner = gateway->owner_of_api(api_id);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->account + owner->region, "111122223333eu-west-1");
  EXPECT_FALSE(gateway->owner_of_api("nosuchapi0"));
  auto reply = connect();
  EXPECT_FALSE(gateway->place_of(last_id));  // not before the 101
  reply.session->established();
  const auto place = gateway->place_of(last_id);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->api_id + "/" + place->stage, api_id + "/dev");
  close(reply.session);
  EXPECT_FALSE(gateway->place_of(last_id));
}

// Several threads at once, under the sanitizers.
TEST_F(House, MessagesRunAtTheSameTimeAsDeployments) {
  ApiGatewayOptions unlimited;  // the clock stands still: a bucket would run dry
  unlimited.requests_per_second = 0;
  start(unlimited);
  make_api();
  route("ping",
        mock(Json(), Json::object({{"IntegrationResponseKey", "$default"},
                                   {"ResponseTemplates", Json::object({{"$default", "pong"}})}})),
        Way::kTwo);
  deploy();
  const auto session = open();
  std::atomic<int> pongs{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      while (!stop) pongs += session->message(R"({"action":"ping"})") == "pong" ? 1 : -1'000'000;
    });
  }
  for (int i = 0; i < 20; ++i) deploy();
  stop = true;
  for (std::thread& sender : senders) sender.join();
  EXPECT_GT(pongs.load(), 0);
  close(session);
}

}  // namespace
}  // namespace fairlead::apigateway
