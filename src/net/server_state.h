// What the connections of one server share: its options and counts, and for each loop a shard that
// only this loop's thread touches.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "net/acceptor.h"
#include "net/http_server.h"
#include "net/http_writer.h"
#include "net/intrusive_list.h"

namespace fairlead::net {

class HttpConnection;
class WebSocketConnection;
struct ServerState;

struct ServerShard {
  ServerShard(ServerState& server_state, Loop& on_loop) : state(server_state), loop(on_loop) {}
  void accept(int fd, Address peer, int local_port);
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

  Loops& loops;
  ServerOptions options;
  HttpServer::Handler handler;
  std::size_t max_connections;
  std::vector<std::unique_ptr<ServerShard>> shards;  // one for each loop, in their order
  std::atomic<bool> draining{false};  // every reply is the last one of its connection
  std::atomic<std::size_t> open{0}, busy{0}, websockets{0};
  std::atomic<std::uint64_t> accepted{0}, refused{0};
};

}  // namespace fairlead::net
