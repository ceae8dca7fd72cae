// The room in a test: a memory store, a clock that stands still, a function invoker and a pusher
// that remember what they were asked. Calls go through the operation table, as the edge's do.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/json_parse.h"
#include "services/apigateway/apigateway.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

inline const ErrorCode kFunctionMissing{"ResourceNotFoundException", 404};

class FakeInvoker : public platform::Invoker {
 public:
  struct Call {
    platform::Context cx;
    platform::InvokeRequest request;
  };
  // Answers every call; by default {"statusCode":200}.
  std::function<Result<platform::InvokeReply>(const Call&)> answer;
  std::vector<Call> calls;

  Result<platform::InvokeReply> invoke(platform::Context& cx,
                                       const platform::InvokeRequest& request) override {
    calls.push_back({cx, request});
    const Call call = calls.back();
    return answer ? answer(call) : platform::InvokeReply{"{\"statusCode\":200}"};
  }
  void returns(std::string payload) {
    answer = [payload](const Call&) { return platform::InvokeReply{payload}; };
  }
  void throws() {
    answer = [](const Call&) { return platform::InvokeReply{"{\"errorMessage\":\"boom\"}", true}; };
  }
  void fails(const ErrorCode& code) {
    answer = [&code](const Call&) -> Result<platform::InvokeReply> {
      return Error{&code, "no", {}};
    };
  }
};

class FakePusher : public platform::Pusher {
 public:
  std::set<std::string, std::less<>> open;
  std::vector<std::pair<std::string, std::string>> pushed;  // connection, text
  std::vector<std::string> closed;                          // "id code reason"
  bool backed_up = false;
  std::int64_t active_ms = 1'768'254'298'133;

  platform::Pushed push(std::string_view id, std::string_view text) override {
    if (!open.contains(id)) return platform::Pushed::kGone;
    if (backed_up) return platform::Pushed::kBackedUp;
    pushed.emplace_back(id, text);
    return platform::Pushed::kSent;
  }
  platform::Pushed close(std::string_view id, int code, std::string_view reason) override {
    if (!open.contains(id)) return platform::Pushed::kGone;
    closed.push_back(std::string(id) + " " + std::to_string(code) + " " + std::string(reason));
    return platform::Pushed::kSent;
  }
  std::optional<std::int64_t> last_active_ms(std::string_view id) override {
    if (!open.contains(id)) return std::nullopt;
    return active_ms;
  }
};

class House : public ::testing::Test {
 protected:
  House() { start({}); }

  // A new process over the same store.
  void start(ApiGatewayOptions options) {
    gateway = std::make_unique<ApiGateway>(*store, invoker, pusher, clock, options);
    registry = std::make_unique<platform::Registry>();
    add_apigateway(*registry, *gateway);
  }

  platform::Context context() const {
    platform::Context cx;
    cx.request_id = "11111111-2222-4333-8444-555555555555";
    cx.account = "111122223333";
    cx.region = "eu-west-1";
    cx.now_ms = clock.now_ms();
    cx.host = "chat.example.test:8443";
    cx.scheme = "https";
    cx.source_ip = "203.0.113.9";
    cx.api_id = api_id;
    cx.stage = "dev";
    return cx;
  }

  Result<platform::Reply> call(const std::string& operation, Json input, std::string body = "") {
    const bool management = operation.find("Connection") != std::string::npos;
    platform::Context cx = context();
    platform::Request request;
    request.input = std::move(input);
    request.body = std::move(body);
    return registry->run(management ? "apigatewaymanagementapi" : "apigatewayv2", operation, cx,
                         request);
  }
  // An operation that must succeed; ApiId is added.
  Json run(const std::string& operation, Json input = Json::object()) {
    if (!api_id.empty() && !input.has("ApiId")) input.set("ApiId", api_id);
    auto reply = call(operation, std::move(input));
    EXPECT_TRUE(reply.ok()) << operation << ": " << (reply.ok() ? "" : reply.error().message);
    return reply.ok() ? std::move(reply).value().output : Json();
  }
  // One that must fail: "404 NotFoundException message".
  std::string refused(const std::string& operation, Json input = Json::object()) {
    if (!api_id.empty() && !input.has("ApiId")) input.set("ApiId", api_id);
    auto reply = call(operation, std::move(input));
    EXPECT_FALSE(reply.ok()) << operation;
    return reply.ok() ? "accepted" : words(reply.error());
  }
  static std::string words(const Error& error) {
    return std::to_string(error.code->http_status) + " " + error.code->name +
           (error.message.empty() ? "" : " " + error.message);
  }

