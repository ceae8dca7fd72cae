// Opens a loopback port for each custom runtime, or takes one that is free again, and leads its
// requests to the runtime that owns the port.
#include "workers/runtime_api_host.h"

namespace fairlead::workers {
namespace {

// Between two requests of a runtime lies the work of the function, 15 minutes at most.
constexpr std::int64_t kIdleTimeoutMs = 20 * 60 * 1000;

net::ServerOptions server_options() {
  net::ServerOptions options;
  options.idle_timeout_ms = kIdleTimeoutMs;
  return options;
}

}  // namespace

RuntimeApiHost::RuntimeApiHost(net::Loops& loops)
    : server_(loops, server_options(), [this](net::Exchange& exchange) { handle(exchange); }) {}

Result<std::shared_ptr<RuntimeApi>> RuntimeApiHost::open() {
  int port = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!free_ports_.empty()) {
      port = free_ports_.back();
      free_ports_.pop_back();
    }
  }
  if (port == 0) port = TRY(server_.listen("127.0.0.1", 0));
  auto api = std::make_shared<RuntimeApi>(port);
  const std::lock_guard lock(mutex_);
  by_port_[port] = api;
  return api;
}

void RuntimeApiHost::close(const RuntimeApi& api) {
  const std::lock_guard lock(mutex_);
  if (by_port_.erase(api.port()) > 0) free_ports_.push_back(api.port());
}

void RuntimeApiHost::handle(net::Exchange& exchange) {
  std::shared_ptr<RuntimeApi> api;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_port_.find(exchange.peer().local_port);
    if (found != by_port_.end()) api = found->second;
  }
  if (!api) return exchange.respond(410, {{"Content-Type", "text/plain"}}, "No runtime lives here");
  api->handle(exchange);
}

}  // namespace fairlead::workers
