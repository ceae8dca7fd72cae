// Custom domain names of APIs: a host name that says nothing by itself may be one that somebody
// made with CreateDomainName; then its mappings say which API and stage the path means.
#pragma once

#include "edge/call.h"
#include "platform/gateway.h"

namespace fairlead::edge {

// After read_head. Leaves addresses alone that name an API, a function or a bucket themselves, and
// this server's own pages.
void read_custom_domain(Call& call, platform::WebSocketGateway& gateway);

// Our name for a path on a custom domain that its API does not have; functions meet it when they
// put the stage behind a custom domain to call @connections (reference §2.2).
std::string no_matching_route(const Call& call);

}  // namespace fairlead::edge
