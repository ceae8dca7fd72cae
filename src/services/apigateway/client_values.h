// What a client sent with its handshake, as events show it: headers and query values grouped by
// name (reference/websocket-api.md §6.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/gateway.h"
#include "services/apigateway/connections.h"

namespace fairlead::apigateway {

// Names in the order in which they are written; no name has no value.
using GroupedValues = std::vector<std::pair<std::string, std::vector<std::string>>>;

// Sorted without regard to case; Connection, Upgrade and Content-Length left out; the trace id and
// the X-Forwarded trio added.
GroupedValues handshake_headers(const platform::HandshakeRequest& request,
                                const ConnectionFacts& facts, std::int64_t now_ms,
                                std::string_view scheme);
// What a Lambda authorizer sees beside them: Connection, content-length and Upgrade, in their
// places.
void add_upgrade_headers(GroupedValues& headers, const platform::HandshakeRequest& request);
GroupedValues handshake_query(std::string_view query);  // decoded, in order of first appearance

// The port that a Host header and a scheme mean.
std::string port_of(std::string_view host, std::string_view scheme);

}  // namespace fairlead::apigateway
