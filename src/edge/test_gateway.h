// A gateway for tests of the edge: accepts every handshake but `?refuse`, echoes messages, and
// remembers how connections ended.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/fiber.h"
#include "platform/gateway.h"

namespace fairlead::edge {

inline constexpr const char* kConnection = "RkT1vfj8oAMCIxg=";

// How connections ended; written on a loop, read by the test.
class Closings {
 public:
  void add(std::string closing) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(closing));
  }
  std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

class FakeSession : public platform::GatewaySession {
 public:
  explicit FakeSession(Closings& seen) : seen_(seen) {}
  const std::string& connection_id() const override { return id_; }
  void established() override {}
  std::optional<std::string> message(std::string text) override {
    if (text == "slow") net::sleep_for_ms(60);
    return "echo " + text;
  }
  void closed(int code, std::string_view reason) override {
    seen_.add(std::to_string(code) + " " + std::string(reason));
    gone = true;
  }
  std::atomic<bool> gone{false};

 private:
  std::string id_ = kConnection;
  Closings& seen_;
};

class FakeGateway : public platform::WebSocketGateway {
 public:
  platform::HandshakeReply connect(platform::Context& cx,
                                   const platform::HandshakeRequest& request) override {
    platform::HandshakeReply reply;
    if (request.query == "refuse") {
      reply.status = 401;
      reply.headers = {{"Content-Type", "text/plain"}};
      reply.body = "no";
      return reply;
    }
    stage = cx.stage;
    session = std::make_shared<FakeSession>(closings);
    reply.session = session;
    return reply;
  }
  platform::HandshakeReply plain_request(platform::Context&,
                                         const platform::HandshakeRequest&) override {
    platform::HandshakeReply reply;
    reply.status = 426;
    return reply;
  }
  std::optional<Owner> owner_of_api(std::string_view api_id) override {
    if (api_id != "abc") return std::nullopt;
    return Owner{"000000000000", "eu-west-1"};
  }
  std::optional<ConnectionPlace> place_of(std::string_view) override { return std::nullopt; }
  void disconnect_survivors() override {}

  std::string stage;
  std::shared_ptr<FakeSession> session;
  Closings closings;
};

}  // namespace fairlead::edge
