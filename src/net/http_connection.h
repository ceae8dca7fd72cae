// One HTTP connection: a state machine on its loop, and the fiber side that an Exchange uses while
// a request is being handled. Both run on the loop's thread.
//
//   sniffing -> (handshake) -> reading <-> busy -> closing -> lingering -> gone
//                                            \-> upgraded: the stream went to a WebSocketConnection
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/park.h"
#include "base/result.h"
#include "net/http_body.h"
#include "net/http_parser.h"
#include "net/http_reply.h"
#include "net/http_server.h"
#include "net/intrusive_list.h"
#include "net/loop.h"
#include "net/out_buffer.h"
#include "net/stream.h"

namespace fairlead::net {

struct ServerShard;

class HttpConnection final : public Watcher, public TurnEnd, public ListNode {
 public:
  static void start(ServerShard& shard, Stream stream, Peer peer);
  ~HttpConnection() override;

  void close_if_idle();
  void cut();  // now, or as soon as the handler returns; the handler sees the peer as gone

  // The fiber side.
  const RequestHead& head() { return parser_.head(); }
  const Peer& peer() const { return peer_; }
  Loop& loop() const { return loop_; }
  const Reply& reply() const { return reply_; }
  int status() const { return phase_ == Phase::kUpgraded ? 101 : reply_.status(); }
  bool peer_gone() const { return gone_; }
  std::uint64_t bytes_in() const { return body_bytes_; }
  const Headers& trailers() const { return body_.trailers(); }
  Result<std::size_t> read_body(char* into, std::size_t n);
  Status begin_reply(int status, const Headers& headers, std::optional<std::uint64_t> length);
  Status write_reply(std::string_view bytes);
  Status end_reply();
  Status send_now();
  std::shared_ptr<WebSocket> upgrade(const Headers& extra, const WebSocketOptions& options,
                                     std::unique_ptr<WebSocketEvents> events);

 private:
  HttpConnection(ServerShard& shard, Stream stream, Peer peer);

  enum class Phase : std::uint8_t {
    kSniffing,
    kHandshake,
    kReading,
    kBusy,
    kClosing,
    kLingering,
    kUpgraded,
    kGone
  };
  enum class Waiting : std::uint8_t { kNothing, kInput, kDrain };

  // The loop side: http_connection.cpp.
  void on_ready(std::uint32_t events) override;
  void on_turn_end() override;
  void on_timer();
  void on_input(std::uint32_t events);
  void sniff();
  void handshake();
  void read_requests();
  bool take_bytes(std::string_view bytes);  // false: no longer in the reading phase
  void begin_request();
  void refuse_request();
  void reject(int status, std::string_view text);
  void discard_input();
  void flush_output();
  void begin_closing();
  void linger();
  void lose_peer();
  void close_now();
  void want(std::uint32_t events);
  void await_request();

  // The fiber side: http_exchange.cpp.
  void serve();
  void handle_one();
  bool next_request();  // the reply is finished: true when the next request is there already
  bool skip_body();
  Status send(std::string_view bytes);
  Status wait(Waiting what, std::int64_t timeout_ms);
  void wake();
  void confirm_continue();
  bool decode_body(char* into, std::size_t got, std::size_t& filled);  // false: broken framing
  AfterReply after_reply();

  ServerShard& shard_;
  Loop& loop_;
  Stream stream_;
  Peer peer_;
  std::shared_ptr<HttpConnection> self_;  // until it retires
  Timer timer_;
  std::uint32_t interest_ = 0;
  Phase phase_ = Phase::kSniffing;
  bool gone_ = false;
  bool close_after_reply_ = false;
  bool continue_sent_ = false;

  RequestParser parser_;
  BodyDecoder body_;
  std::uint64_t body_bytes_ = 0;
  std::string in_;  // raw bytes behind the head that were read too early
  std::size_t in_used_ = 0;
  Reply reply_;
  OutBuffer out_;

  Waiting waiting_ = Waiting::kNothing;
  bool timed_out_ = false;
  std::shared_ptr<Parker> waiter_;
};

}  // namespace fairlead::net
