// The HTTP/1.1 server: connections in, one Exchange for each request on a fiber of its own.
//
// An idle connection is a small state machine and owns no fiber. When a request's head is complete
// the handler runs on a fiber of the connection's loop and may wait. Requests of one connection are
// answered in order; the next one is looked at when the previous reply is finished. Replies of one
// turn leave in one write. The first byte of a connection tells TLS from clear text.
//
// What never reaches the handler: malformed HTTP 400, head too large 431, unknown transfer coding
// 501, Content-Length beside Transfer-Encoding or given twice 400, each with a small plain body and
// a closed connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/descriptor.h"
#include "net/errors.h"
#include "net/http_head.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/websocket.h"

namespace fairlead::net {

class HttpConnection;
struct ServerState;

struct Peer {
  std::string ip;  // "192.0.2.1", "2001:db8::1"
  int port = 0;
  int local_port = 0;  // the listener's
  bool tls = false;
  std::string server_name;     // SNI; empty without TLS or when the client sent none
  std::string origin;          // of the adopted listener it came through: which sandbox; else empty
  std::uint64_t listener = 0;  // HttpServer::ListenerId, when it was adopted
};

// One request and its reply. Lives on its fiber and its loop; not to be used after the handler
// returned. A handler that returns without a reply is answered for with a 500.
class Exchange {
 public:
  explicit Exchange(HttpConnection& connection);
  Exchange(const Exchange&) = delete;

  const RequestHead& head() const;
  const Peer& peer() const;
  Loop& loop() const;

  // Body bytes, at most `n`; 0 at the end. Parks until some are there. The first call answers an
  // `Expect: 100-continue`. What the handler leaves unread is skipped if it is short, otherwise the
  // connection is closed after the reply.
  Result<std::size_t> read(char* into, std::size_t n);
  // The whole body. kBodyTooLarge as soon as it is known to be longer than `limit`.
  Result<std::string> read_all(std::size_t limit);

  // A whole reply. Adds Date, Content-Length and Connection where they belong (never for 1xx and
  // 204; 304 and HEAD keep the length and send no body). A second reply is refused (ODD).
  void respond(int status, std::vector<Header> headers, std::string_view body);

  // A reply in pieces: begin, write…, end. Without a length it is chunked (HTTP/1.0: ended by
  // close). write parks while the peer is slow; an Error means that the peer is gone.
  Status begin(int status, std::vector<Header> headers,
               std::optional<std::uint64_t> content_length);
  Status write(std::string_view bytes);
  Status flush();  // sends what is buffered now instead of at the end of the turn
  Status end();

  // Accepts the WebSocket handshake in head() (check it first: net/websocket_handshake.h). The 101
  // leaves after this call, events begin in a later turn. `extra_headers` come last (the
  // sub-protocol). nullptr when the peer is gone or a reply was begun.
  std::shared_ptr<WebSocket> upgrade(std::vector<Header> extra_headers, const WebSocketOptions&,
                                     std::unique_ptr<WebSocketEvents> events);

  bool responded() const;                       // a reply was begun (or the connection upgraded)
  int status() const;                           // of the reply; 0 before
  const std::vector<Header>& trailers() const;  // behind a chunked body that was read to its end
  std::uint64_t bytes_in() const;               // of the body, so far
  std::uint64_t bytes_out() const;              // of the reply's body, so far
  bool peer_gone() const;                       // known to have left: nobody will read the reply

 private:
  HttpConnection& connection_;
};

struct ServerOptions {
  std::shared_ptr<TlsContext> tls;         // none: clear text only
  std::int64_t head_timeout_ms = 30'000;   // from a request's first byte to the end of its head
  std::int64_t body_timeout_ms = 30'000;   // without a byte of progress while the handler reads
  std::int64_t write_timeout_ms = 60'000;  // without a byte of progress while replies wait
  std::int64_t idle_timeout_ms = 75'000;   // between requests
  std::int64_t linger_timeout_ms = 2'000;  // for the peer to read our last reply before the close
  std::size_t max_connections = 0;         // 0: open_file_limit() less 10%, for the process
  std::size_t max_buffered_output = 256 * 1024;  // a connection; then write parks
};

struct ServerCounts {
  std::uint64_t accepted = 0, refused = 0;  // refused: over max_connections, or no fiber left
  std::size_t open = 0;                     // all connections, WebSockets too
  std::size_t busy = 0;                     // with a request being handled
  std::size_t websockets = 0;
};

// Would listen() succeed right now? For asking before anything is changed.
Status can_listen(const std::string& ip, int port);

class HttpServer {
 public:
  using Handler = std::function<void(Exchange&)>;
  HttpServer(Loops& loops, ServerOptions options, Handler handler);
  // Cuts every connection and waits until no handler runs.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  // Listens on every loop (SO_REUSEPORT). Port 0 picks one. Returns the port. Call it again for
  // more addresses. `ip` is an IPv4 or IPv6 address.
  Result<int> listen(const std::string& ip, int port);

  // Serves a listening TCP socket that somebody else made (inside another network namespace), on
  // one loop. `origin` goes into Peer::origin of its connections and may be set later (for those
  // that come later). From any thread. disown closes the listener and its connections.
  using ListenerId = std::uint64_t;
  Result<ListenerId> adopt(Descriptor listener, std::string origin);
  void set_origin(ListenerId id, std::string origin);
  void disown(ListenerId id);

  // Shutdown, in this order. All may be called from any thread but a loop's; they return at once.
  void stop_accepting();
  void close_idle();  // connections between requests; busy ones close after their reply
  void close_websockets(int code, const std::string& reason);
  // Waits (a plain thread) until no connection is left, at most `timeout_ms`. True if so.
  bool drain(std::int64_t timeout_ms);
  // Cuts every connection and waits until no handler runs, as the destructor does. disown may still
  // be called; for owners of adopted listeners that go later than the handlers' world.
  void end();

  ServerCounts counts() const;  // from any thread

 private:
  std::shared_ptr<ServerState> state_;
  bool ended_ = false;
};

}  // namespace fairlead::net
