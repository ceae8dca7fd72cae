// IntegrationEvent: one thing that happened on a route, as integrations other than Lambda's proxy
// see it. Everything that it points at outlives the call.
#pragma once

#include <cstdint>
#include <string_view>

#include "services/apigateway/compiled.h"
#include "services/apigateway/connections.h"
#include "services/apigateway/events.h"

namespace fairlead::apigateway {

struct IntegrationEvent {
  enum class Kind { kConnect, kMessage, kDisconnect } kind;
  const CompiledStage& stage;
  const CompiledRoute& route;
  const ConnectionFacts& facts;
  const EventStamp& stamp;
  std::string_view body;                                  // of a message; else empty
  const platform::HandshakeRequest* handshake = nullptr;  // of $connect; else null
  std::string_view scheme = "http";                       // of $connect
  int close_code = 0;                                     // of $disconnect
  std::string_view close_reason = {};
};

}  // namespace fairlead::apigateway
