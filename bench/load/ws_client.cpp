// The handshake, then frames.
#include "load/ws_client.h"

namespace fairlead::bench {

namespace {
constexpr std::uint32_t kMask = 0x5bd1e995;  // any but 0: the server has to unmask
constexpr net::FrameLimits kLimits = {.max_frame = 1 << 20, .max_message = 1 << 20};
}  // namespace

WsClient::WsClient(Reactor& reactor, const Target& target, const std::string& source)
    : Connection(reactor, target, source),
      key_(net::new_websocket_key()),
      frames_(net::WebSocketRole::kClient, kLimits) {
  std::string request;
  net::append_upgrade_request(request, target.host, target.path, key_);
  send(request);
}

std::size_t WsClient::take_handshake(char* data, std::size_t size) {
  std::size_t used = 0;
  const net::ParseState state = handshake_.feed({data, size}, used);
  if (state == net::ParseState::kNeedMore) return used;
  if (state == net::ParseState::kError) give_up("no HTTP in the handshake's answer");
  const auto agreed = net::read_upgrade_response(handshake_.head(), key_);
  if (!agreed.ok()) {
    give_up("handshake: " + agreed.error().message + ", status " +
            std::to_string(handshake_.head().status) + ": " +
            std::string(data + used, size - used));
  }
  handshake_ = {};
  open_ = true;
  on_open();
  return used;
}

void WsClient::on_bytes(char* data, std::size_t size) {
  std::size_t at = open_ ? 0 : take_handshake(data, size);
  std::size_t messages = 0;
  std::string first;
  while (at < size) {
    std::size_t used = 0;
    const net::FrameEvent event = frames_.next(data + at, size - at, used);
    at += used;
    switch (event.kind) {
      case net::FrameEvent::Kind::kText:
      case net::FrameEvent::Kind::kBinary:
        if (messages++ == 0) first = event.payload;
        break;
      case net::FrameEvent::Kind::kClose:
      case net::FrameEvent::Kind::kError:
        give_up("the server ended a WebSocket, code " + std::to_string(event.code));
      default:
        break;
    }
  }
  if (messages > 0) on_messages(messages, first);
}

std::string text_frames(std::string_view payload, std::size_t count) {
  std::string frames;
  for (std::size_t made = 0; made < count; ++made) {
    net::append_masked_frame(frames, {}, payload, kMask);
  }
  return frames;
}

}  // namespace fairlead::bench
