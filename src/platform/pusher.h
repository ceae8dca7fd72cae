// Pusher: send to, look at and close an open WebSocket from anywhere. Implemented by the edge, the
// only place that knows which loop (later: which process) holds the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fairlead::platform {

enum class Pushed { kSent, kGone, kBackedUp };  // kBackedUp: the reader owes too much already

class Pusher {
 public:
  virtual ~Pusher() = default;
  // Returns once the text is in the socket's queue; frames of one caller keep their order.
  virtual Pushed push(std::string_view connection_id, std::string_view text) = 0;
  // Starts the close handshake; `$disconnect` follows through GatewaySession::closed.
  virtual Pushed close(std::string_view connection_id, int code, std::string_view reason) = 0;
  // Wall-clock milliseconds of the last traffic in either direction; empty when gone.
  virtual std::optional<std::int64_t> last_active_ms(std::string_view connection_id) = 0;
};

}  // namespace fairlead::platform
