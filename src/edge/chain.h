// The request chain: the one ordered list of what happens to a request, from its head to the access
// log. net/ calls handle() on a fiber for each request; waiting inside is an ordinary call.
#pragma once

#include <string>

#include "base/clock.h"
#include "edge/aws_api.h"
#include "edge/execute_api.h"
#include "edge/internal.h"
#include "edge/sockets.h"
#include "net/http_server.h"
#include "platform/access.h"
#include "platform/function_urls.h"
#include "platform/gateway.h"
#include "platform/operation.h"
#include "platform/website.h"

namespace fairlead::edge {

struct ChainOptions {
  std::string default_region = "us-east-1";
  net::WebSocketOptions websocket;
};

// What the chain leads to. All outlive it.
struct ChainPorts {
  const platform::Registry& registry;
  platform::Access& access;
  platform::WebSocketGateway& gateway;
  platform::Website& website;
  platform::FunctionUrls& function_urls;
  Sockets& sockets;
  Clock& clock;
};

class Chain {
 public:
  Chain(ChainPorts ports, Internal::Facts facts, ChainOptions options);
  void handle(net::Exchange& exchange);
  // Shutdown: from now on WebSocket handshakes are answered with 503.
  void refuse_handshakes() { execute_api_.refuse_handshakes(); }

 private:
  void route(Call& call);
  void serve_management(Call& call);

  ChainPorts ports_;
  ChainOptions options_;
  Internal internal_;
  AwsApi aws_api_;
  ExecuteApi execute_api_;
};

}  // namespace fairlead::edge
