// The door of deployed WebSocket APIs: handshakes become connections, other requests get what AWS
// answers to them.
#pragma once

#include <atomic>

#include "edge/call.h"
#include "edge/sockets.h"
#include "net/websocket.h"
#include "platform/gateway.h"

namespace fairlead::edge {

class ExecuteApi {
 public:
  ExecuteApi(platform::WebSocketGateway& gateway, Sockets& sockets, net::WebSocketOptions options)
      : gateway_(gateway), sockets_(sockets), options_(options) {}

  void serve(Call& call);
  void refuse_handshakes() { draining_ = true; }

 private:
  void accept(Call& call, platform::HandshakeReply reply);

  platform::WebSocketGateway& gateway_;
  Sockets& sockets_;
  net::WebSocketOptions options_;
  std::atomic<bool> draining_{false};
};

}  // namespace fairlead::edge
