// One server over all loops: listening, counting, shutting down.
#include "net/http_server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/http_connection.h"
#include "net/server_state.h"
#include "net/websocket_connection.h"

namespace fairlead::net {

namespace {

constexpr std::int64_t kPatienceMs = 30'000;  // for handlers, when the server is destroyed

// Runs `work` once for each shard, on its loop.
template <class Work>
void on_shards(const std::shared_ptr<ServerState>& state, Work work) {
  for (auto& shard : state->shards) {
    shard->loop.post([state, work, shard = shard.get()] { work(*shard); });
  }
}

}  // namespace

ServerState::ServerState(Loops& on_loops, ServerOptions with, HttpServer::Handler handle)
    : loops(on_loops), options(std::move(with)), handler(std::move(handle)) {
  max_connections = options.max_connections;
  if (max_connections == 0) max_connections = open_file_limit() - open_file_limit() / 10;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    shards.push_back(std::make_unique<ServerShard>(*this, loops.at(i)));
  }
}

bool ServerState::take_place() {
  if (open.fetch_add(1) < max_connections) return true;
  open.fetch_sub(1);
  return false;
}

std::shared_ptr<AdoptedListener> ServerState::adopted(std::uint64_t id, Then then) {
  const std::lock_guard lock(adopted_mutex);
  const auto at = adopted_listeners.find(id);
  if (at == adopted_listeners.end()) return nullptr;
  auto found = at->second;
  if (then == Then::kForget) adopted_listeners.erase(at);
  return found;
}

