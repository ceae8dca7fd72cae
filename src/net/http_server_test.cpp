// The HTTP server over real loopback sockets.
#include "net/http_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>

#include "base/log.h"
#include "base/park.h"
#include "net/fiber.h"
#include "net/http_parser.h"
#include "net/test_client.h"

namespace fairlead::net {
namespace {

// Answers with what it understood.
void echo(Exchange& exchange) {
  auto body = exchange.read_all(1 << 20);
  if (!body.ok()) return exchange.respond(body.error().code->http_status, {}, "");
  exchange.respond(200, {{"X-Method", exchange.head().method}},
                   exchange.head().target + "|" + *body);
}

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string body_of(const std::string& reply) {
  const auto at = reply.find("\r\n\r\n");
  return at == std::string::npos ? "" : reply.substr(at + 4);
}

TEST(HttpServer, KeepAlive) {
  TestServer server(echo);
  TestClient client(server.port);
  for (int i = 0; i < 3; ++i) {
    client.send(get("/a" + std::to_string(i)));
    const std::string reply = client.reply();
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
    EXPECT_NE(reply.find("\r\nDate: "), std::string::npos);
    EXPECT_EQ(reply.find("Connection:"), std::string::npos);
    EXPECT_EQ(body_of(reply), "/a" + std::to_string(i) + "|");
  }
  EXPECT_EQ(server.server->counts().accepted, 1u);
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server([](Exchange& exchange) {
    if (exchange.head().target == "/slow") sleep_for_ms(20);
    echo(exchange);
  });
  TestClient client(server.port);
  std::string sent = get("/slow") + "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" +
                     "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n" +
                     get("/last");
  client.send(sent);
  EXPECT_EQ(body_of(client.reply()), "/slow|");
  EXPECT_EQ(body_of(client.reply()), "/p|abc");
  EXPECT_EQ(body_of(client.reply()), "/c|xyz");
  EXPECT_EQ(body_of(client.reply()), "/last|");
}

TEST(HttpServer, AnyCutOfTheBytesGivesTheSame) {
  TestServer server(echo);
  const std::string sent =
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6\r\n world\r\n0\r\nT: 1\r\n\r\n" +
      get("/n");
  for (std::size_t cut = 1; cut < sent.size(); cut += 3) {
    TestClient client(server.port);
    client.send(sent.substr(0, cut));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    client.send(sent.substr(cut));
    EXPECT_EQ(body_of(client.reply()), "/c|hello world") << cut;
    EXPECT_EQ(body_of(client.reply()), "/n|") << cut;
  }
}

TEST(HttpServer, LargeBodiesBothWays) {
  TestServer server([](Exchange& exchange) {
    auto body = exchange.read_all(20 << 20);
    ASSERT_TRUE(body.ok());
    ASSERT_TRUE(exchange.begin(200, {}, std::nullopt).ok());
    ASSERT_TRUE(exchange.write(*body).ok());
    ASSERT_TRUE(exchange.write("tail").ok());
    ASSERT_TRUE(exchange.end().ok());
  });
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 97) body[i] = static_cast<char>('a' + i % 26);
  TestClient client(server.port);
  std::thread sender([&] {
    client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  });
  const std::string reply = client.rest();
  sender.join();
  BodyDecoder decoder;
  ResponseParser parser;
  std::size_t used = 0;
  ASSERT_EQ(parser.feed(reply, used), ParseState::kHead);
  EXPECT_TRUE(parser.head().chunked);
  decoder = BodyDecoder(parser.head(), "POST", BodyDecoder::kNoLimit);
  std::string got;
  ASSERT_EQ(decoder.next_into(std::string_view(reply).substr(used), got).state,
            BodyDecoder::State::kDone);
  EXPECT_TRUE(got == body + "tail");
}

TEST(HttpServer, ContinueIsSentOnlyWhenTheBodyIsWanted) {
  TestServer server([](Exchange& exchange) {
    if (exchange.head().target == "/no") return exchange.respond(403, {}, "no");
    echo(exchange);
  });
  TestClient wanted(server.port);
  wanted.send("PUT /yes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wanted.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wanted.send("ok");
  EXPECT_EQ(body_of(wanted.reply()), "/yes|ok");
  wanted.send(get("/again"));
  EXPECT_EQ(body_of(wanted.reply()), "/again|");

  TestClient refused(server.port);
  refused.send("PUT /no HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const std::string reply = refused.rest();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 403 ")) << reply;
  EXPECT_NE(reply.find("Connection: close"), std::string::npos);
}

struct Refusal {
  const char* what;
  std::string request;
  int status;
};

TEST(HttpServer, RefusesBeforeTheHandler) {
  std::atomic<int> handled{0};
  TestServer server([&](Exchange& exchange) {
    ++handled;
    echo(exchange);
  });
  const Refusal cases[] = {
      {"not HTTP", "hello there\r\n\r\n", 400},
      {"length and coding",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"two lengths",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
      {"unknown coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"large head", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(70'000, 'a') + "\r\n\r\n",
       431},
      {"space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"folded header", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
  };
  for (const Refusal& refusal : cases) {
    TestClient client(server.port);
    client.send(refusal.request);
    const std::string reply = client.rest();  // ends: the connection is closed
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 " + std::to_string(refusal.status)))
        << refusal.what << ": " << reply.substr(0, 60);
    EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos) << refusal.what;
  }
  EXPECT_EQ(handled, 0);
}

TEST(HttpServer, BodyLimits) {
  TestServer server([](Exchange& exchange) {
    auto body = exchange.read_all(10);
    if (body.ok()) return exchange.respond(200, {}, *body);
    exchange.respond(body.error().code == &kBodyTooLarge ? 413 : 400, {}, "");
  });
  const std::pair<std::string, int> cases[] = {
      {"Content-Length: 10\r\n\r\n0123456789", 200},
      {"Content-Length: 11\r\n\r\n0123456789x", 413},
      {"Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n", 200},
      {"Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789x\r\n0\r\n\r\n", 413},
      {"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
  };
  for (const auto& [rest, status] : cases) {
    TestClient client(server.port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\n" + rest);
    EXPECT_TRUE(client.until("\r\n").starts_with("HTTP/1.1 " + std::to_string(status))) << rest;
  }
}

TEST(HttpServer, AnUnreadLargeBodyDoesNotHideTheReply) {
  TestServer server([](Exchange& exchange) { exchange.respond(413, {}, "too large"); });
  for (int i = 0; i < 5; ++i) {
    TestClient client(server.port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    client.send(std::string(1'000'000, 'x'));
    EXPECT_EQ(body_of(client.reply()), "too large");
  }
}

TEST(HttpServer, HeadAndEmptyReplies) {
  TestServer server([](Exchange& exchange) {
    const std::string& target = exchange.head().target;
    if (target == "/204") return exchange.respond(204, {}, "ignored");
    if (target == "/304") return exchange.respond(304, {{"ETag", "\"e\""}}, "");
    if (target == "/own") return exchange.respond(200, {{"Content-Length", "12345"}}, "");
    exchange.respond(200, {}, "four");
  });
  TestClient client(server.port);
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.until("\r\n\r\n").find("Content-Length: 4\r\n"), std::string::npos);
  client.send("HEAD /own HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.until("\r\n\r\n").find("Content-Length: 12345\r\n"), std::string::npos);
  for (const char* target : {"/204", "/304"}) {
    client.send(get(target));
    const std::string head = client.until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 " + std::string(target + 1))) << head;
    EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
  }
  client.send(get("/"));
  EXPECT_EQ(body_of(client.reply()), "four");
}

TEST(HttpServer, Http10) {
  TestServer server([](Exchange& exchange) {
    if (exchange.head().target != "/stream") return exchange.respond(200, {}, "hi");
    ASSERT_TRUE(exchange.begin(200, {}, std::nullopt).ok());
    ASSERT_TRUE(exchange.write("ab").ok());
    ASSERT_TRUE(exchange.write("cd").ok());
    ASSERT_TRUE(exchange.end().ok());
  });
  TestClient once(server.port);
  once.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of(once.rest()), "hi");
  TestClient kept(server.port);
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(kept.reply().find("Connection: keep-alive\r\n"), std::string::npos);
  kept.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string reply = kept.rest();
  EXPECT_EQ(reply.find("chunked"), std::string::npos);
  EXPECT_EQ(body_of(reply), "abcd");
}

TEST(HttpServer, HandlersThatMisbehave) {
  set_log_output([](std::string_view) {});
  TestServer server([](Exchange& exchange) {
    const std::string& target = exchange.head().target;
    if (target == "/throw") throw std::runtime_error("bug");
    if (target == "/short") {
      (void)exchange.begin(200, {}, 10).ok();
      (void)exchange.write("short").ok();
      (void)exchange.end().ok();
    }
    if (target == "/half") {
      (void)exchange.begin(200, {}, std::nullopt).ok();
      (void)exchange.write("half").ok();
    }
    if (target == "/long") {
      (void)exchange.begin(200, {}, 3).ok();
      (void)exchange.write("longer").ok();
      (void)exchange.end().ok();
    }
  });
  const std::pair<const char*, const char*> cases[] = {{"/throw", "HTTP/1.1 500"},
                                                       {"/nothing", "HTTP/1.1 500"}};
  for (const auto& [target, start] : cases) {
    TestClient client(server.port);
    client.send(get(target));
    EXPECT_TRUE(client.rest().starts_with(start)) << target;
  }
  TestClient longer(server.port);
  longer.send(get("/long"));
  EXPECT_EQ(body_of(longer.reply()), "lon");
  for (const char* target : {"/short", "/half"}) {
    TestClient client(server.port);
    client.send(get(target));
    EXPECT_EQ(client.rest().find("0\r\n\r\n"), std::string::npos) << target;  // and it ends
  }
  set_log_output(nullptr);
}

TEST(HttpServer, ASlowReaderParksTheWriterAndThenTimesOut) {
  std::atomic<std::size_t> written{0};
  Future<std::string> outcome;
  ServerOptions options;
  options.write_timeout_ms = 300;
  TestServer server(
      [&](Exchange& exchange) {
        (void)exchange.begin(200, {}, std::nullopt).ok();
        const std::string piece(64 * 1024, 'x');
        for (int i = 0; i < 2000; ++i) {
          Status sent = exchange.write(piece);
          if (!sent.ok()) return outcome.set(sent.error().code->name);
          written += piece.size();
        }
        outcome.set("all");
      },
      options);
  TestClient client(server.port, 16 * 1024);
  client.send(get("/"));
  EXPECT_EQ(outcome.get(), "PeerSlow");
  EXPECT_LT(written, std::size_t{20 << 20});  // the kernel's buffers and ours, not the whole
  EXPECT_TRUE(eventually([&] { return server.server->counts().open == 0; }));
}

// The client's end arrives while the last bytes of the reply still wait for room in the kernel. How
// much that is depends on the size, so several are tried.
TEST(HttpServer, AHalfClosedClientGetsItsWholeReply) {
  TestServer server([&](Exchange& exchange) {
    exchange.respond(200, {}, std::string(std::stoul(exchange.head().target.substr(1)), 'h'));
  });
  for (std::size_t size = 2'600'000; size < 4'400'000; size += 120'000) {
    TestClient client(server.port, 8 * 1024);
    client.send(get("/" + std::to_string(size)));
    ::shutdown(client.fd(), SHUT_WR);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(body_of(client.rest()).size(), size);
  }
}

TEST(HttpServer, TimeOutsInVirtualTime) {
  ManualClock clock;
  TestServer server(echo, {}, clock);
  const auto pass = [&](std::int64_t ms) {
    clock.advance_ms(ms);
    server.loops.at(0).post([] {});
  };
  TestClient silent(server.port), half(server.port), idle(server.port), body(server.port);
  half.send("GET / HT");
  idle.send(get("/i"));
  EXPECT_EQ(body_of(idle.reply()), "/i|");
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_TRUE(eventually([&] { return server.server->counts().busy == 1; }));
  Future<bool> settled;
  server.loops.at(0).post([&] { settled.set(true); });
  settled.get();
  pass(29'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(server.server->counts().open, 4u);
  pass(2'000);
  EXPECT_EQ(silent.rest(), "");
  EXPECT_TRUE(half.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(body.rest().starts_with("HTTP/1.1 408 "));
  idle.send(get("/j"));
  EXPECT_EQ(body_of(idle.reply()), "/j|");
  server.loops.at(0).post([&] {});
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  pass(76'000);
  EXPECT_EQ(idle.rest(), "");
}

TEST(HttpServer, BoundedConnectionsAndFibers) {
  Future<bool> gate;
  std::atomic<int> waiting{0};
  ServerOptions options;
  options.max_connections = 3;
  set_log_output([](std::string_view) {});
  TestServer server(
      [&](Exchange& exchange) {
        ++waiting;
        while (!gate.ready()) sleep_for_ms(2);
        exchange.respond(200, {}, "ok");
      },
      options, system_clock(), {.max_fibers = 2});
  TestClient a(server.port), b(server.port), c(server.port);
  a.send(get("/"));
  b.send(get("/"));
  EXPECT_TRUE(eventually([&] { return waiting == 2; }));
  c.send(get("/"));
  EXPECT_TRUE(c.until("\r\n").starts_with("HTTP/1.1 503 "));
  // c is lingering: it still counts.
  TestClient d(server.port);
  EXPECT_TRUE(d.rest().starts_with("HTTP/1.1 503 "));
  gate.set(true);
  EXPECT_EQ(body_of(a.reply()), "ok");
  EXPECT_EQ(body_of(b.reply()), "ok");
  EXPECT_EQ(server.server->counts().refused, 2u);
  set_log_output(nullptr);
}

// Leaves this process exactly `spare` descriptors to open, whatever it inherited, until destroyed.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t spare) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit tight = before_;
    tight.rlim_cur = 256;
    setrlimit(RLIMIT_NOFILE, &tight);
    for (int fd; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) fillers_.push_back(fd);
    for (; spare > 0 && !fillers_.empty(); --spare) close_last();
  }
  ~FewDescriptors() {
    setrlimit(RLIMIT_NOFILE, &before_);
    while (!fillers_.empty()) close_last();
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  void close_last() {
    ::close(fillers_.back());
    fillers_.pop_back();
  }
  rlimit before_{};
  std::vector<int> fillers_;
};

// Nothing is expected of gtest while descriptors are scarce: a sanitizer looks at memory through a
// pipe, and takes a missing one for a bad object.
TEST(HttpServer, OutOfDescriptorsItWaitsAndGoesOn) {
  std::atomic<int> warnings{0};
  set_log_output([&](std::string_view) { ++warnings; });
  TestServer server(echo);
  std::vector<std::unique_ptr<TestClient>> clients;
  std::size_t served = 0;
  std::string late;
  {
    const FewDescriptors scarce(9);  // four pairs, and a client that finds no partner
    while (warnings == 0 && clients.size() < 9) {
      clients.push_back(std::make_unique<TestClient>(server.port));
      eventually([&] { return warnings > 0 || server.server->counts().open == clients.size(); });
    }
    served = server.server->counts().open;
    for (std::size_t i = 0; i + 1 < clients.size() && i < 3; ++i) clients[i]->close();
    clients.back()->send(get("/late"));
    late = body_of(clients.back()->reply());
  }
  EXPECT_EQ(clients.size(), 5u);
  EXPECT_EQ(served, 4u);
  EXPECT_EQ(late, "/late|");
  clients.clear();
  server.server.reset();
  set_log_output(nullptr);
}

TEST(HttpServer, DrainsInOrder) {
  Future<bool> gate;
  std::atomic<bool> busy{false};
  TestServer server([&](Exchange& exchange) {
    if (exchange.head().target == "/busy") {
      busy = true;
      while (!gate.ready()) sleep_for_ms(2);
    }
    echo(exchange);
  });
  TestClient idle(server.port), working(server.port);
  idle.send(get("/"));
  idle.reply();
  working.send(get("/busy"));
  EXPECT_TRUE(eventually([&] { return busy.load(); }));
  server.server->stop_accepting();
  server.server->close_idle();
  EXPECT_EQ(idle.rest(), "");
  EXPECT_FALSE(server.server->drain(20));
  EXPECT_TRUE(eventually([&] { return !TestClient(server.port).connected(); }));
  gate.set(true);
  const std::string reply = working.reply();
  EXPECT_NE(reply.find("Connection: close\r\n"), std::string::npos);
  working.close();
  EXPECT_TRUE(server.server->drain(5'000));
}

TEST(HttpServer, DestroyedWhileBusyItCutsAndWaits) {
  std::atomic<bool> started{false}, ended{false};
  {
    TestServer server([&](Exchange& exchange) {
      started = true;
      char byte;
      auto got = exchange.read(&byte, 1);
      EXPECT_FALSE(got.ok());
      EXPECT_TRUE(exchange.peer_gone());
      ended = true;
    });
    TestClient client(server.port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return started.load(); }));
    server.server.reset();
  }
  EXPECT_TRUE(ended);
}

TEST(HttpServer, ManyClientsOnTwoLoops) {
  TestServer server(
      [](Exchange& exchange) {
        sleep_for_ms(1);
        echo(exchange);
      },
      {}, system_clock(), {}, 2);
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int c = 0; c < 5; ++c) {
        TestClient client(server.port);
        for (int i = 0; i < 20; ++i) {
          const std::string target = "/" + std::to_string(t * 1000 + i);
          client.send(get(target));
          if (body_of(client.reply()) == target + "|") ++right;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 8 * 5 * 20);
}

TEST(HttpServer, ThePeerIsKnown) {
  TestServer server([](Exchange& exchange) {
    const Peer& peer = exchange.peer();
    exchange.respond(200, {},
                     peer.ip + " " + std::to_string(peer.local_port) + " " +
                         (peer.port > 0 ? "port" : "none") + (peer.tls ? " tls" : ""));
  });
  TestClient client(server.port);
  client.send(get("/"));
  EXPECT_EQ(body_of(client.reply()), "127.0.0.1 " + std::to_string(server.port) + " port");
}

TEST(HttpServer, ListenSaysWhatIsWrong) {
  TestServer server(echo);
  auto bad = server.server->listen("not an address", 0);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, &kCannotListen);
}

}  // namespace
}  // namespace fairlead::net
