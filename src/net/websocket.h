// One WebSocket connection after its handshake (RFC 6455, permessage-deflate), text messages only:
// what API Gateway offers. The connection belongs to one loop; every call and every callback
// happens on that loop's thread. From elsewhere: ws->loop().post([ws] { ws->send_text(…); }).
//
// Our side closes as API Gateway does: binary 1003 "Binary is not supported", too big 1009 "Message
// too big", bad UTF-8 1007, broken framing 1002, idle or too old 1001 "Going away". Pings are
// answered; a close is echoed, then TCP is closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace fairlead::net {

class Loop;

enum class Compression { kOff, kWhenOffered };  // permessage-deflate
enum class Pings { kResetIdleTimer, kIgnored };

struct WebSocketOptions {
  std::size_t max_frame = limits::kMaxFrame;              // as received
  std::size_t max_message = limits::kMaxMessage;          // reassembled and inflated
  std::size_t max_backlog = limits::kMaxSocketBacklog;    // bytes a slow reader may owe
  std::int64_t idle_timeout_ms = limits::kIdleTimeoutMs;  // no message in either direction
  std::int64_t max_age_ms = limits::kConnectionDurationMs;
  std::int64_t close_timeout_ms = 5'000;  // from our close frame until TCP is cut
  // A reader that owes something and takes nothing for so long is cut (1006).
  std::int64_t stall_timeout_ms = limits::kStalledReaderMs;
  Compression compression = Compression::kWhenOffered;
  Pings pings = Pings::kResetIdleTimer;
};

// The owner's side. Callbacks come on the connection's loop and must not wait (spawn a fiber).
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  virtual void on_text(std::string text) = 0;  // valid UTF-8, one whole message
  // Exactly once, after TCP is gone; nothing follows it. `code` and `reason` say why: what the
  // client sent (1005 if its close frame was empty), what we closed with, or 1006 if TCP just
  // ended.
  virtual void on_closed(int code, std::string_view reason) = 0;
  // Something happened that counts against the idle time-out (either direction); at most once a
  // millisecond.
  virtual void on_activity() {}
};

class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  enum class Sent { kOk, kFull, kClosed };
  virtual ~WebSocket() = default;

  // Queues one text message; all of a turn leave in one write. Beyond 32 KiB it is fragmented.
  // From a peer that owes half of max_backlog nothing is read until it owes little again, so that
  // one who asks without reading the answers is held back by its own system.
  // kFull: the reader owes more than max_backlog and the message was not queued; the caller decides
  // whether to close. kClosed: closing or closed. `text` must be UTF-8.
  virtual Sent send_text(std::string_view text) = 0;
  // Sends a close frame after what is queued, waits for the peer's (close_timeout_ms), closes TCP.
  // The code and reason given here are the ones on_closed reports. The reason is cut at 123 bytes.
  virtual void close(int code, std::string_view reason) = 0;
  virtual void abort() = 0;  // cuts TCP now; on_closed(1006) follows in the same turn
  // For an owner that has enough to do: no more messages until resume_reading. What is not read
  // stays in the socket, so the peer has to wait; at most one read (64 KiB) is kept here meanwhile.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;  // messages follow at the end of the turn at the earliest
  virtual bool open() const = 0;      // send_text would not say kClosed
  virtual std::size_t backlog_bytes() const = 0;
  Loop& loop() const { return loop_; }

 protected:
  explicit WebSocket(Loop& loop) : loop_(loop) {}

 private:
  Loop& loop_;
};

}  // namespace fairlead::net
