// Opens a loopback port for each custom runtime, or takes one that is free again, or adopts the
// listener of a sandbox; and leads its requests to the runtime that owns it.
#include "workers/runtime_api_host.h"

namespace fairlead::workers {
namespace {

// Between two requests of a runtime lies the work of the function, 15 minutes at most; a streamed
// answer may pause as long.
constexpr std::int64_t kLongestWorkMs = 20 * 60 * 1000;

net::ServerOptions server_options() {
  net::ServerOptions options;
  options.idle_timeout_ms = kLongestWorkMs;
  options.body_timeout_ms = kLongestWorkMs;
  return options;
}

std::string port_origin(int port) { return "port " + std::to_string(port); }

}  // namespace

RuntimeApiHost::RuntimeApiHost(net::Loops& loops)
    : server_(loops, server_options(), [this](net::Exchange& exchange) { handle(exchange); }) {}

Result<std::shared_ptr<RuntimeApi>> RuntimeApiHost::open(Extensions::Environment environment) {
  int port = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!free_ports_.empty()) {
      port = free_ports_.back();
      free_ports_.pop_back();
    }
  }
  if (port == 0) port = TRY(server_.listen("127.0.0.1", 0));
  auto api = std::make_shared<RuntimeApi>(port_origin(port), port, std::move(environment));
  const std::lock_guard lock(mutex_);
  places_[api->origin()] = {api, {}};
  return api;
}

Result<std::shared_ptr<RuntimeApi>> RuntimeApiHost::adopt(net::Descriptor listener,
                                                          Extensions::Environment environment) {
  std::shared_ptr<RuntimeApi> api;
  {
    const std::lock_guard lock(mutex_);
    api = std::make_shared<RuntimeApi>("sandbox " + std::to_string(++last_adopted_), 0,
                                       std::move(environment));
    places_[api->origin()] = {api, {}};
  }
  auto id = server_.adopt(std::move(listener), api->origin());
  const std::lock_guard lock(mutex_);
  if (!id.ok()) {
    places_.erase(api->origin());
    return std::move(id).error();
  }
  places_[api->origin()].adopted = *id;
  return api;
}

void RuntimeApiHost::close(const RuntimeApi& api) {
  std::optional<net::HttpServer::ListenerId> adopted;
  {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(api.origin());
    if (place == places_.end()) return;
    adopted = place->second.adopted;
    if (!adopted) free_ports_.push_back(api.port());
    places_.erase(place);
  }
  if (adopted) server_.disown(*adopted);
}

void RuntimeApiHost::handle(net::Exchange& exchange) {
  const net::Peer& peer = exchange.peer();
  std::shared_ptr<RuntimeApi> api;
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        places_.find(peer.origin.empty() ? port_origin(peer.local_port) : peer.origin);
    if (found != places_.end()) api = found->second.api;
  }
  if (!api) return exchange.respond(410, {{"Content-Type", "text/plain"}}, "No runtime lives here");
  api->handle(exchange);
}

}  // namespace fairlead::workers
