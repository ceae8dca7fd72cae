// The pages under /_fairlead/.
#include "edge/internal.h"

#include "base/metrics.h"

namespace fairlead::edge {

namespace {
constexpr std::string_view kCode = "lambda-code/";
}

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

void Internal::send_download(Call& call, std::string_view token) const {
  auto download = facts_.downloads ? facts_.downloads->open_download(token) : std::nullopt;
  if (!download) {
    call.exchange.respond(403, {{"Content-Type", "text/plain; charset=utf-8"}},
                          "This address has run out or never was one.\n");
    return;
  }
  platform::Reply reply;
  reply.stream = std::move(download->body);
  reply.stream_length = download->length;
  send_stream(call.exchange, {200, {{"Content-Type", "application/zip"}}, ""}, reply);
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
  } else if (page.starts_with(kCode)) {
    send_download(call, std::string_view(page).substr(kCode.size()));
  } else if (page == "ca.pem") {
    exchange.respond(200, {{"Content-Type", "application/x-pem-file"}}, facts_.ca_pem);
  } else {
    exchange.respond(404, {{"Content-Type", "text/plain; charset=utf-8"}},
                     "There are: /_fairlead/health, operations, metrics and ca.pem\n");
  }
}

}  // namespace fairlead::edge
