// For net's tests: a blocking client on loopback, and a server with its loops.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include "net/http_server.h"
#include "net/websocket_frames.h"
#include "net/websocket_handshake.h"

namespace fairlead::net {

class TestClient {
 public:
  explicit TestClient(int port, int receive_buffer = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    timeval patience{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;

  int fd() const { return fd_; }
  bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  // More bytes into `in`; false at the end, after a reset or 20 seconds of silence.
  bool receive() {
    char buffer[16 * 1024];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    in.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  // What came up to and including `end`.
  std::string until(std::string_view end) {
    for (;;) {
      const std::size_t at = in.find(end);
      if (at != std::string::npos) return take(at + end.size());
      if (!receive()) return take(in.size());
    }
  }
  std::string exactly(std::size_t n) {
    while (in.size() < n && receive()) {
    }
    return take(std::min(n, in.size()));
  }
  std::string rest() {
    while (receive()) {
    }
    return take(in.size());
  }
  // Head and a body of the announced length.
  std::string reply() {
    std::string head = until("\r\n\r\n");
    const std::size_t at = head.find("Content-Length: ");
    if (at == std::string::npos) return head;
    return head + exactly(std::stoul(head.substr(at + 16)));
  }

  std::string upgrade(std::string_view extra = "", std::string_view target = "/") {
    send("GET " + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(extra) + "\r\n");
    return until("\r\n\r\n");
  }
  void send_frame(Opcode opcode, std::string_view payload) {
    std::string out;
    append_masked_frame(out, {.opcode = opcode}, payload, 0x12345678);
    send(out);
  }
  struct Frame {
    int first = -1;  // FIN, RSV, opcode; -1: the connection ended
    std::string payload;
    int code() const {
      if (payload.size() < 2) return 1005;
      return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
    std::string reason() const { return payload.size() > 2 ? payload.substr(2) : ""; }
  };
  Frame frame() {
    std::string head = exactly(2);
    if (head.size() < 2) return {};
    std::size_t size = static_cast<unsigned char>(head[1]) & 0x7f;
    const int more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more) {
      size = 0;
      for (unsigned char c : exactly(static_cast<std::size_t>(more))) size = size << 8 | c;
    }
    Frame frame;
    frame.first = static_cast<unsigned char>(head[0]);
    frame.payload = exactly(size);
    return frame;
  }

  std::string in;

 private:
  std::string take(std::size_t n) {
    std::string taken = in.substr(0, n);
    in.erase(0, n);
    return taken;
  }
  int fd_ = -1;
  bool connected_ = false;
};

struct TestServer {
  explicit TestServer(HttpServer::Handler handler, ServerOptions options = {},
                      Clock& clock = system_clock(), LoopOptions loop_options = {},
                      std::size_t loop_count = 1)
      : loops(loop_count, clock, loop_options) {
    loops.start();
    server.emplace(loops, std::move(options), std::move(handler));
    port = server->listen("127.0.0.1", 0).value();
  }
  Loops loops;
  std::optional<HttpServer> server;
  int port = 0;
};

// Waits (real time) until `condition` holds, at most 20 seconds.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

}  // namespace fairlead::net
