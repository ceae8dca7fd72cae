// The port between the edge, which holds sockets, and the API Gateway service, which knows APIs.
// Every call is made on a fiber of the socket's loop and may wait.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/context.h"
#include "platform/operation.h"

namespace fairlead::platform {

// One accepted connection. Messages may run at the same time, on several fibers of its loop.
class GatewaySession {
 public:
  virtual ~GatewaySession() = default;
  virtual const std::string& connection_id() const = 0;
  // The 101 has been written: from now on @connections finds it.
  virtual void established() = 0;
  // One text message. The frame to send back: a reply of a two-way route, an error frame, or none.
  virtual std::optional<std::string> message(std::string text) = 0;
  // The socket is gone; runs `$disconnect`. Called exactly once. `code` and `reason` as on the
  // wire: 1005 when the peer's close frame had no status, 1006 when there was no close frame.
  virtual void closed(int code, std::string_view reason) = 0;
};

struct HandshakeRequest {
  const HeaderList* headers = nullptr;  // as the client sent them
  std::string_view query;               // raw, without '?'
  std::string peer_ip;
  // Checks the signature and fills in `cx.caller`; asked only where a route wants AWS_IAM. Errors
  // are API Gateway's words. Empty: whoever asks cannot sign.
  std::function<Status(Context& cx)> authenticate;
  bool custom_domain = false;  // it came through one, not through the API's default endpoint
};

struct HandshakeReply {
  // Accepted: the session, and headers for the 101 (only Sec-WebSocket-Protocol).
  std::shared_ptr<GatewaySession> session;
  // Refused: the HTTP answer instead.
  int status = 101;
  HeaderList headers;
  std::string body;
};

class WebSocketGateway {
 public:
  virtual ~WebSocketGateway() = default;
  // `cx.api_id` and `cx.stage` come from the address. Runs throttles, authorisation, `$connect`.
  virtual HandshakeReply connect(Context& cx, const HandshakeRequest& request) = 0;
  // A plain HTTP request to a stage's address that is neither an upgrade nor @connections.
  virtual HandshakeReply plain_request(Context& cx, const HandshakeRequest& request) = 0;
  // Account and region of an API, for addresses that do not name them.
  struct Owner {
    std::string account, region;
  };
  virtual std::optional<Owner> owner_of_api(std::string_view api_id) = 0;
  // What a custom domain's host name and a raw path lead to. No API: the domain is known and no
  // mapping fits the path. Nothing: the host name is nobody's domain.
  struct DomainRoute {
    std::string account, region, api_id, stage;
    std::size_t taken = 0;  // the part of the path that the mapping's key took
  };
  virtual std::optional<DomainRoute> resolve_domain(std::string_view /*host*/,
                                                    std::string_view /*path*/) {
    return std::nullopt;
  }
  // Owner and API of a connection, for @connections calls whose address names no API.
  struct ConnectionPlace {
    std::string account, region, api_id, stage;
  };
  virtual std::optional<ConnectionPlace> place_of(std::string_view connection_id) = 0;
  // Connections left in the registry by a crash get their `$disconnect` (1006). Called once, after
  // everything else has started; may wait long, so it runs on a fiber of its own.
  virtual void disconnect_survivors() = 0;
};

}  // namespace fairlead::platform