void ServerShard::accept(int fd, Address peer, int local_port, const AdoptedListener* adopted) {
  Stream stream(fd);
  if (!state.take_place()) {
    if (state.refused.fetch_add(1) % 1000 == 0) {
      log_warn("connection refused: as many are open as may be",
               {{"connections", state.max_connections}});
    }
    (void)stream.write(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n");
    return;
  }
  state.accepted.fetch_add(1, std::memory_order_relaxed);
  Peer from{std::move(peer.ip), peer.port, local_port, false, {}, {}, 0};
  if (adopted != nullptr) {
    from.origin = adopted->origin();
    from.listener = adopted->id;
  }
  HttpConnection::start(*this, std::move(stream), std::move(from));
}

void ServerShard::cut_all() {
  connections.for_each([](HttpConnection& connection) { connection.cut(); });
  websockets.for_each([](WebSocketConnection& socket) { socket.abort(); });
}

HttpServer::HttpServer(Loops& loops, ServerOptions options, Handler handler)
    : state_(std::make_shared<ServerState>(loops, std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() { end(); }

void HttpServer::end() {
  CHECK(!Loop::current());
  if (std::exchange(ended_, true) || !state_->loops.running()) return;
  stop_accepting();
  state_->draining = true;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  // Again and again: a handler that is about to upgrade makes a WebSocket after the first round.
  do {
    on_shards(state_, [](ServerShard& shard) { shard.cut_all(); });
    if (drain(100)) break;
  } while (std::chrono::steady_clock::now() < until);
  if (state_->open == 0) {
    // Once more through every loop, so that nobody is still on the way out of a callback.
    std::vector<std::future<void>> passed;
    for (auto& shard : state_->shards) {
      auto done = std::make_shared<std::promise<void>>();
      passed.push_back(done->get_future());
      shard->loop.post([done] { done->set_value(); });
    }
    for (auto& loop : passed) loop.wait();
    return;
  }
  log_error("request handlers did not end; their memory is kept",
            {{"connections", state_->open.load()}});
  new std::shared_ptr<ServerState>(state_);  // they refer to it
}

Status can_listen(const std::string& ip, int port) {
  Stream(TRY(open_listening_socket(ip, port, Share::kAlone))).close();
  return {};
}

Result<int> HttpServer::listen(const std::string& ip, int port) {
  CHECK(state_->loops.running());
  TRY(can_listen(ip, port));
  std::vector<int> sockets;
  for (std::size_t i = 0; i < state_->shards.size(); ++i) {
    auto socket = open_listening_socket(ip, port, Share::kAmongLoops);
    if (!socket.ok()) {
      for (int fd : sockets) Stream(fd).close();
      return std::move(socket).error();
    }
    sockets.push_back(*socket);
    port = local_address(*socket).port;
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    ServerShard* shard = state_->shards[i].get();
    shard->loop.post([state = state_, shard, fd = sockets[i], port] {
      shard->acceptors.push_back(
          std::make_unique<Acceptor>(shard->loop, fd, [shard, port](int client, Address peer) {
            shard->accept(client, std::move(peer), port);
          }));
    });
  }
  return port;
}

Result<HttpServer::ListenerId> HttpServer::adopt(Descriptor listener, std::string origin) {
  CHECK(state_->loops.running());
  const int port = local_address(listener.get()).port;
  if (port == 0) return cannot_listen("an adopted socket", EINVAL);
  std::shared_ptr<AdoptedListener> made;
  {
    const std::lock_guard lock(state_->adopted_mutex);
    if (!state_->accepting) return cannot_listen("an adopted socket", ESHUTDOWN);
    ServerShard& shard = *state_->shards[state_->next_shard++ % state_->shards.size()];
    made = std::make_shared<AdoptedListener>(++state_->last_listener, std::move(origin), shard);
    state_->adopted_listeners.emplace(made->id, made);
  }
  // The descriptor is closed with this task if the loop ends before it runs.
  auto socket = std::make_shared<Descriptor>(std::move(listener));
  made->shard.loop.post([state = state_, made, socket, port] {
    if (state->adopted(made->id, ServerState::Then::kKeep) == nullptr) return;  // disowned
    made->acceptor = std::make_unique<Acceptor>(
        made->shard.loop, socket->release(), [listener = made.get(), port](int fd, Address peer) {
          listener->shard.accept(fd, std::move(peer), port, listener);
        });
  });
  return made->id;
}

void HttpServer::set_origin(ListenerId id, std::string origin) {
  const auto found = state_->adopted(id, ServerState::Then::kKeep);
  if (found != nullptr) found->set_origin(std::move(origin));
}

void HttpServer::disown(ListenerId id) {
  const auto found = state_->adopted(id, ServerState::Then::kForget);
  if (found == nullptr || !state_->loops.running()) return;
  found->shard.loop.post([state = state_, found] {
    found->acceptor.reset();
    found->shard.connections.for_each([&](HttpConnection& connection) {
      if (connection.peer().listener == found->id) connection.cut();
    });
    found->shard.websockets.for_each([&](WebSocketConnection& socket) {
      if (socket.listener() == found->id) socket.abort();
    });
  });
}

void HttpServer::stop_accepting() {
  decltype(state_->adopted_listeners) adopted;
  {
    const std::lock_guard lock(state_->adopted_mutex);
    state_->accepting = false;
    adopted.swap(state_->adopted_listeners);
  }
  for (auto& [id, listener] : adopted) {
    listener->shard.loop.post(
        [state = state_, which = listener] { which->acceptor.reset(); });  // clang 14 wants a copy
  }
  on_shards(state_, [](ServerShard& shard) { shard.acceptors.clear(); });
}

void HttpServer::close_idle() {
  state_->draining = true;
  on_shards(state_, [](ServerShard& shard) {
    shard.connections.for_each([](HttpConnection& connection) { connection.close_if_idle(); });
  });
}

void HttpServer::close_websockets(int code, const std::string& reason) {
  on_shards(state_, [code, reason](ServerShard& shard) {
    shard.websockets.for_each([&](WebSocketConnection& socket) { socket.close(code, reason); });
  });
}

bool HttpServer::drain(std::int64_t timeout_ms) {
  CHECK(!Loop::current());
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (state_->open > 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

ServerCounts HttpServer::counts() const {
  ServerCounts counts;
  counts.accepted = state_->accepted;
  counts.refused = state_->refused;
  counts.open = state_->open;
  counts.busy = state_->busy;
  counts.websockets = state_->websockets;
  return counts;
}

}  // namespace fairlead::net