  std::string make_api(std::string expression = "$request.body.action") {
    const Json api = run("CreateApi", Json::object({{"Name", "chat"},
                                                    {"ProtocolType", "WEBSOCKET"},
                                                    {"RouteSelectionExpression", expression}}));
    return api_id = api["ApiId"].string_or("");
  }
  static std::string lambda_uri(const std::string& function) {
    return "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
           "arn:aws:lambda:eu-west-1:111122223333:function:" +
           function + "/invocations";
  }
  std::string lambda(const std::string& function = "chat") {
    return run("CreateIntegration",
               Json::object({{"IntegrationType", "AWS_PROXY"},
                             {"IntegrationUri", lambda_uri(function)}}))["IntegrationId"]
        .string_or("");
  }
  // A MOCK integration; without `response` it has no integration response.
  std::string mock(Json templates, Json response, Json also = Json::object()) {
    also.set("IntegrationType", "MOCK");
    if (!templates.is_null()) also.set("RequestTemplates", templates);
    const std::string id = run("CreateIntegration", also)["IntegrationId"].string_or("");
    if (!response.is_null()) {
      response.set("IntegrationId", id);
      run("CreateIntegrationResponse", response);
    }
    return id;
  }
  enum class Way { kOne, kTwo };
  std::string route(const std::string& key, const std::string& integration, Way way = Way::kOne) {
    Json input = Json::object({{"RouteKey", key}});
    if (!integration.empty()) input.set("Target", "integrations/" + integration);
    const std::string id = run("CreateRoute", input)["RouteId"].string_or("");
    if (way == Way::kTwo) {
      run("CreateRouteResponse", Json::object({{"RouteId", id}, {"RouteResponseKey", "$default"}}));
    }
    return id;
  }
  // Deploys to `dev`, making the stage the first time.
  std::string deploy() {
    const Json deployment = run("CreateDeployment");
    const std::string id = deployment["DeploymentId"].string_or("");
    const bool there =
        call("GetStage", Json::object({{"ApiId", api_id}, {"StageName", "dev"}})).ok();
    run(there ? "UpdateStage" : "CreateStage",
        Json::object({{"StageName", "dev"}, {"DeploymentId", id}}));
    return id;
  }

  platform::HandshakeReply connect(platform::HeaderList headers = {{"User-Agent", "tester/1"}},
                                   std::string query = "") {
    platform::Context cx = context();
    platform::HandshakeRequest request;
    request.headers = &headers;
    request.query = query;
    request.peer_ip = "203.0.113.9";
    request.authenticate = authenticate;
    auto reply = gateway->connect(cx, request);
    if (reply.session) {
      pusher.open.insert(reply.session->connection_id());
      last_id = reply.session->connection_id();
    }
    return reply;
  }
  // Connected and established.
  std::shared_ptr<platform::GatewaySession> open() {
    auto reply = connect();
    EXPECT_EQ(reply.status, 101);
    EXPECT_TRUE(reply.session);
    if (reply.session) reply.session->established();
    return reply.session;
  }
  void close(const std::shared_ptr<platform::GatewaySession>& session, int code = 1000,
             std::string_view reason = "") {
    pusher.open.erase(session->connection_id());
    session->closed(code, reason);
  }
  Json last_event() const {
    return invoker.calls.empty() ? Json()
                                 : parse_json(invoker.calls.back().request.payload).value();
  }
  // An error frame with its request id masked.
  static std::string masked(std::string frame) {
    const std::size_t at = frame.find("\"requestId\":\"");
    if (at != std::string::npos) frame.replace(at + 13, 16, "R");
    return frame;
  }
  std::string error_frame(const std::string& message) const {
    return "{\"message\": \"" + message + "\", \"connectionId\":\"" + last_id +
           "\", \"requestId\":\"R\"}";
  }
  std::size_t records() const {
    std::size_t n = 0;
    auto cursor = store->range(storage::Family::kMeta, "ag/conn/", "ag/conn0");
    for (; cursor->valid(); cursor->next()) ++n;
    return n;
  }

  std::unique_ptr<storage::Store> store = storage::make_memory_store();
  ManualClock clock;
  FakeInvoker invoker;
  FakePusher pusher;
  std::function<Status(platform::Context&)> authenticate;  // of a handshake's signature
  std::unique_ptr<ApiGateway> gateway;
  std::unique_ptr<platform::Registry> registry;
  std::string api_id, last_id;
};

}  // namespace fairlead::apigateway
