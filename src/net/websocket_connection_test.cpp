// WebSocket connections over real loopback sockets.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "base/log.h"
#include "base/park.h"
#include "net/fiber.h"
#include "net/test_client.h"

namespace fairlead::net {
namespace {

struct Seen {
  std::mutex mutex;
  std::vector<std::string> texts;
  std::vector<std::pair<int, std::string>> closed;
  std::atomic<int> activity{0};
  std::atomic<int> closes{0};
  std::shared_ptr<WebSocket> socket;  // of the last connection

  std::pair<int, std::string> end() {
    EXPECT_TRUE(eventually([&] { return closes > 0; }));
    std::lock_guard lock(mutex);
    EXPECT_EQ(closed.size(), 1u);
    return closed.empty() ? std::pair<int, std::string>{} : closed[0];
  }
};

class Recorder : public WebSocketEvents {
 public:
  explicit Recorder(Seen& seen) : seen_(seen) {}
  void on_text(std::string text) override {
    std::lock_guard lock(seen_.mutex);
    EXPECT_EQ(seen_.socket->send_text(text), WebSocket::Sent::kOk);
    seen_.texts.push_back(std::move(text));
  }
  void on_closed(int code, std::string_view reason) override {
    {
      std::lock_guard lock(seen_.mutex);
      EXPECT_EQ(seen_.socket->send_text("too late"), WebSocket::Sent::kClosed);
      seen_.closed.emplace_back(code, reason);
    }
    ++seen_.closes;
  }
  void on_activity() override { ++seen_.activity; }

