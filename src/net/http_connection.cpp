// The loop side of an HTTP connection: phases, input, output, time-outs.
#include "net/http_connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "net/fiber.h"
#include "net/http_writer.h"
#include "net/server_state.h"

namespace fairlead::net {

namespace {

constexpr std::uint32_t kInputEvents = EPOLLIN | EPOLLRDHUP;
constexpr int kReadsPerEvent = 4;
constexpr unsigned char kTlsHandshakeRecord = 0x16;

}  // namespace

HttpConnection::HttpConnection(ServerShard& shard, Stream stream, Peer peer)
    : shard_(shard),
      loop_(shard.loop),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      timer_(this, [](void* self) { static_cast<HttpConnection*>(self)->on_timer(); }) {}

HttpConnection::~HttpConnection() {
  if (phase_ != Phase::kUpgraded) shard_.state.open.fetch_sub(1);
}

void HttpConnection::start(ServerShard& shard, Stream stream, Peer peer) {
  std::shared_ptr<HttpConnection> made(
      new HttpConnection(shard, std::move(stream), std::move(peer)));
  HttpConnection& self = *made;
  self.self_ = std::move(made);
  shard.connections.add(self);
  self.phase_ = shard.state.options.tls ? Phase::kSniffing : Phase::kReading;
  self.interest_ = kInputEvents;
  self.loop_.watch(self.stream_.fd(), kInputEvents, &self);
  self.loop_.arm(self.timer_, shard.state.options.head_timeout_ms);
}

void HttpConnection::want(std::uint32_t events) {
  if (!out_.empty()) events |= EPOLLOUT;
  if (events == interest_ || gone_) return;
  interest_ = events;
  loop_.change(stream_.fd(), events, this);
}

void HttpConnection::on_ready(std::uint32_t events) {
  if (events & EPOLLOUT) {
    if (phase_ == Phase::kHandshake) {
      handshake();
    } else {
      flush_output();
    }
  }
  if (phase_ == Phase::kGone || gone_) return;
  if (events & (kInputEvents | EPOLLHUP | EPOLLERR)) on_input(events);
}

void HttpConnection::on_input(std::uint32_t events) {
  switch (phase_) {
    case Phase::kSniffing:
      return sniff();
    case Phase::kHandshake:
      return handshake();
    case Phase::kReading:
      return read_requests();
    case Phase::kClosing:
    case Phase::kLingering:
      return discard_input();
    case Phase::kBusy:
      if (events & (EPOLLHUP | EPOLLERR)) return lose_peer();
      if (waiting_ == Waiting::kInput) return wake();
      return want(0);  // more than the handler has asked for: it stays in the socket
    case Phase::kUpgraded:
    case Phase::kGone:
      return;
  }
}

void HttpConnection::sniff() {
  unsigned char first;
  const ssize_t got = ::recv(stream_.fd(), &first, 1, MSG_PEEK);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return close_now();
  if (got < 0) return;
  if (first != kTlsHandshakeRecord) {
    phase_ = Phase::kReading;
    return read_requests();
  }
  ssl_st* session = shard_.state.options.tls->accept_on(stream_.fd());
  if (!session) return close_now();
  stream_.start_tls(session);
  phase_ = Phase::kHandshake;
  handshake();
}

void HttpConnection::handshake() {
  switch (stream_.handshake()) {
    case Io::kOk:
      peer_.tls = true;
      peer_.server_name = stream_.server_name();
      phase_ = Phase::kReading;
      want(kInputEvents);
      return read_requests();
    case Io::kAgain: {
      const std::uint32_t events = stream_.wants_write() ? EPOLLOUT | EPOLLRDHUP : kInputEvents;
      return want(events);
    }
    default:
      return close_now();
  }
}

void HttpConnection::read_requests() {
  for (int i = 0; i < kReadsPerEvent; ++i) {
    const Transfer got = stream_.read(loop_.shared_buffer(), Loop::kSharedBufferBytes);
    if (got.state == Io::kAgain) return;
    // Half closed: the last reply may still be under way.
    if (got.state == Io::kClosed && !out_.empty()) return begin_closing();
    if (got.state != Io::kOk) return close_now();
    if (!take_bytes({loop_.shared_buffer(), got.n})) return;
    if (!stream_.tls() && got.n < Loop::kSharedBufferBytes) return;
  }
}

bool HttpConnection::take_bytes(std::string_view bytes) {
  const bool was_idle = parser_.idle();
  std::size_t consumed = 0;
  switch (parser_.feed(bytes, consumed)) {
    case ParseState::kNeedMore:
      if (was_idle && !parser_.idle()) loop_.arm(timer_, shard_.state.options.head_timeout_ms);
      return true;
    case ParseState::kError:
      reject(parser_.error().status, parser_.error().text);
      return false;
    case ParseState::kHead:
      break;
  }
  in_.assign(bytes.substr(consumed));
  in_used_ = 0;
  begin_request();
  if (phase_ == Phase::kBusy && !try_spawn([this] { serve(); })) refuse_request();
  return false;
}

void HttpConnection::begin_request() {
  phase_ = Phase::kBusy;
  loop_.cancel(timer_);
  body_ = BodyDecoder(parser_.head(), BodyDecoder::kNoLimit);
  body_bytes_ = 0;
  reply_ = Reply();
  continue_sent_ = false;
  shard_.state.busy.fetch_add(1, std::memory_order_relaxed);
}

void HttpConnection::refuse_request() {
  shard_.state.busy.fetch_sub(1, std::memory_order_relaxed);
  shard_.state.refused.fetch_add(1, std::memory_order_relaxed);
  reject(503, "Too many requests are being handled");
}

void HttpConnection::reject(int status, std::string_view text) {
  std::string& out = out_.tail(loop_);
  const std::string body = std::string(text) + "\n";
  append_status_line(out, status);
  append_header(out, "Content-Type", "text/plain; charset=utf-8");
  append_header(out, "Content-Length", static_cast<std::uint64_t>(body.size()));
  append_header(out, "Date", shard_.date.at(loop_.clock().now_ms()));
  append_header(out, "Connection", "close");
  end_head(out);
  out += body;
  begin_closing();
}

void HttpConnection::flush_output() {
  const std::size_t before = out_.size();
  const Io sent = out_.flush(stream_, loop_);
  if (sent == Io::kFailed || sent == Io::kClosed) {
    if (phase_ == Phase::kBusy) return lose_peer();
    return close_now();
  }
  if (waiting_ == Waiting::kDrain) {
    if (out_.size() <= shard_.state.options.max_buffered_output / 4) {
      wake();
    } else if (out_.size() < before) {
      loop_.arm(timer_, shard_.state.options.write_timeout_ms);
    }
  }
  if (phase_ == Phase::kClosing && out_.empty()) return linger();
  if (sent == Io::kAgain || (interest_ & EPOLLOUT)) want(interest_ & ~std::uint32_t{EPOLLOUT});
}

void HttpConnection::on_turn_end() {
  if (phase_ == Phase::kGone || phase_ == Phase::kUpgraded || gone_) return;
  if (!out_.empty()) flush_output();
  // What TLS has decrypted already is not announced by the descriptor.
  if (phase_ == Phase::kReading && stream_.has_pending()) read_requests();
}

void HttpConnection::await_request() {
  phase_ = Phase::kReading;
  std::string().swap(in_);
  in_used_ = 0;
  const ServerOptions& options = shard_.state.options;
  loop_.arm(timer_, parser_.idle() ? options.idle_timeout_ms : options.head_timeout_ms);
  want(kInputEvents);
  loop_.at_turn_end(*this);
}

void HttpConnection::begin_closing() {
  phase_ = Phase::kClosing;
  loop_.arm(timer_, shard_.state.options.write_timeout_ms);
  want(kInputEvents);
  flush_output();
}

// The reply is in the kernel. Closing now, with input unread, would make the kernel answer with a
// reset that can overtake the reply: wait until the peer has seen the end.
void HttpConnection::linger() {
  phase_ = Phase::kLingering;
  stream_.finish_writing();
  want(kInputEvents);
  loop_.arm(timer_, shard_.state.options.linger_timeout_ms);
}

void HttpConnection::discard_input() {
  for (int i = 0; i < kReadsPerEvent; ++i) {
    const Transfer got = stream_.read(loop_.shared_buffer(), Loop::kSharedBufferBytes);
    if (got.state == Io::kAgain) return;
    if (got.state == Io::kOk) continue;
    if (phase_ == Phase::kClosing && got.state == Io::kClosed) return want(0);  // only half closed
    return close_now();
  }
}

void HttpConnection::on_timer() {
  switch (phase_) {
    case Phase::kReading:
      if (!parser_.idle()) return reject(408, "The request's head did not arrive in time");
      return close_now();
    case Phase::kBusy:
      timed_out_ = true;
      return wake();
    case Phase::kUpgraded:
    case Phase::kGone:
      return;
    default:
      return close_now();
  }
}

void HttpConnection::lose_peer() {
  if (gone_) return;
  gone_ = true;
  loop_.unwatch(stream_.fd(), this);
  stream_.close();
  out_.release(loop_);
  wake();
}

void HttpConnection::close_now() {
  if (phase_ == Phase::kGone) return;
  phase_ = Phase::kGone;
  loop_.cancel(timer_);
  if (stream_.open()) {
    loop_.unwatch(stream_.fd(), this);
    stream_.close();
  }
  out_.release(loop_);
  leave();
  loop_.retire(std::move(self_));
}

void HttpConnection::close_if_idle() {
  const bool waiting = phase_ == Phase::kReading || phase_ == Phase::kSniffing;
  if (waiting && parser_.idle() && out_.empty()) close_now();
}

void HttpConnection::cut() {
  if (phase_ == Phase::kBusy) return lose_peer();
  if (phase_ != Phase::kUpgraded) close_now();
}

}  // namespace fairlead::net
