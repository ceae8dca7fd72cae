// Reading a request's head into a Call, and writing wire's answers to the exchange.
#include "edge/call.h"

#include <memory>
#include <utility>
#include <vector>

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

namespace {

constexpr std::size_t kStreamPiece = 64 * 1024;

std::vector<net::Header> as_net(std::vector<wire::HeaderPair> pairs) {
  std::vector<net::Header> headers;
  headers.reserve(pairs.size());
  for (auto& [name, value] : pairs) headers.push_back({std::move(name), std::move(value)});
  return headers;
}

}  // namespace

void send(net::Exchange& exchange, wire::HttpOutput output) {
  exchange.respond(output.status, as_net(std::move(output.headers)), output.body);
}

void send_stream(net::Exchange& exchange, wire::HttpOutput head, platform::Reply& reply) {
  auto headers = as_net(std::move(head.headers));
  if (!exchange.begin(head.status, std::move(headers), reply.stream_length).ok()) return;
  const auto buffer = std::make_unique<char[]>(kStreamPiece);
  while (exchange.head().method != "HEAD") {
    const auto got = reply.stream->read(buffer.get(), kStreamPiece);
    if (!got.ok()) return;
    if (*got == 0) break;
    if (!exchange.write({buffer.get(), *got}).ok()) return;
  }
  (void)exchange.end();
}

}  // namespace fairlead::edge