 private:
  Seen& seen_;
};

struct WebSocketServer : Seen {
  explicit WebSocketServer(WebSocketOptions with = {}, Clock& clock = system_clock())
      : options(with),
        server(
            [this](Exchange& exchange) {
              auto made = exchange.upgrade({}, options, std::make_unique<Recorder>(*this));
              EXPECT_EQ(exchange.status(), made ? 101 : 0);
              std::lock_guard lock(mutex);
              socket = std::move(made);
            },
            {}, clock) {}
  ~WebSocketServer() {
    server.server.reset();
    socket.reset();
  }
  void on_loop(std::function<void()> work) {
    Future<bool> done;
    server.loops.at(0).post([&] {
      work();
      done.set(true);
    });
    done.get();
  }
  WebSocketOptions options;
  TestServer server;
};

constexpr int kText = 0x81;
constexpr int kClose = 0x88;

TEST(WebSocket, HandshakeAndEcho) {
  WebSocketServer server;
  TestClient client(server.server.port);
  const std::string reply = client.upgrade();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 101 Switching Protocols\r\nDate: ")) << reply;
  EXPECT_NE(reply.find("\r\nConnection: upgrade\r\nupgrade: websocket\r\n"
                       "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
            std::string::npos)
      << reply;
  for (std::size_t size : {0u, 1u, 64u, 125u, 126u, 1000u, 32768u}) {
    const std::string text(size, 'x');
    client.send_frame(Opcode::kText, text);
    const auto frame = client.frame();
    EXPECT_EQ(frame.first, kText);
    EXPECT_EQ(frame.payload, text);
  }
  EXPECT_GE(server.activity, 1);
  EXPECT_LE(server.activity, 15);
}

TEST(WebSocket, FramesBehindTheHandshakeAndABurst) {
  WebSocketServer server;
  TestClient client(server.server.port);
  std::string frames;
  for (int i = 0; i < 500; ++i) {
    append_masked_frame(frames, {.opcode = Opcode::kText}, std::to_string(i), 0x01020304);
  }
  client.send(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      frames);
  client.until("\r\n\r\n");
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.frame().payload, std::to_string(i));
}

TEST(WebSocket, FragmentsAreJoinedAndLongMessagesAreCut) {
  WebSocketServer server;
  TestClient client(server.server.port);
  client.upgrade();
  std::string out;
  const std::string piece(30'000, 'y');
  append_masked_frame(out, {.opcode = Opcode::kText, .fin = false}, piece, 7);
  append_masked_frame(out, {.opcode = Opcode::kPing}, "between", 7);
  append_masked_frame(out, {.opcode = Opcode::kContinuation, .fin = false}, piece, 7);
  append_masked_frame(out, {.opcode = Opcode::kContinuation}, piece, 7);
  client.send(out);
  auto frame = client.frame();
  EXPECT_EQ(frame.first, 0x8a);
  EXPECT_EQ(frame.payload, "between");
  std::string joined;
  std::vector<int> firsts;
  do {
    frame = client.frame();
    firsts.push_back(frame.first);
    EXPECT_LE(frame.payload.size(), 32u * 1024);
    joined += frame.payload;
  } while (frame.first >= 0 && !(frame.first & 0x80));
  EXPECT_EQ(joined, piece + piece + piece);
  EXPECT_EQ(firsts, (std::vector<int>{0x01, 0x00, 0x80}));
}

TEST(WebSocket, Compressed) {
  WebSocketServer server;
  TestClient client(server.server.port);
  const std::string reply =
      client.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  ASSERT_NE(reply.find("sec-websocket-extensions: permessage-deflate"), std::string::npos) << reply;
  const std::string text(20'000, 'z');
  Deflater deflater(ContextTakeover::kYes, 12);
  Inflater inflater(ContextTakeover::kYes);
  for (int i = 0; i < 3; ++i) {
    std::string packed, out;
    deflater.append(text, packed);
    append_masked_frame(out, {.opcode = Opcode::kText, .compressed = true}, packed, 99);
    client.send(out);
    const auto frame = client.frame();
    EXPECT_EQ(frame.first, 0xc1);
    EXPECT_LT(frame.payload.size(), 200u);
    std::string unpacked;
    EXPECT_EQ(inflater.append(frame.payload, MessagePart::kLast, unpacked, 1 << 20),
              Inflater::Outcome::kOk);
    EXPECT_EQ(unpacked, text);
  }
  client.send_frame(Opcode::kText, "short");
  EXPECT_EQ(client.frame().first, kText);

  server.options.compression = Compression::kOff;
  TestClient plain(server.server.port);
  EXPECT_EQ(plain.upgrade("Sec-WebSocket-Extensions: permessage-deflate\r\n").find("extensions"),
            std::string::npos);
}

struct Ending {
  const char* what;
  std::string sent;  // raw bytes
  int code;
  std::string reason;     // on the wire
  int reported_code = 0;  // where it differs
};

std::string masked(Opcode opcode, std::string_view payload, bool fin = true) {
  std::string out;
  append_masked_frame(out, {.opcode = opcode, .fin = fin}, payload, 0xdeadbeef);
  return out;
}

TEST(WebSocket, HowItEnds) {
  const std::string big(40'000, 'b'), part(32'000, 'p');
  std::string long_message = masked(Opcode::kText, part, false);
  for (int i = 0; i < 5; ++i) long_message += masked(Opcode::kContinuation, part, i == 4);
  const Ending cases[] = {
      {"binary", masked(Opcode::kBinary, "b"), 1003, "Binary is not supported"},
      {"large frame", masked(Opcode::kText, big), 1009, "Message too big"},
      {"large message", long_message, 1009, "Message too big"},
      {"bad UTF-8", masked(Opcode::kText, "\xff\xfe"), 1007, "*"},
      {"unmasked", "\x81\x02hi", 1002, "*"},
      {"reserved opcode", masked(static_cast<Opcode>(3), ""), 1002, "*"},
      {"close with code",
       masked(Opcode::kClose,
              "\x0f\xa0"
              "bye"),
       4000, "bye"},
      {"close with code only", masked(Opcode::kClose, "\x03\xe8"), 1000, ""},
      {"empty close", masked(Opcode::kClose, ""), 1005, ""},
  };
  for (const Ending& ending : cases) {
    SCOPED_TRACE(ending.what);
    WebSocketServer server;
    TestClient client(server.server.port);
    client.upgrade();
    client.send(ending.sent);
    const auto frame = client.frame();
    EXPECT_EQ(frame.first, kClose);
    EXPECT_EQ(frame.code(), ending.code);
    const std::string said = ending.reason == "*" ? frame.reason() : ending.reason;
    EXPECT_EQ(frame.reason(), said);
    EXPECT_EQ(client.rest(), "");  // then TCP ends
    client.close();
    const auto [code, reason] = server.end();
    EXPECT_EQ(code, ending.code);
    EXPECT_EQ(reason, said);
    EXPECT_TRUE(eventually([&] { return server.server.server->counts().open == 0; }));
  }
}

TEST(WebSocket, TcpEndsWithoutAClose) {
  WebSocketServer server;
  TestClient client(server.server.port);
  client.upgrade();
  client.close();
  EXPECT_EQ(server.end(), (std::pair<int, std::string>{1006, ""}));
}

TEST(WebSocket, WeCloseAndThePeerAnswers) {
  WebSocketServer server;
  TestClient client(server.server.port);
  client.upgrade();
  client.send_frame(Opcode::kText, "a");
  EXPECT_EQ(client.frame().payload, "a");
  server.on_loop([&] {
    EXPECT_EQ(server.socket->send_text("last"), WebSocket::Sent::kOk);
    server.socket->close(1000, "Connection Closed Normally");
    EXPECT_EQ(server.socket->send_text("no"), WebSocket::Sent::kClosed);
  });
  EXPECT_EQ(client.frame().payload, "last");
  const auto frame = client.frame();
  EXPECT_EQ(frame.code(), 1000);
  EXPECT_EQ(frame.reason(), "Connection Closed Normally");
  EXPECT_EQ(server.closes, 0);
  client.send_frame(Opcode::kText, "ignored");
  client.send_frame(Opcode::kClose, frame.payload);
  EXPECT_EQ(client.rest(), "");
  client.close();
  EXPECT_EQ(server.end(), (std::pair<int, std::string>{1000, "Connection Closed Normally"}));
  EXPECT_EQ(server.texts.size(), 1u);
}

TEST(WebSocket, ThePeerNeverAnswersOurClose) {
  WebSocketOptions options;
  options.close_timeout_ms = 50;
  WebSocketServer server(options);
  TestClient client(server.server.port);
  client.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 1; }));
  server.server.server->close_websockets(1001, "Going away");
  EXPECT_EQ(client.frame().code(), 1001);
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(server.end().first, 1001);
}

TEST(WebSocket, AbortInsideACallback) {
  struct Aborting : Recorder {
    explicit Aborting(Seen& to) : Recorder(to), seen(to) {}
    void on_text(std::string) override {
      seen.socket->abort();
      EXPECT_EQ(seen.closes, 0);
    }
    Seen& seen;
  };
  Seen seen;
  TestServer server([&](Exchange& exchange) {
    seen.socket = exchange.upgrade({}, {}, std::make_unique<Aborting>(seen));
  });
  TestClient client(server.port);
  client.upgrade();
  client.send(masked(Opcode::kText, "1") + masked(Opcode::kText, "2"));
  client.rest();
  EXPECT_EQ(seen.end().first, 1006);
}

TEST(WebSocket, IdleAndAgeInVirtualTime) {
  ManualClock clock;
  WebSocketServer server({}, clock);
  const auto pass = [&](std::int64_t ms) {
    clock.advance_ms(ms);
    server.on_loop([] {});
    server.on_loop([] {});
  };
  TestClient idle(server.server.port);
  idle.upgrade();
  idle.send_frame(Opcode::kText, "x");
  idle.frame();
  pass(9 * 60'000);
  idle.send_frame(Opcode::kPing, "p");  // counts
  idle.frame();
  pass(9 * 60'000);
  EXPECT_EQ(server.closes, 0);
  pass(59'000);
  EXPECT_EQ(server.closes, 0);
  pass(1'000);
  const auto frame = idle.frame();
  EXPECT_EQ(frame.code(), 1001);
  EXPECT_EQ(frame.reason(), "Going away");
  idle.send_frame(Opcode::kClose, frame.payload);
  idle.rest();
  idle.close();
  EXPECT_EQ(server.end(), (std::pair<int, std::string>{1001, "Going away"}));

  server.closes = 0;
  server.closed.clear();
  TestClient old(server.server.port);
  old.upgrade();
  for (int minutes = 0; minutes < 120; minutes += 5) {
    EXPECT_EQ(server.closes, 0);
    old.send_frame(Opcode::kText, "x");
    EXPECT_EQ(old.frame().payload, "x");
    pass(5 * 60'000);
  }
  EXPECT_EQ(old.frame().code(), 1001);
  old.close();
  EXPECT_EQ(server.end().first, 1001);
}

TEST(WebSocket, PingsMayBeIgnoredForTheIdleTime) {
  ManualClock clock;
  WebSocketOptions options;
  options.pings = Pings::kIgnored;
  WebSocketServer server(options, clock);
  TestClient client(server.server.port);
  client.upgrade();
  clock.advance_ms(9 * 60'000);
  server.on_loop([] {});
  client.send_frame(Opcode::kPing, "p");
  EXPECT_EQ(client.frame().payload, "p");
  clock.advance_ms(60'000);
  server.on_loop([] {});
  EXPECT_EQ(client.frame().code(), 1001);
}

TEST(WebSocket, ASlowReaderIsBounded) {
  WebSocketOptions options;
  options.max_backlog = 100'000;
  options.close_timeout_ms = 100;
  WebSocketServer server(options);
  TestClient client(server.server.port, 8 * 1024);
  client.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 1; }));
  const std::string text(10'000, 's');
  int sent = 0;
  bool full = false;
  for (int turn = 0; turn < 2000 && !full; ++turn) {
    server.on_loop([&] {
      full = server.socket->send_text(text) == WebSocket::Sent::kFull;
      if (!full) ++sent;
      EXPECT_LE(server.socket->backlog_bytes(), 101'000u);
    });
  }
  EXPECT_TRUE(full);
  // It reads after all: everything that was accepted arrives, and sending works again.
  for (int i = 0; i < sent; ++i) ASSERT_EQ(client.frame().payload.size(), text.size());
  EXPECT_TRUE(eventually([&] {
    std::size_t owed = 1;
    server.on_loop([&] { owed = server.socket->backlog_bytes(); });
    return owed == 0;
  }));
  server.on_loop([&] { EXPECT_EQ(server.socket->send_text("again"), WebSocket::Sent::kOk); });
  EXPECT_EQ(client.frame().payload, "again");
  // A burst of one turn that the kernel can take is no backlog.
  TestClient fast(server.server.port);
  fast.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 2; }));
  server.on_loop([&] {
    for (int i = 0; i < 30; ++i) EXPECT_EQ(server.socket->send_text(text), WebSocket::Sent::kOk);
  });
}

TEST(WebSocket, AStalledReaderIsCut) {
  ManualClock clock;
  WebSocketServer server({}, clock);
  TestClient client(server.server.port, 8 * 1024);
  client.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 1; }));
  const auto fill = [&] {
    server.on_loop([&] {
      while (server.socket->send_text(std::string(10'000, 's')) == WebSocket::Sent::kOk) {
      }
    });
  };
  const auto pass = [&](std::int64_t ms) {
    clock.advance_ms(ms);
    server.on_loop([] {});
    server.on_loop([] {});
  };
  fill();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // what the kernel still moves
  fill();
  pass(29'000);
  EXPECT_EQ(server.closes, 0);
  for (int i = 0; i < 20; ++i) client.exactly(100'000);  // it reads a little
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  pass(2'000);
  EXPECT_EQ(server.closes, 0);
  fill();
  for (int i = 0; i < 3; ++i) pass(30'000);
  EXPECT_EQ(server.end(), (std::pair<int, std::string>{1006, ""}));
}

TEST(WebSocket, APausedOwnerLetsThePeerWait) {
  struct Pausing : Recorder {
    explicit Pausing(Seen& to) : Recorder(to), seen(to) {}
    void on_text(std::string text) override {
      seen.socket->pause_reading();
      Recorder::on_text(std::move(text));
    }
    Seen& seen;
  };
  Seen seen;
  TestServer server([&](Exchange& exchange) {
    seen.socket = exchange.upgrade({}, {}, std::make_unique<Pausing>(seen));
  });
  TestClient client(server.port);
  client.upgrade();
  const auto resume = [&] { seen.socket->loop().post([&] { seen.socket->resume_reading(); }); };
  client.send(masked(Opcode::kText, "1") + masked(Opcode::kText, "2") +
              masked(Opcode::kText, std::string(1000, '3')).substr(0, 500));
  EXPECT_EQ(client.frame().payload, "1");
  std::thread flood([&] {
    client.send(masked(Opcode::kText, std::string(1000, '3')).substr(500));
    for (int i = 0; i < 300; ++i) client.send_frame(Opcode::kText, std::string(30'000, 'f'));
    client.send_frame(Opcode::kText, "last");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  {
    std::lock_guard lock(seen.mutex);
    EXPECT_EQ(seen.texts.size(), 1u);
  }
  resume();
  EXPECT_EQ(client.frame().payload, "2");
  resume();
  EXPECT_EQ(client.frame().payload, std::string(1000, '3'));
  for (int i = 0; i < 300; ++i) {
    resume();
    ASSERT_EQ(client.frame().payload.size(), 30'000u);
  }
  resume();
  EXPECT_EQ(client.frame().payload, "last");
  flood.join();
  seen.socket->loop().post([&] { seen.socket->close(1000, "done"); });
  EXPECT_EQ(client.frame().code(), 1000);
  client.send_frame(Opcode::kClose, "\x03\xe8");
  EXPECT_EQ(client.rest(), "");
  client.close();
  EXPECT_EQ(seen.end().first, 1000);
  server.server.reset();
  seen.socket.reset();
}

TEST(WebSocket, APausedOwnerNoticesAReset) {
  WebSocketServer server;
  TestClient client(server.server.port);
  client.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 1; }));
  server.on_loop([&] { server.socket->pause_reading(); });
  client.send_frame(Opcode::kText, "unread");
  const linger now{1, 0};
  setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  client.close();  // with a reset
  EXPECT_EQ(server.end().first, 1006);
}

TEST(WebSocket, SendingFromOtherThreads) {
  WebSocketServer server;
  TestClient client(server.server.port);
  client.upgrade();
  EXPECT_TRUE(eventually([&] { return server.server.server->counts().websockets == 1; }));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        server.socket->loop().post([socket = server.socket] { socket->send_text("posted"); });
      }
    });
  }
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.frame().payload, "posted");
  for (auto& thread : threads) thread.join();
}

TEST(WebSocket, RefusesABadHandshake) {
  WebSocketServer server;
  TestClient client(server.server.port);
  set_log_output([](std::string_view) {});
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.until("\r\n").starts_with("HTTP/1.1 500 "));  // the handler gave no answer
  set_log_output(nullptr);
}

}  // namespace
}  // namespace fairlead::net
