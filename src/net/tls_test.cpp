// TLS: the authority's files, the minted leaves, and real OpenSSL clients against the server.
#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "net/errors.h"
#include "net/fiber.h"
#include "net/stream.h"
#include "net/test_client.h"

namespace fairlead::net {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/fairlead-tls-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() {
    for (const char* file : {"/ca.pem", "/ca-key.pem"}) std::remove((path + file).c_str());
    rmdir(path.c_str());
  }
  std::string read(const char* file) const {
    std::ifstream in(path + file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write(const char* file, const std::string& text) const {
    std::ofstream(path + file) << text;
  }
  std::string path;
};

// A blocking TLS client.
struct TlsClient {
  TlsClient(int port, const std::string& ca_pem, const std::string& name,
            const char* alpn = nullptr)
      : tcp(port) {
    auto made = TlsContext::for_client(ca_pem);
    EXPECT_TRUE(made.ok());
    context = *made;
    session = context->connect_on(tcp.fd(), name);
    if (alpn) {
      SSL_set_alpn_protos(session, reinterpret_cast<const unsigned char*>(alpn),
                          static_cast<unsigned>(strlen(alpn)));
    }
    connected = SSL_connect(session) == 1;
  }
  ~TlsClient() { SSL_free(session); }
  void send(std::string_view text) {
    while (!text.empty()) {
      const int n = SSL_write(session, text.data(), static_cast<int>(text.size()));
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  std::string until(std::string_view end) {
    while (in.find(end) == std::string::npos) {
      char buffer[4096];
      const int n = SSL_read(session, buffer, sizeof buffer);
      if (n <= 0) break;
      in.append(buffer, static_cast<std::size_t>(n));
    }
    const auto at = in.find(end);
    std::string taken = in.substr(0, at == std::string::npos ? in.size() : at + end.size());
    in.erase(0, taken.size());
    return taken;
  }
  TestClient tcp;
  std::shared_ptr<TlsContext> context;
  ssl_st* session = nullptr;
  bool connected = false;
  std::string in;
};

struct SecureServer {
  explicit SecureServer(Clock& clock = system_clock())
      : authority(CertificateAuthority::open_or_create(folder.path, clock).value()),
        server(
            [](Exchange& exchange) {
              auto body = exchange.read_all(1 << 20);
              const Peer& peer = exchange.peer();
              exchange.respond(
                  200, {},
                  (peer.tls ? "tls " : "clear ") + peer.server_name + "|" + body.value() + "\n");
            },
            options()) {}
  ServerOptions options() {
    ServerOptions with;
    with.tls = TlsContext::for_server(authority).value();
    return with;
  }
  Folder folder;
  std::shared_ptr<CertificateAuthority> authority;
  TestServer server;
};

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(CertificateAuthority, IsMadeOnceWithAPrivateKeyForTheOwnerOnly) {
  Folder folder;
  auto first = CertificateAuthority::open_or_create(folder.path, system_clock());
  ASSERT_TRUE(first.ok());
  const std::string pem = folder.read("/ca.pem");
  EXPECT_EQ(pem, (*first)->certificate_pem());
  EXPECT_EQ((*first)->certificate_pem_path(), folder.path + "/ca.pem");
  struct stat file {};
  ASSERT_EQ(stat((folder.path + "/ca-key.pem").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  auto again = CertificateAuthority::open_or_create(folder.path, system_clock());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->certificate_pem(), pem);
}

TEST(CertificateAuthority, DamagedFilesAreAnErrorAndStayAsTheyAre) {
  Folder folder, other;
  ASSERT_TRUE(CertificateAuthority::open_or_create(folder.path, system_clock()).ok());
  ASSERT_TRUE(CertificateAuthority::open_or_create(other.path, system_clock()).ok());
  const std::string pem = folder.read("/ca.pem"), key = folder.read("/ca-key.pem");
  const auto fails = [&](const char* with) {
    const std::string pem_before = folder.read("/ca.pem"), key_before = folder.read("/ca-key.pem");
    auto opened = CertificateAuthority::open_or_create(folder.path, system_clock());
    ASSERT_FALSE(opened.ok()) << with;
    EXPECT_EQ(opened.error().code, &kTlsFailed);
    EXPECT_NE(opened.error().message.find(with), std::string::npos) << opened.error().message;
    EXPECT_EQ(folder.read("/ca.pem"), pem_before);
    EXPECT_EQ(folder.read("/ca-key.pem"), key_before);
  };
  folder.write("/ca.pem", pem.substr(0, 200));
  fails("ca.pem is damaged");
  folder.write("/ca.pem", pem);
  folder.write("/ca-key.pem", "nothing");
  fails("ca-key.pem is damaged");
  folder.write("/ca-key.pem", other.read("/ca-key.pem"));
  fails("does not belong to");
  folder.write("/ca-key.pem", key);
  std::remove((folder.path + "/ca.pem").c_str());
  fails("ca.pem is missing");
}

TEST(CertificateAuthority, MintsAndRemembers) {
  Folder folder;
  ManualClock clock;
  auto authority = CertificateAuthority::open_or_create(folder.path, clock).value();
  const std::string leaf = authority->mint("Abc.Example.Test").value();
  EXPECT_EQ(authority->mint("abc.example.test.").value(), leaf);
  EXPECT_EQ(authority->mint("").value(), authority->mint("127.0.0.1").value());
  EXPECT_EQ(authority->mint("::1").value(), authority->mint("localhost").value());
  for (const char* bad : {"a..b", "a b", "a,DNS:b", "*", "-\n", "a/b", ".", ".a"}) {
    EXPECT_FALSE(authority->mint(bad).ok()) << bad;
  }
  EXPECT_TRUE(authority->mint(std::string(60, 'a') + "." + std::string(60, 'b') + ".test").ok());
  clock.advance_ms(std::int64_t{16} * 86'400'000);  // long before it expires it is made anew
  EXPECT_NE(authority->mint("abc.example.test").value(), leaf);
  const std::string kept = authority->mint("kept").value();
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(authority->mint("n" + std::to_string(i)).ok());
    ASSERT_EQ(authority->mint("kept").value(), kept);
  }
}

TEST(Tls, TheMintedLeafSatisfiesAClient) {
  SecureServer server;
  const std::string ca = server.authority->certificate_pem();
  for (const char* name : {"abc123.execute-api.us-east-1.localhost", "localhost", "127.0.0.1"}) {
    TlsClient client(server.server.port, ca, name);
    ASSERT_TRUE(client.connected) << name;
    EXPECT_EQ(SSL_get_verify_result(client.session), X509_V_OK);
    client.send(kGet);
    client.until("\r\n\r\n");
    const std::string sni = name == std::string("127.0.0.1") ? "" : name;
    EXPECT_EQ(client.until("\n"), "tls " + sni + "|\n");
  }
  TlsClient stranger(server.server.port, "", "localhost");  // does not trust us
  EXPECT_FALSE(stranger.connected);
}

TEST(Tls, ClearTextAndTlsShareThePort) {
  SecureServer server;
  TestClient clear(server.server.port);
  clear.send(kGet);
  EXPECT_NE(clear.reply().find("clear |"), std::string::npos);
  TestClient garbage(server.server.port);
  garbage.send(std::string_view("\x16\x03\x01\x00\x05hello", 10));  // a record, but no hello
  garbage.rest();
  TlsClient after(server.server.port, server.authority->certificate_pem(), "localhost");
  EXPECT_TRUE(after.connected);
}

TEST(Tls, OnlyHttp11IsSpoken) {
  SecureServer server;
  const std::string ca = server.authority->certificate_pem();
  TlsClient both(server.server.port, ca, "localhost", "\x02h2\x08http/1.1");
  ASSERT_TRUE(both.connected);
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(both.session, &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_FALSE(TlsClient(server.server.port, ca, "localhost", "\x02h2").connected);
}

TEST(Tls, PipelinedRequestsInOneRecordAndALargeBody) {
  SecureServer server;
  TlsClient client(server.server.port, server.authority->certificate_pem(), "localhost");
  ASSERT_TRUE(client.connected);
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many += "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" + std::to_string(100 + i);
  }
  client.send(many);
  for (int i = 0; i < 100; ++i) {
    client.until("\r\n\r\n");
    ASSERT_EQ(client.until("\n"), "tls localhost|" + std::to_string(100 + i) + "\n");
  }
  const std::string large(1'000'000, 'L');
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + large);
  client.until("\r\n\r\n");
  EXPECT_EQ(client.until("\n").size(), large.size() + 15);
}

TEST(Tls, WebSocketOverTls) {
  Folder folder;
  auto authority = CertificateAuthority::open_or_create(folder.path, system_clock()).value();
  ServerOptions options;
  options.tls = TlsContext::for_server(authority).value();
  struct Echo : WebSocketEvents {
    void on_text(std::string text) override { socket->send_text(text); }
    void on_closed(int, std::string_view) override { socket.reset(); }
    std::shared_ptr<WebSocket> socket;
  };
  TestServer server(
      [](Exchange& exchange) {
        auto events = std::make_unique<Echo>();
        Echo& echo = *events;
        echo.socket = exchange.upgrade({}, {}, std::move(events));
      },
      options);
  TlsClient client(server.port, authority->certificate_pem(), "ws.localhost");
  ASSERT_TRUE(client.connected);
  std::string out =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  append_masked_frame(out, {.opcode = Opcode::kText}, "early\n", 5);  // in the handshake's record
  client.send(out);
  EXPECT_TRUE(client.until("\r\n\r\n").starts_with("HTTP/1.1 101"));
  EXPECT_EQ(client.until("\n"),
            "\x81\x06"
            "early\n");
  const std::string text = std::string(30'000, 't') + "\n";
  out.clear();
  append_masked_frame(out, {.opcode = Opcode::kText}, text, 5);
  for (int i = 0; i < 20; ++i) {
    client.send(out);
    EXPECT_EQ(client.until("\n").size(), text.size() + 4);
  }
  out.clear();
  append_masked_frame(out, {.opcode = Opcode::kClose}, "\x03\xe8", 5);
  client.send(out);
  EXPECT_EQ(client.until("none"), "\x88\x02\x03\xe8");
}

}  // namespace
}  // namespace fairlead::net
