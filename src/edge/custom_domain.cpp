// Asking the gateway about a host name.
#include "edge/custom_domain.h"

#include <algorithm>

#include "base/text.h"

namespace fairlead::edge {

void read_custom_domain(Call& call, platform::WebSocketGateway& gateway) {
  const Address& read = call.address;
  const bool unnamed = read.door == Door::kManagement && read.api_id.empty();
  if (read.door != Door::kAwsApi && !unnamed) return;
  const auto route = gateway.resolve_domain(without_port(call.cx.host), call.path);
  if (!route) return;
  const std::size_t taken = std::min(route->taken, call.path.size());
  call.address = mapped_address(route->api_id, route->stage, call.path.substr(taken));
  call.cx.region = route->region;
  call.cx.api_id = call.address.api_id;
  call.cx.stage = call.address.stage;
}

std::string no_matching_route(const Call& call) {
  const std::string path = percent_decode(call.address.rest).value_or(call.address.rest);
  return "No method found matching route " + path.substr(path.starts_with('/') ? 1 : 0) +
         " for http method " + std::string(call.exchange.head().method) + ".";
}

}  // namespace fairlead::edge
