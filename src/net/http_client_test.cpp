// The client against servers of our own: kept connections, deadlines, odd answers, TLS.
#include "net/http_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "base/clock.h"
#include "base/park.h"
#include "net/dial.h"
#include "net/errors.h"
#include "net/fiber.h"
#include "net/http_server.h"
#include "net/url.h"

namespace fairlead::net {
namespace {

std::int64_t in_ms(std::int64_t ms) { return system_clock().monotonic_ms() + ms; }

void answer(Exchange& exchange) {
  const std::string& target = exchange.head().target;
  if (target == "/slow") {
    sleep_for_ms(2'000);
  } else if (target == "/chunks") {
    (void)exchange.begin(200, {{"X-Kind", "chunks"}}, std::nullopt).ok();
    for (int i = 0; i < 100; ++i) (void)exchange.write(std::string(1000, 'c')).ok();
    (void)exchange.end().ok();
    return;
  } else if (target == "/status") {
    return exchange.respond(404, {}, "");
  } else if (target == "/early") {
    return exchange.respond(413, {}, "too much");
  }
  auto body = exchange.read_all(64 * 1024 * 1024);
  const std::string* host = exchange.head().find("host");
  exchange.respond(200, {{"X-Method", exchange.head().method}, {"X-Host", host ? *host : ""}},
                   body.ok() ? *body : body.error().message);
}

class Client : public testing::Test {
 protected:
  Client() : loops_(2) {
    loops_.start();
    server_ = std::make_unique<HttpServer>(loops_, ServerOptions{}, answer);
    port_ = server_->listen("127.0.0.1", 0).value();
  }
  ~Client() override {
    server_.reset();
    loops_.stop();
    loops_.join();
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  Loops loops_;
  std::unique_ptr<HttpServer> server_;
  int port_ = 0;
};

TEST_F(Client, RequestsOnAPlainThread) {
  HttpClient client;
  const std::string large(8 * 1024 * 1024, 'x');
  for (const std::string& body : {std::string(), std::string("hello"), large}) {
    const auto response = client.request("POST", url("/"), {{"X-A", "b"}}, body, in_ms(20'000));
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(response->body == body);
    EXPECT_EQ(*response->find("x-method"), "POST");
    EXPECT_EQ(*response->find("X-Host"), "127.0.0.1:" + std::to_string(port_));
  }
  EXPECT_EQ(client.request("GET", url("/chunks"), {}, "", in_ms(20'000))->body.size(), 100'000u);
  EXPECT_EQ(client.request("HEAD", url("/"), {}, "", in_ms(20'000))->body, "");
  EXPECT_EQ(client.request("GET", url("/status"), {}, "", in_ms(20'000))->status, 404);
  EXPECT_EQ(
      *client.request("GET", url("/"), {{"Host", "other"}}, "", in_ms(20'000))->find("x-host"),
      "other");
  EXPECT_EQ(client.idle_connections(), 1u);
  EXPECT_EQ(server_->counts().accepted, 1u);  // all of it on one connection
}

TEST_F(Client, ManyFibersAtOnce) {
  HttpClient client;
  constexpr int kFibers = 40;
  std::vector<Future<int>> done(kFibers);
  for (int i = 0; i < kFibers; ++i) {
    loops_.at(static_cast<std::size_t>(i) % 2).post([&, i] {
      spawn([&, i] {
        int right = 0;
        for (int n = 0; n < 20; ++n) {
          const std::string body = std::to_string(i * 1000 + n);
          const auto response = client.request("PUT", url("/"), {}, body, in_ms(20'000));
          right += response.ok() && response->body == body;
        }
        done[static_cast<std::size_t>(i)].set(right);
      });
    });
  }
  for (const auto& result : done) EXPECT_EQ(result.get(), 20);
  EXPECT_LE(client.idle_connections(), 8u);
}

TEST_F(Client, DeadlineAndRefusals) {
  HttpClient client({.max_response_bytes = 1000});
  auto response = client.request("GET", url("/slow"), {}, "", in_ms(100));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, &kPeerSlow);
  response = client.request("GET", url("/chunks"), {}, "", in_ms(20'000));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, &kBodyTooLarge);
  EXPECT_EQ(client.request("GET", "ftp://a", {}, "", in_ms(20'000)).error().code, &kBadUrl);
  EXPECT_EQ(client.request("G T", url("/"), {}, "", in_ms(20'000)).error().code, &kBadRequest);
  EXPECT_EQ(client.request("GET", url("/"), {{"A", "b\r\nc"}}, "", in_ms(20'000)).error().code,
            &kBadRequest);
  EXPECT_EQ(client.request("GET", "http://127.0.0.1:1/", {}, "", in_ms(20'000)).error().code,
            &kCannotConnect);
  EXPECT_EQ(client.idle_connections(), 0u);
}

TEST_F(Client, AnAnswerBeforeTheWholeRequest) {
  HttpClient client;
  const auto response =
      client.request("POST", url("/early"), {}, std::string(32 * 1024 * 1024, 'x'), in_ms(20'000));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(client.idle_connections(), 0u);
}

TEST_F(Client, AKeptConnectionThatTheServerClosed) {
  HttpClient client;
  ASSERT_TRUE(client.request("GET", url("/"), {}, "", in_ms(20'000)).ok());
  EXPECT_EQ(client.idle_connections(), 1u);
  server_->close_idle();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(client.request("POST", url("/"), {}, "", in_ms(20'000)).ok());
}

// A server of canned bytes, for what a real one does not send.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    ::listen(fd_, 16);
    socklen_t size = sizeof at;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~CannedServer() {
    thread_.join();
    ::close(fd_);
  }
  std::string url() const { return "http://localhost:" + std::to_string(port_) + "/"; }

 private:
  void run() {
    for (const std::string& text : answers_) {
      const int client = ::accept(fd_, nullptr, nullptr);
      char bytes[4096];
      (void)!::recv(client, bytes, sizeof bytes, 0);
      (void)!::send(client, text.data(), text.size(), MSG_NOSIGNAL);
      ::close(client);
    }
  }
  std::vector<std::string> answers_;
  int fd_ = -1;
  int port_ = 0;
  std::thread thread_;
};

TEST(HttpClient, OddAnswers) {
  struct Case {
    const char* answer;
    const ErrorCode* error;  // nullptr: fine
    const char* body;
  };
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", nullptr, "until the end"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", nullptr,
       "ok"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort", nullptr, "short"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nshort", &kPeerGone, ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", &kPeerGone, ""},
      {"SSH-2.0-x\r\n", &kBadResponse, ""},
      {"", &kPeerGone, ""},
  };
  for (const Case& c : cases) {
    CannedServer server({c.answer});
    HttpClient client;
    const auto response = client.request("POST", server.url(), {}, "x", in_ms(20'000));
    EXPECT_EQ(response.ok(), c.error == nullptr) << c.answer;
    if (response.ok()) {
      EXPECT_EQ(response->body, c.body);
    } else {
      EXPECT_EQ(response.error().code, c.error) << c.answer;
    }
    EXPECT_EQ(client.idle_connections(),
              response.ok() && response->find("content-length") ? 1u : 0u);
  }
}

TEST(HttpClient, OverTls) {
  char folder[] = "/tmp/fairlead-http-client-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  Loops loops(1);
  loops.start();
  {
    const auto authority = CertificateAuthority::open_or_create(folder, system_clock()).value();
    ServerOptions options;
    options.tls = TlsContext::for_server(authority).value();
    HttpServer server(loops, options, answer);
    const std::string url = "https://localhost:" + std::to_string(*server.listen("127.0.0.1", 0));
    HttpClient stranger;
    EXPECT_EQ(stranger.request("GET", url, {}, "", in_ms(20'000)).error().code, &kTlsFailed);
    HttpClient client({.ca_pem = authority->certificate_pem()});
    const std::string large(3 * 1024 * 1024, 'x');
    for (int i = 0; i < 3; ++i) {
      const auto response = client.request("POST", url, {}, large, in_ms(20'000));
      ASSERT_TRUE(response.ok()) << response.error().message;
      EXPECT_TRUE(response->body == large);
    }
    const Future<bool> done;
    loops.at(0).post(
        [&] { spawn([&] { done.set(client.request("GET", url, {}, "", in_ms(20'000)).ok()); }); });
    EXPECT_TRUE(done.get());
    EXPECT_EQ(server.counts().accepted, 2u);
  }
  loops.stop();
  loops.join();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fairlead::net
