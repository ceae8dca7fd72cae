// Sockets: every open WebSocket of this process by its connection id. The one place that knows
// which loop holds a socket; @connections and gateway code reach it through platform::Pusher.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "net/websocket.h"
#include "platform/gateway.h"
#include "platform/pusher.h"

namespace fairlead::edge {

// AWS promises no order among the messages of one connection. By default their invocations start in
// order of arrival and run at the same time; kOneByOne lets each wait for the end of the one
// before, and `$disconnect` for the last.
enum class MessageOrder { kByArrival, kOneByOne };

// Messages that wait for their turn. Touched on the connection's loop only.
struct MessageLine {
  std::list<std::string> texts;
  bool moving = false;  // a fiber works through it
  bool closed = false;  // the socket is gone; code and reason are for the end of the line
  int code = 0;
  std::string reason;
};

// One open connection, shared by its socket's events and the fibers that work on its messages.
struct Socket {
  std::shared_ptr<platform::GatewaySession> session;
  std::shared_ptr<net::WebSocket> connection;  // set once, before anyone can find the socket
  net::Loop* loop = nullptr;
  std::atomic<std::int64_t> last_active_ms{0};  // wall clock
  // Touched on the loop only: messages whose invocations have not finished.
  std::size_t in_flight = 0, in_flight_bytes = 0;
  std::unique_ptr<MessageLine> line;  // only with kOneByOne
};

class Sockets : public platform::Pusher {
 public:
  explicit Sockets(Clock& clock, MessageOrder order = MessageOrder::kByArrival)
      : clock_(clock), order_(order) {}

  // Events for a connection that is about to be upgraded; keeps the socket known until it closes.
  std::unique_ptr<net::WebSocketEvents> events_for(std::shared_ptr<Socket> socket);
  void add(const std::shared_ptr<Socket>& socket);
  std::size_t size() const;

  platform::Pushed push(std::string_view connection_id, std::string_view text) override;
  platform::Pushed close(std::string_view connection_id, int code,
                         std::string_view reason) override;
  std::optional<std::int64_t> last_active_ms(std::string_view connection_id) override;

  // Shutdown: waits (a plain thread) until every closed connection's `$disconnect` has run.
  bool wait_for_disconnects(std::int64_t timeout_ms) const;

 private:
  friend class SocketEvents;
  std::shared_ptr<Socket> find(std::string_view connection_id) const;
  void forget(const Socket& socket);

  static constexpr std::size_t kShards = 64;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<Socket>> sockets;
  };
  Shard& shard(std::string_view connection_id) const;

  Clock& clock_;
  const MessageOrder order_;
  mutable Shard shards_[kShards];
  std::atomic<std::size_t> disconnects_running_{0};
};

}  // namespace fairlead::edge
