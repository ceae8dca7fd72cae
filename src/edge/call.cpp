// Reading a request's head into a Call, and writing wire's answers to the exchange.
#include "edge/call.h"

#include <utility>

#include "base/ids.h"

namespace fairlead::edge {

void read_head(Call& call, std::int64_t now_ms, const std::string& default_region) {
  const net::RequestHead& head = call.exchange.head();
  const net::Peer& peer = call.exchange.peer();
  call.headers.reserve(head.headers.size());
  for (const net::Header& header : head.headers)
    call.headers.emplace_back(header.name, header.value);

  const std::string_view target = head.target;
  const auto question = target.find('?');
  call.path = target.substr(0, question);
  if (question != std::string_view::npos) call.query = target.substr(question + 1);

  platform::Context& cx = call.cx;
  cx.request_id = uuid_v4();
  cx.now_ms = now_ms;
  if (const auto* host = head.find("Host")) cx.host = *host;
  if (const auto* agent = head.find("User-Agent")) cx.user_agent = *agent;
  cx.source_ip = peer.ip;
  cx.scheme = peer.tls ? "https" : "http";

  call.address = read_address(cx.host, call.path);
  cx.region = call.address.region.empty() ? default_region : call.address.region;
  cx.api_id = call.address.api_id;
  cx.stage = call.address.stage;
}

void send(net::Exchange& exchange, wire::HttpOutput output) {
  std::vector<net::Header> headers;
  headers.reserve(output.headers.size());
  for (auto& [name, value] : output.headers) headers.push_back({std::move(name), std::move(value)});
  exchange.respond(output.status, std::move(headers), output.body);
}

}  // namespace fairlead::edge
