// The pages under /_fairlead/.
#include "edge/internal.h"

#include "base/metrics.h"

namespace fairlead::edge {

Json Internal::operations() const {
  Json rows = Json::array();
  for (const auto& entry : registry_.entries()) {
    const bool writes = entry.operation->kind == platform::OperationKind::kWrite;
    rows.push_back(Json::object({{"service", std::string(entry.service)},
                                 {"operation", entry.operation->name},
                                 {"permission", entry.operation->permission},
                                 {"kind", writes ? "write" : "read"}}));
  }
  return rows;
}

void Internal::serve(Call& call) const {
  call.service = "fairlead";
  const std::string& page = call.address.page;
  net::Exchange& exchange = call.exchange;
  const auto json = [&](const Json& value) {
    exchange.respond(200, {{"Content-Type", "application/json"}}, write_json_pretty(value) + "\n");
  };
  if (exchange.head().method != "GET" && exchange.head().method != "HEAD") {
    exchange.respond(405, {{"Allow", "GET, HEAD"}}, "");
  } else if (page == "health") {
    json(facts_.health());
  } else if (page == "operations") {
    json(operations());
  } else if (page == "metrics") {
    exchange.respond(200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                     prometheus_text());
  } else if (page == "ca.pem") {
    exchange.respond(200, {{"Content-Type", "application/x-pem-file"}}, facts_.ca_pem);
  } else {
    exchange.respond(404, {{"Content-Type", "text/plain; charset=utf-8"}},
                     "There are: /_fairlead/health, operations, metrics and ca.pem\n");
  }
}

}  // namespace fairlead::edge
