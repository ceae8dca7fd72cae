// From a frame to an invocation and back: on_text starts a fiber, the fiber asks the session, the
// answer is queued on the same socket. Pushes from other loops go through the socket's own loop.
#include "edge/sockets.h"

#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/park.h"
#include "net/fiber.h"
#include "net/loop.h"

namespace fairlead::edge {

using platform::Pushed;

namespace {

// What one client may have under way at once. Beyond it we stop reading from the socket, so that
// the client's own system holds it back; no message is lost.
constexpr std::size_t kMaxInFlight = 4096;
constexpr std::size_t kMaxInFlightBytes = 16 * 1024 * 1024;

bool too_busy(const Socket& socket) {
  return socket.in_flight >= kMaxInFlight || socket.in_flight_bytes >= kMaxInFlightBytes;
}

Pushed pushed(net::WebSocket::Sent sent) {
  switch (sent) {
    case net::WebSocket::Sent::kOk:
      return Pushed::kSent;
    case net::WebSocket::Sent::kFull:
      return Pushed::kBackedUp;
    case net::WebSocket::Sent::kClosed:
      return Pushed::kGone;
  }
  return Pushed::kGone;
}

// Runs `act` on the socket's loop and waits for its answer. On that loop already: a plain call.
Pushed on_loop_of(const std::shared_ptr<Socket>& socket, std::function<Pushed()> act) {
  if (net::Loop::current() == socket->loop) return act();
  Future<Pushed> answer;
  socket->loop->post([answer, act = std::move(act)] { answer.set(act()); });
  return answer.get();
}

}  // namespace

class SocketEvents : public net::WebSocketEvents {
 public:
  SocketEvents(Sockets& sockets, std::shared_ptr<Socket> socket)
      : sockets_(sockets), socket_(std::move(socket)) {}

  void on_text(std::string text) override {
    socket_->in_flight++;
    socket_->in_flight_bytes += text.size();
    if (too_busy(*socket_)) socket_->connection->pause_reading();
    if (socket_->line) return stand_in_line(std::move(text));
    net::spawn(
        [socket = socket_, text = std::move(text)]() mutable { answer(*socket, std::move(text)); });
  }

  void on_closed(int code, std::string_view reason) override {
    sockets_.forget(*socket_);
    sockets_.disconnects_running_++;
    if (socket_->line && socket_->line->moving) {
      socket_->line->closed = true;
      socket_->line->code = code;
      socket_->line->reason = reason;
      return;
    }
    net::spawn([&sockets = sockets_, socket = socket_, code, reason = std::string(reason)] {
      disconnect(sockets, *socket, code, reason);
    });
  }

  void on_activity() override { socket_->last_active_ms = sockets_.clock_.now_ms(); }

 private:
  // On a fiber of the socket's loop, as the two below.
  static void answer(Socket& socket, std::string text) {
    const std::size_t bytes = text.size();
    const auto reply = socket.session->message(std::move(text));
    const bool was_busy = too_busy(socket);
    socket.in_flight--;
    socket.in_flight_bytes -= bytes;
    if (!socket.connection) return;  // closed meanwhile
    if (was_busy && !too_busy(socket)) socket.connection->resume_reading();
    if (!reply) return;
    // A reply that is dropped in silence would be worse than a connection that is seen to end.
    if (socket.connection->send_text(*reply) == net::WebSocket::Sent::kFull) {
      log_debug("a client that does not read its replies was cut",
                {{"connection", socket.session->connection_id()}});
      socket.connection->abort();
    }
  }

  static void disconnect(Sockets& sockets, Socket& socket, int code, std::string_view reason) {
    socket.session->closed(code, reason);
    socket.connection.reset();
    sockets.disconnects_running_--;
  }

  void stand_in_line(std::string text) {
    socket_->line->texts.push_back(std::move(text));
    if (std::exchange(socket_->line->moving, true)) return;
    net::spawn([&sockets = sockets_, socket = socket_] {
      MessageLine& line = *socket->line;
      while (!line.texts.empty()) {
        std::string next = std::move(line.texts.front());
        line.texts.pop_front();
        answer(*socket, std::move(next));
      }
      line.moving = false;
      if (line.closed) disconnect(sockets, *socket, line.code, line.reason);
    });
  }

  Sockets& sockets_;
  std::shared_ptr<Socket> socket_;
};

std::unique_ptr<net::WebSocketEvents> Sockets::events_for(std::shared_ptr<Socket> socket) {
  if (order_ == MessageOrder::kOneByOne) socket->line = std::make_unique<MessageLine>();
  return std::make_unique<SocketEvents>(*this, std::move(socket));
}

Sockets::Shard& Sockets::shard(std::string_view connection_id) const {
  return shards_[std::hash<std::string_view>()(connection_id) % kShards];
}

void Sockets::add(const std::shared_ptr<Socket>& socket) {
  const std::string& id = socket->session->connection_id();
  socket->last_active_ms = clock_.now_ms();
  Shard& place = shard(id);
  std::lock_guard lock(place.mutex);
  place.sockets[id] = socket;
}

void Sockets::forget(const Socket& socket) {
  const std::string& id = socket.session->connection_id();
  Shard& place = shard(id);
  std::lock_guard lock(place.mutex);
  place.sockets.erase(id);
}

std::shared_ptr<Socket> Sockets::find(std::string_view connection_id) const {
  Shard& place = shard(connection_id);
  std::lock_guard lock(place.mutex);
  const auto found = place.sockets.find(std::string(connection_id));
  return found == place.sockets.end() ? nullptr : found->second;
}

std::size_t Sockets::size() const {
  std::size_t n = 0;
  for (const Shard& place : shards_) {
    std::lock_guard lock(place.mutex);
    n += place.sockets.size();
  }
  return n;
}

Pushed Sockets::push(std::string_view connection_id, std::string_view text) {
  const auto socket = find(connection_id);
  if (!socket) return Pushed::kGone;
  // The caller waits for the answer, so its text outlives the call on the other loop.
  return on_loop_of(socket, [socket, text] {
    return socket->connection ? pushed(socket->connection->send_text(text)) : Pushed::kGone;
  });
}

Pushed Sockets::close(std::string_view connection_id, int code, std::string_view reason) {
  const auto socket = find(connection_id);
  if (!socket) return Pushed::kGone;
  return on_loop_of(socket, [socket, code, reason] {
    if (!socket->connection || !socket->connection->open()) return Pushed::kGone;
    socket->connection->close(code, reason);
    return Pushed::kSent;
  });
}

std::optional<std::int64_t> Sockets::last_active_ms(std::string_view connection_id) {
  const auto socket = find(connection_id);
  if (!socket) return std::nullopt;
  return socket->last_active_ms.load();
}

bool Sockets::wait_for_disconnects(std::int64_t timeout_ms) const {
  const std::int64_t give_up = clock_.monotonic_ms() + timeout_ms;
  while (disconnects_running_ > 0 || size() > 0) {
    if (clock_.monotonic_ms() >= give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace fairlead::edge
