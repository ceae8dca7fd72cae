// A WebSocket on its loop: no fiber, no buffer while it is idle, one timer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/deflate.h"
#include "net/intrusive_list.h"
#include "net/loop.h"
#include "net/out_buffer.h"
#include "net/stream.h"
#include "net/websocket.h"
#include "net/websocket_frames.h"

namespace fairlead::net {

struct ServerShard;

class WebSocketConnection final : public WebSocket,
                                  public Watcher,
                                  public TurnEnd,
                                  public ListNode {
 public:
  struct Start {
    ServerShard& shard;
    Stream stream;
    OutBuffer out;      // begins with the 101
    std::string early;  // what the client sent behind its handshake
    WebSocketOptions options;
    std::optional<DeflateAgreement> deflate;
    std::unique_ptr<WebSocketEvents> events;
    std::uint64_t listener = 0;  // as in Peer
  };
  static std::shared_ptr<WebSocketConnection> start(Start start);
  explicit WebSocketConnection(Start& start);  // use start()
  ~WebSocketConnection() override;

  Sent send_text(std::string_view text) override;
  void close(int code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override { paused_ = true; }
  void resume_reading() override;
  bool open() const override { return phase_ == Phase::kOpen; }
  std::size_t backlog_bytes() const override { return out_.size(); }
  std::uint64_t listener() const { return listener_; }

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kClosing,    // our close frame is queued or sent; the peer's is awaited
    kFinishing,  // nothing more to say: send what is queued, then end TCP
    kLingering,  // our side is shut; wait until the peer has seen it
    kGone,       // TCP is closed; on_closed comes at the end of the turn
    kReported,
  };

  void on_ready(std::uint32_t events) override;
  void on_turn_end() override;
  void on_timer();
  void read_input();
  void take_early();
  void take_bytes(char* data, std::size_t size);
  void take_text(std::string_view text);
  void take_event(const FrameEvent& event);
  void append_text(std::string_view text);
  void fail(int code, std::string_view reason);
  void begin_closing(Phase next, int code, std::string_view reason);
  void touch();
  void arm_idle_timer();
  void flush();
  void wait_for_reader();
  void reader_caught_up();
  bool stalled(std::int64_t now_ms);
  void queue_flush();
  void output_done();
  void finish();
  void want(std::uint32_t events);

  ServerShard& shard_;
  const std::uint64_t listener_;
  Stream stream_;
  OutBuffer out_;
  FrameParser parser_;
  std::unique_ptr<Deflater> deflater_;
  std::unique_ptr<WebSocketEvents> events_;
  std::shared_ptr<WebSocketConnection> self_;  // until it retires
  std::unique_ptr<std::string> early_;  // input that is read, but not yet to be worked through
  std::unique_ptr<std::string> close_reason_;
  Timer timer_;
  std::size_t max_backlog_;
  std::int64_t idle_timeout_ms_;
  std::int64_t close_timeout_ms_;
  std::int64_t dies_at_ms_;
  std::int64_t active_at_ms_;
  std::int64_t stall_timeout_ms_;
  std::int64_t taken_at_ms_ = 0;  // while we wait to send: when the peer last took something
  int unacknowledged_bytes_ = 0;  // of what the kernel has, as last seen
  std::uint32_t interest_ = 0;
  int close_code_;
  Phase phase_ = Phase::kOpen;
  bool pings_count_;
  bool paused_ = false;
  bool held_ = false;         // nothing is read: the peer owes too much
  bool resumed_ = false;      // at the end of this turn what is kept is worked through
  bool reading_ = false;      // input is being worked through
  bool half_closed_ = false;  // the peer sends nothing more
};

}  // namespace fairlead::net
