// What the connections of one server share: its options and counts, and for each loop a shard that
// only this loop's thread touches.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/acceptor.h"
#include "net/http_server.h"
#include "net/http_writer.h"
#include "net/intrusive_list.h"

namespace fairlead::net {

class HttpConnection;
class WebSocketConnection;
struct ServerShard;
struct ServerState;

// A listener that somebody else made. Its origin is read on the loop and set from any thread.
struct AdoptedListener {
  AdoptedListener(std::uint64_t with, std::string from, ServerShard& on)
      : id(with), shard(on), origin_(std::move(from)) {}
  std::string origin() const {
    const std::lock_guard lock(mutex_);
    return origin_;
  }
  void set_origin(std::string origin) {
    const std::lock_guard lock(mutex_);
    origin_ = std::move(origin);
  }

  const std::uint64_t id;
  ServerShard& shard;
  std::unique_ptr<Acceptor> acceptor;  // of the loop's thread

 private:
  mutable std::mutex mutex_;
  std::string origin_;
};

struct ServerShard {
  ServerShard(ServerState& server_state, Loop& on_loop) : state(server_state), loop(on_loop) {}
  void accept(int fd, Address peer, int local_port, const AdoptedListener* adopted = nullptr);
  // Cuts everything. Connections that a handler works on go when it returns.
  void cut_all();

  ServerState& state;
  Loop& loop;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  IntrusiveList<HttpConnection> connections;
  IntrusiveList<WebSocketConnection> websockets;
  DateCache date;
};

struct ServerState {
  ServerState(Loops& on_loops, ServerOptions with, HttpServer::Handler handle);
  // One place of max_connections; given back when the connection is gone.
  bool take_place();
  // The adopted listener of that number, taken out of the list or left in it; or nothing.
  enum class Then { kKeep, kForget };
  std::shared_ptr<AdoptedListener> adopted(std::uint64_t id, Then then);

  Loops& loops;
  ServerOptions options;
  HttpServer::Handler handler;
  std::size_t max_connections;
  std::vector<std::unique_ptr<ServerShard>> shards;  // one for each loop, in their order
  std::mutex adopted_mutex;                          // the four below
  std::unordered_map<std::uint64_t, std::shared_ptr<AdoptedListener>> adopted_listeners;
  std::uint64_t last_listener = 0;
  std::size_t next_shard = 0;
  bool accepting = true;
  std::atomic<bool> draining{false};  // every reply is the last one of its connection
  std::atomic<std::size_t> open{0}, busy{0}, websockets{0};
  std::atomic<std::uint64_t> accepted{0}, refused{0};
};

}  // namespace fairlead::net
