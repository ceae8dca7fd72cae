// The door of deployed WebSocket APIs: handshakes become connections, other requests get what AWS
// answers to them.
#pragma once

#include <atomic>

#include "edge/call.h"
#include "edge/sockets.h"
#include "net/websocket.h"
#include "platform/access.h"
#include "platform/gateway.h"

namespace fairlead::edge {

class ExecuteApi {
 public:
  ExecuteApi(platform::WebSocketGateway& gateway, platform::Access& access, Sockets& sockets,
             net::WebSocketOptions options)
      : gateway_(gateway), access_(access), sockets_(sockets), options_(options) {}

  void serve(Call& call);
  void refuse_handshakes() { draining_ = true; }

 private:
  void accept(Call& call, platform::HandshakeReply reply);

  platform::WebSocketGateway& gateway_;
  platform::Access& access_;
  Sockets& sockets_;
  net::WebSocketOptions options_;
  std::atomic<bool> draining_{false};
};

}  // namespace fairlead::edge
