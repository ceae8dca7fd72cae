// The net layer alone as a WebSocket echo server: what a message and an idle connection cost
// without anything of AWS on top. Measured with callgrind and beside npm's `ws`.
//
//   bench_net_echo_server <port> [loops] [compression: off|on] [folder for the TLS authority]
//
// Prints the port once it listens; ends on SIGINT or SIGTERM.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "net/http_server.h"
#include "net/websocket_handshake.h"

using namespace fairlead;

namespace {

class Echo : public net::WebSocketEvents {
 public:
  void on_text(std::string text) override { socket_->send_text(text); }
  void on_closed(int, std::string_view) override { socket_.reset(); }
  std::shared_ptr<net::WebSocket> socket_;
};

void handle(net::Exchange& exchange, const net::WebSocketOptions& options) {
  if (!net::wants_websocket(exchange.head())) return exchange.respond(200, {}, "ok\n");
  auto events = std::make_unique<Echo>();
  Echo& echo = *events;
  echo.socket_ = exchange.upgrade({}, options, std::move(events));
  if (!exchange.responded()) exchange.respond(400, {}, "bad handshake\n");
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 0;
  const int count = argc > 2 ? std::atoi(argv[2]) : 1;
  net::WebSocketOptions options;
  const bool compress = argc > 3 && std::strcmp(argv[3], "on") == 0;
  options.compression = compress ? net::Compression::kWhenOffered : net::Compression::kOff;

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread, so that none takes it

  net::Loops loops(static_cast<std::size_t>(count > 0 ? count : 1));
  loops.start();
  net::ServerOptions server_options;
  if (argc > 4) {
    auto authority = net::CertificateAuthority::open_or_create(argv[4], system_clock());
    if (!authority.ok()) {
      std::fprintf(stderr, "%s\n", authority.error().message.c_str());
      return 1;
    }
    server_options.tls = net::TlsContext::for_server(*authority).value();
  }
  net::HttpServer server(loops, server_options,
                         [&](net::Exchange& exchange) { handle(exchange, options); });
  auto listening = server.listen("127.0.0.1", port);
  if (!listening.ok()) {
    std::fprintf(stderr, "%s\n", listening.error().message.c_str());
    return 1;
  }
  std::printf("%d\n", *listening);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}
