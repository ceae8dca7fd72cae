// From a handshake to an open socket. `$connect` runs (inside gateway.connect) before the 101; the
// socket can be found by @connections only after it.
#include "edge/execute_api.h"

#include <utility>

#include "edge/authenticate.h"
#include "edge/custom_domain.h"
#include "net/fiber.h"
#include "net/websocket_handshake.h"

namespace fairlead::edge {

namespace {

std::vector<net::Header> as_net_headers(platform::HeaderList headers) {
  std::vector<net::Header> out;
  out.reserve(headers.size());
  for (auto& [name, value] : headers) out.push_back({std::move(name), std::move(value)});
  return out;
}

// API Gateway's answer to an address that leads nowhere (reference §2.1).
void forbid(Call& call, std::string_view message = "Forbidden") {
  std::string body = R"({"message":)";
  append_json_string(body, message);
  body += '}';
  call.error = "ForbiddenException";
  call.exchange.respond(403,
                        {{"Content-Type", "application/json"},
                         {"x-amzn-requestid", call.cx.request_id},
                         {"x-amzn-errortype", "ForbiddenException"}},
                        body);
}

void refuse_handshake(Call& call, const Error& error) {
  std::vector<net::Header> headers{{"Content-Type", "application/json"}};
  if (error.code->http_status == 426) headers.push_back({"Sec-WebSocket-Version", "13"});
  std::string body = R"({"message":)";
  append_json_string(body, error.message);
  body += '}';
  call.error = error.code->name;
  call.exchange.respond(error.code->http_status, std::move(headers), body);
}

}  // namespace

void ExecuteApi::serve(Call& call) {
  call.service = "execute-api";
  const auto owner = gateway_.owner_of_api(call.address.api_id);
  const bool wrong_region =
      owner && !call.address.region.empty() && call.address.region != owner->region;
  const bool deeper_path = !call.address.rest.empty() && call.address.rest != "/";
  if (owner && deeper_path && call.address.custom_domain)
    return forbid(call, no_matching_route(call));
  if (!owner || wrong_region || deeper_path) return forbid(call);
  call.cx.account = owner->account;
  call.cx.region = owner->region;

  platform::HandshakeRequest request{&call.headers, call.query, call.cx.source_ip, {}};
  request.custom_domain = call.address.custom_domain;
  request.authenticate = [this, &call](platform::Context&) {
    return authenticate_execute_api(call, access_);
  };
  if (!net::wants_websocket(call.exchange.head())) {
    auto reply = gateway_.plain_request(call.cx, request);
    call.exchange.respond(reply.status, as_net_headers(std::move(reply.headers)), reply.body);
    return;
  }
  call.operation = "$connect";
  if (draining_) {
    call.exchange.respond(503, {{"Retry-After", "1"}}, "");
    return;
  }
  if (const auto upgrade = net::read_upgrade(call.exchange.head()); !upgrade.ok()) {
    return refuse_handshake(call, upgrade.error());
  }
  auto reply = gateway_.connect(call.cx, request);
  if (!reply.session) {
    call.exchange.respond(reply.status, as_net_headers(std::move(reply.headers)), reply.body);
    return;
  }
  accept(call, std::move(reply));
}

void ExecuteApi::accept(Call& call, platform::HandshakeReply reply) {
  auto socket = std::make_shared<Socket>();
  socket->session = std::move(reply.session);
  socket->loop = &call.exchange.loop();
  socket->connection = call.exchange.upgrade(as_net_headers(std::move(reply.headers)), options_,
                                             sockets_.events_for(socket));
  if (!socket->connection) {  // the client left while `$connect` ran: it gets its `$disconnect`
    socket->session->closed(1006, "");
    return;
  }
  sockets_.add(socket);
  socket->session->established();
}

}  // namespace fairlead::edge
