// A chain with everything behind it made up: two operations, a website, function URLs, a WebSocket
// API. Served on a real loopback port, so that tests speak HTTP to it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "edge/chain.h"
#include "edge/test_gateway.h"
#include "net/fiber.h"
#include "net/http_client.h"
#include "wire/sigv4.h"

namespace fairlead::edge {

class FakeAccess : public platform::Access {
 public:
  std::optional<platform::Credential> find(std::string_view access_key) override {
    if (access_key != "test" && access_key != "ASIASESSION") return std::nullopt;
    platform::Credential credential;
    credential.secret = "test";
    if (access_key == "ASIASESSION") {
      credential.session_token = "token";
      credential.expires_ms = expires_ms;
    }
    credential.principal.kind = platform::Principal::Kind::kRoot;
    credential.principal.account = "000000000000";
    credential.principal.arn = "arn:aws:iam::000000000000:root";
    return credential;
  }
  Result<platform::Credential> assume_for_service(platform::Context&, const std::string&,
                                                  const std::string&) override {
    return platform::not_implemented("assume_for_service");
  }
  std::int64_t expires_ms = INT64_MAX;
};

class FakeWebsite : public platform::Website {
 public:
  platform::Reply serve(platform::Context&, const platform::WebsiteRequest& request) override {
    platform::Reply reply;
    reply.status = request.key == "missing" ? 404 : 200;
    reply.headers = {{"Content-Type", "text/html"}};
    reply.body = request.bucket + ":" + request.key;
    return reply;
  }
};

// Two addresses: "open" for everybody, "closed" for those who sign. Answers what it was asked.
class FakeFunctionUrls : public platform::FunctionUrls {
 public:
  std::optional<Place> place_of_url(std::string_view url_id) override {
    if (url_id == "open") return Place{"000000000000", "eu-west-1", Auth::kNone};
    if (url_id == "closed") return Place{"000000000000", "eu-west-1", Auth::kIam};
    return std::nullopt;
  }
  platform::Reply serve_url(platform::Context& cx, platform::FunctionUrlRequest request) override {
    platform::Reply reply;
    const bool anonymous = cx.caller.kind == platform::Principal::Kind::kAnonymous;
    reply.status = request.url_id == "closed" && anonymous ? 403 : 200;
    reply.headers = {{"x-caller", cx.caller.arn}, {"x-region", cx.region}};
    reply.body = std::string(request.method) + " " + std::string(request.path) + "?" +
                 std::string(request.query) + " " + request.body + " " +
                 std::string(request.protocol);
    return reply;
  }
};

// What the made-up services saw, and their rows.
struct FakeServices {
  std::string stored;
  std::string account, region;
};

inline Result<Json> list_tables(FakeServices& services, platform::Context& cx, const Json& input) {
  services.account = cx.account;
  services.region = cx.region;
  if (input["Limit"].int_or(0) == 13) {
    static const ErrorCode unlucky{"ResourceNotFoundException", 400};
    return Error{&unlucky, "unlucky", {}};
  }
  return Json::object({{"TableNames", Json::array({"a", "b"})}});
}

inline Result<platform::Reply> put_object(FakeServices& services, platform::Context&,
                                          platform::Request& request) {
  services.stored.clear();
  char piece[1000];
  for (;;) {
    const std::size_t got = TRY(request.stream->read(piece, sizeof piece));
    if (got == 0) break;
    services.stored.append(piece, got);
  }
  platform::Reply reply;
  reply.output = Json::object({{"ETag", "\"x\""}});
  return reply;
}

inline Result<platform::Reply> post_to_connection(FakeServices& services, platform::Context&,
                                                  platform::Request& request) {
  static const ErrorCode gone{"GoneException", 410};
  if (request.input["ConnectionId"].string_or("") != kConnection) return Error{&gone, "", {}};
  services.stored = request.body;
  return platform::Reply{};
}

inline const platform::Operation kFakeDynamoDb[] = {
    {"ListTables", "dynamodb:ListTables", platform::any_resource, platform::OperationKind::kRead,
     platform::json<list_tables>}};
inline const platform::Operation kFakeS3[] = {{"PutObject", "s3:PutObject", platform::any_resource,
                                               platform::OperationKind::kWrite,
                                               platform::raw<put_object>}};
inline const platform::Operation kFakeManagement[] = {
    {"PostToConnection", "execute-api:ManageConnections", platform::any_resource,
     platform::OperationKind::kWrite, platform::raw<post_to_connection>}};

class ChainTest : public testing::Test {
 protected:
  explicit ChainTest(MessageOrder order = MessageOrder::kByArrival)
      : sockets_(system_clock(), order) {
    registry_.add("dynamodb", kFakeDynamoDb, &services_);
    registry_.add("s3", kFakeS3, &services_);
    registry_.add("apigatewaymanagementapi", kFakeManagement, &services_);
    chain_ = std::make_unique<Chain>(ChainPorts{registry_, access_, gateway_, website_,
                                                function_urls_, sockets_, system_clock()},
                                     Internal::Facts{[] {
                                                       return Json::object({{"status", "running"}});
                                                     },
                                                     "PEM"},
                                     ChainOptions{});
    loops_.start();
    server_ = std::make_unique<net::HttpServer>(
        loops_, net::ServerOptions{},
        [this](net::Exchange& exchange) { chain_->handle(exchange); });
    port_ = server_->listen("127.0.0.1", 0).value();
  }
  ~ChainTest() override {
    server_.reset();
    loops_.stop();
    loops_.join();
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  net::HttpResponse send(std::string_view method, const std::string& target, net::Headers headers,
                         std::string_view body = "") {
    auto response = client_.request(method, "http://" + host() + target, headers, body,
                                    system_clock().monotonic_ms() + 5000);
    EXPECT_TRUE(response.ok()) << (response.ok() ? "" : response.error().message);
    return response.ok() ? std::move(response).value() : net::HttpResponse{};
  }

  // The same with a signature made by wire/.
  net::HttpResponse send_signed(std::string_view method, const std::string& target,
                                const std::string& service, std::vector<wire::HeaderPair> headers,
                                std::string_view body = "", const std::string& key = "test",
                                const std::string& secret = "test", const std::string& token = "") {
    headers.emplace_back("Host", host());
    const auto question = target.find('?');
    const wire::HttpInput input{method, std::string_view(target).substr(0, question),
                                question == std::string::npos
                                    ? std::string_view()
                                    : std::string_view(target).substr(question + 1),
                                headers, body};
    const wire::SigningIdentity identity{key, secret, token, "eu-west-1", service};
    net::Headers all;
    for (const auto& [name, value] : headers) all.push_back({name, value});
    for (const auto& [name, value] : wire::sign(identity, input, system_clock().now_ms())) {
      all.push_back({name, value});
    }
    return send(method, target, all, body);
  }

  FakeServices services_;
  FakeAccess access_;
  FakeGateway gateway_;
  FakeWebsite website_;
  FakeFunctionUrls function_urls_;
  Sockets sockets_;
  platform::Registry registry_;
  std::unique_ptr<Chain> chain_;
  net::Loops loops_{2};
  std::unique_ptr<net::HttpServer> server_;
  net::HttpClient client_;
  int port_ = 0;
};

}  // namespace fairlead::edge
