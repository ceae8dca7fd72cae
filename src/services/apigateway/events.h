// The events that a Lambda proxy integration receives, written straight to text in the order in
// which AWS writes their members (reference/websocket-api.md §6). What does not apply is absent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/gateway.h"
#include "services/apigateway/compiled.h"
#include "services/apigateway/connections.h"

namespace fairlead::apigateway {

// One event's own identity.
struct EventStamp {
  std::string request_id;  // requestId and extendedRequestId
  std::int64_t time_ms = 0;
  std::int64_t authorizer_latency_ms = -1;  // of a CONNECT whose authorizer ran
};

std::string connect_event(const CompiledStage& stage, const ConnectionFacts& facts,
                          const EventStamp& stamp, const platform::HandshakeRequest& request,
                          std::string_view scheme);
// What a Lambda authorizer of `$connect` receives (§4.2): three headers more, empty maps where a
// CONNECT event has none.
std::string authorizer_event(const CompiledStage& stage, const ConnectionFacts& facts,
                             const EventStamp& stamp, const platform::HandshakeRequest& request,
                             std::string_view scheme);
std::string message_event(const CompiledStage& stage, const ConnectionFacts& facts,
                          const EventStamp& stamp, std::string_view route_key,
                          std::string_view body);
std::string disconnect_event(const CompiledStage& stage, const ConnectionFacts& facts,
                             const EventStamp& stamp, int code, std::string_view reason);

// The value of a header, by name in any case; of several, the last. Null: absent.
const std::string* find_header(const platform::HeaderList& headers, std::string_view name);

}  // namespace fairlead::apigateway
