// Listeners that somebody else made: served with their origin, closed with their connections.
#include <gtest/gtest.h>

#include "net/acceptor.h"
#include "net/http_server.h"
#include "net/test_client.h"

namespace fairlead::net {
namespace {

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Foreign {
  Foreign() : socket(open_listening_socket("127.0.0.1", 0, Share::kAlone).value()) {
    port = local_address(socket.get()).port;
  }
  Descriptor socket;
  int port = 0;
};

struct Deaf : WebSocketEvents {
  void on_text(std::string) override {}
  void on_closed(int, std::string_view) override {}
};

void tell_origin(Exchange& exchange) {
  if (exchange.head().target == "/socket") {
    (void)exchange.upgrade({}, {}, std::make_unique<Deaf>());
    return;
  }
  exchange.respond(200, {}, "<" + exchange.peer().origin + ">");
}

bool ends_with(const std::string& reply, const std::string& body) { return reply.ends_with(body); }

TEST(AdoptedListener, OriginIsOfTheListenerAndMayComeLater) {
  TestServer server(tell_origin, {}, system_clock(), {}, 2);
  Foreign one, two;
  const auto first = server.server->adopt(std::move(one.socket), "one").value();
  (void)server.server->adopt(std::move(two.socket), "").value();
  TestClient to_one(one.port), to_two(two.port), to_own(server.port);
  to_one.send(kGet);
  to_two.send(kGet);
  to_own.send(kGet);
  EXPECT_TRUE(ends_with(to_one.reply(), "<one>"));
  EXPECT_TRUE(ends_with(to_two.reply(), "<>"));
  EXPECT_TRUE(ends_with(to_own.reply(), "<>"));
  server.server->set_origin(first, "other");
  TestClient later(one.port);
  later.send(kGet);
  EXPECT_TRUE(ends_with(later.reply(), "<other>"));
}

TEST(AdoptedListener, DisownClosesListenerAndConnections) {
  TestServer server(tell_origin);
  Foreign mine, kept;
  const auto id = server.server->adopt(std::move(mine.socket), "mine").value();
  (void)server.server->adopt(std::move(kept.socket), "kept").value();
  TestClient idle(mine.port), stays(kept.port);
  idle.send(kGet);
  EXPECT_TRUE(ends_with(idle.reply(), "<mine>"));
  stays.send(kGet);
  EXPECT_TRUE(ends_with(stays.reply(), "<kept>"));
  server.server->disown(id);
  server.server->disown(id);  // a second time does nothing
  EXPECT_EQ(idle.exactly(1), "");
  EXPECT_TRUE(eventually([&] { return !TestClient(mine.port).connected(); }));
  stays.send(kGet);
  EXPECT_TRUE(ends_with(stays.reply(), "<kept>"));
}

TEST(AdoptedListener, DisownEndsWebSockets) {
  TestServer server(tell_origin);
  Foreign mine;
  const auto id = server.server->adopt(std::move(mine.socket), "mine").value();
  TestClient client(mine.port);
  client.send(
      "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_TRUE(client.until("\r\n\r\n").starts_with("HTTP/1.1 101"));
  server.server->disown(id);
  EXPECT_TRUE(eventually([&] { return server.server->counts().websockets == 0; }));
}

TEST(AdoptedListener, NothingIsAdoptedOnceTheServerStops) {
  TestServer server(tell_origin);
  Foreign before, after;
  const auto id = server.server->adopt(std::move(before.socket), "").value();
  server.server->stop_accepting();
  EXPECT_FALSE(server.server->adopt(std::move(after.socket), "").ok());
  EXPECT_TRUE(eventually([&] { return !TestClient(before.port).connected(); }));
  server.server->end();
  server.server->disown(id);
}

TEST(AdoptedListener, WhatIsNoListenerIsRefused) {
  TestServer server(tell_origin);
  EXPECT_FALSE(server.server->adopt(Descriptor(), "").ok());
}

}  // namespace
}  // namespace fairlead::net
