// The fiber side of an HTTP connection: one request after the other, body in, reply out.
#include <sys/epoll.h>

#include <algorithm>
#include <cstring>
#include <exception>

#include "base/check.h"
#include "base/log.h"
#include "net/http_connection.h"
#include "net/server_state.h"
#include "net/websocket_connection.h"
#include "net/websocket_handshake.h"

namespace fairlead::net {

namespace {

constexpr std::uint32_t kInputEvents = EPOLLIN | EPOLLRDHUP;
constexpr std::uint64_t kMostBytesSkipped = 256 * 1024;
constexpr std::size_t kCorkBytes = 16 * 1024;  // below this a piece is copied and sent with others
constexpr std::size_t kBodyStep = 64 * 1024;

}  // namespace

void HttpConnection::serve() {
  do {
    handle_one();
    shard_.state.busy.fetch_sub(1, std::memory_order_relaxed);
    if (phase_ == Phase::kUpgraded) {
      leave();
      return loop_.retire(std::move(self_));
    }
  } while (next_request());
}

void HttpConnection::handle_one() {
  Exchange exchange(*this);
  try {
    shard_.state.handler(exchange);
  } catch (const std::exception& escaped) {
    log_error("an exception left a request handler", {{"what", escaped.what()}});
    close_after_reply_ = true;
  }
  if (phase_ == Phase::kUpgraded || gone_) return;
  if (!reply_.begun()) {
    close_after_reply_ = true;
    exchange.respond(500, {{"Content-Type", "text/plain; charset=utf-8"}},
                     "Internal Server Error\n");
  } else if (!reply_.ended()) {
    // Begun and given up: only the cut tells the peer that what it has is not the whole.
    lose_peer();
  }
}

bool HttpConnection::next_request() {
  const ServerOptions& options = shard_.state.options;
  bool usable = !gone_;
  if (usable && out_.size() > options.max_buffered_output) {
    usable = wait(Waiting::kDrain, options.write_timeout_ms).ok();
  }
  if (usable && reply_.keep_alive() && !body_.done() && !skip_body()) close_after_reply_ = true;
  if (!usable || gone_) {
    close_now();
    return false;
  }
  if (!reply_.keep_alive() || close_after_reply_) {
    begin_closing();
    return false;
  }
  parser_.reset();
  const std::string_view rest = std::string_view(in_).substr(in_used_);
  std::size_t consumed = 0;
  const ParseState state = rest.empty() ? ParseState::kNeedMore : parser_.feed(rest, consumed);
  in_used_ += consumed;
  if (state == ParseState::kHead) {
    begin_request();
    return true;
  }
  if (state == ParseState::kError) {
    reject(parser_.error().status, parser_.error().text);
  } else {
    await_request();
  }
  return false;
}

// Can the connection go on after a reply that is given now, with the body where it is?
AfterReply HttpConnection::after_reply() {
  if (close_after_reply_ || shard_.state.draining.load(std::memory_order_relaxed)) {
    return AfterReply::kClose;
  }
  if (body_.done()) return AfterReply::kKeepAlive;
  if (head().expect_continue && !continue_sent_) return AfterReply::kClose;
  const auto announced = head().content_length;
  const bool short_rest = announced && *announced - body_bytes_ <= kMostBytesSkipped;
  return short_rest ? AfterReply::kKeepAlive : AfterReply::kClose;
}

bool HttpConnection::skip_body() {
  if (after_reply() == AfterReply::kClose) return false;
  char skipped[4096];
  for (;;) {
    auto got = read_body(skipped, sizeof skipped);
    if (!got.ok()) return false;
    if (*got == 0) return true;
  }
}

Status HttpConnection::wait(Waiting what, std::int64_t timeout_ms) {
  if (gone_) return net::peer_gone();
  waiter_ = Parker::current();
  waiting_ = what;
  timed_out_ = false;
  loop_.arm(timer_, timeout_ms);
  want(what == Waiting::kInput ? kInputEvents : 0);
  while (waiting_ != Waiting::kNothing) waiter_->park();
  waiter_.reset();
  loop_.cancel(timer_);
  if (gone_) return net::peer_gone();
  if (timed_out_) return peer_slow();
  return {};
}

void HttpConnection::wake() {
  if (waiting_ == Waiting::kNothing) return;
  waiting_ = Waiting::kNothing;
  waiter_->unpark();
}

void HttpConnection::confirm_continue() {
  if (continue_sent_ || !head().expect_continue || reply_.begun()) return;
  continue_sent_ = true;
  out_.tail(loop_) += "HTTP/1.1 100 Continue\r\n\r\n";
  flush_output();
}

// Decodes in place: payload never lies before the framing it came in. What follows the body is the
// next request's and is kept.
bool HttpConnection::decode_body(char* into, std::size_t got, std::size_t& filled) {
  std::string_view raw(into, got);
  for (;;) {
    const BodyDecoder::Step step = body_.next(raw);
    if (step.state == BodyDecoder::State::kData) {
      std::memmove(into + filled, step.data.data(), step.data.size());
      filled += step.data.size();
    }
    raw.remove_prefix(step.consumed);
    if (step.state == BodyDecoder::State::kError) return false;
    if (step.state == BodyDecoder::State::kNeedMore) return true;
    if (step.state == BodyDecoder::State::kDone) {
      in_.insert(in_used_, raw);
      return true;
    }
  }
}

Result<std::size_t> HttpConnection::read_body(char* into, std::size_t n) {
  if (gone_) return net::peer_gone();
  CHECK(n > 0);
  while (!body_.done()) {
    std::size_t got;
    if (in_used_ < in_.size()) {
      got = std::min(n, in_.size() - in_used_);
      std::memcpy(into, in_.data() + in_used_, got);
      in_used_ += got;
    } else {
      confirm_continue();
      if (gone_) return net::peer_gone();
      const Transfer arrived = stream_.read(into, n);
      if (arrived.state == Io::kAgain) {
        Status readable = wait(Waiting::kInput, shard_.state.options.body_timeout_ms);
        if (readable.ok()) continue;
        close_after_reply_ = true;
        return std::move(readable).error();
      }
      if (arrived.state != Io::kOk) {
        lose_peer();
        return net::peer_gone();
      }
      got = arrived.n;
    }
    std::size_t filled = 0;
    if (!decode_body(into, got, filled)) {
      close_after_reply_ = true;
      return body_malformed();
    }
    body_bytes_ += filled;
    if (filled > 0) return filled;
  }
  return std::size_t{0};
}

Status HttpConnection::send(std::string_view bytes) {
  if (gone_) return net::peer_gone();
  const std::size_t bound = shard_.state.options.max_buffered_output;
  if (out_.size() + bytes.size() <= kCorkBytes) {
    out_.tail(loop_).append(bytes);
    loop_.at_turn_end(*this);
    return {};
  }
  while (!bytes.empty()) {
    const std::string_view waiting = out_.rest();
    const Transfer sent = waiting.empty() ? stream_.write(bytes) : stream_.write(waiting, bytes);
    if (sent.state == Io::kOk) {
      const std::size_t old = std::min(sent.n, waiting.size());
      if (old > 0) out_.drop_front(old, loop_);
      bytes.remove_prefix(sent.n - old);
      continue;
    }
    if (sent.state != Io::kAgain) {
      lose_peer();
      return net::peer_gone();
    }
    const std::size_t room = bound - std::min(bound, out_.size());
    out_.tail(loop_).append(bytes.substr(0, room));
    bytes.remove_prefix(std::min(room, bytes.size()));
    if (bytes.empty()) {
      want(interest_ & ~std::uint32_t{EPOLLOUT});  // adds EPOLLOUT, as something waits
      return {};
    }
    TRY(wait(Waiting::kDrain, shard_.state.options.write_timeout_ms));
  }
  return {};
}

Status HttpConnection::send_now() {
  if (gone_) return net::peer_gone();
  if (!out_.empty()) flush_output();
  if (gone_) return net::peer_gone();
  return {};
}

Status HttpConnection::begin_reply(int status, const Headers& headers,
                                   std::optional<std::uint64_t> length) {
  if (reply_.begun() || phase_ == Phase::kUpgraded)
    return reply_misuse("a reply was begun already");
  if (gone_) return net::peer_gone();
  const Reply::Plan plan{head(), after_reply(), shard_.date.at(loop_.clock().now_ms())};
  reply_.begin(out_.tail(loop_), plan, status, headers, length);
  loop_.at_turn_end(*this);
  return {};
}

Status HttpConnection::write_reply(std::string_view bytes) {
  if (!reply_.begun() || reply_.ended()) return reply_misuse("no reply is open");
  if (gone_) return net::peer_gone();
  bytes = bytes.substr(0, reply_.allowed(bytes.size()));
  if (bytes.empty()) return {};
  reply_.before_piece(out_.tail(loop_), bytes.size());
  TRY(send(bytes));
  reply_.after_piece(out_.tail(loop_), bytes.size());
  loop_.at_turn_end(*this);
  return {};
}

Status HttpConnection::end_reply() {
  if (!reply_.begun() || reply_.ended()) return reply_misuse("no reply is open");
  if (gone_) return net::peer_gone();
  loop_.at_turn_end(*this);
  if (reply_.end(out_.tail(loop_))) return {};
  lose_peer();
  return reply_misuse("the body is shorter than its announced length");
}

std::shared_ptr<WebSocket> HttpConnection::upgrade(const Headers& extra,
                                                   const WebSocketOptions& options,
                                                   std::unique_ptr<WebSocketEvents> events) {
  if (reply_.begun() || gone_ || !body_.done() || phase_ != Phase::kBusy) return nullptr;
  auto accepted = read_upgrade(head());
  if (!accepted.ok()) return nullptr;
  if (options.compression == Compression::kOff) {
    accepted->deflate.reset();
    accepted->extensions.clear();
  }
  append_upgrade_response(out_.tail(loop_), *accepted, shard_.date.at(loop_.clock().now_ms()), {},
                          extra);
  WebSocketConnection::Start start{
      shard_,  std::move(stream_), std::move(out_),   in_.substr(in_used_),
      options, accepted->deflate,  std::move(events), peer_.listener};
  phase_ = Phase::kUpgraded;
  return WebSocketConnection::start(std::move(start));
}

Exchange::Exchange(HttpConnection& connection) : connection_(connection) {}

const RequestHead& Exchange::head() const { return connection_.head(); }
const Peer& Exchange::peer() const { return connection_.peer(); }
Loop& Exchange::loop() const { return connection_.loop(); }
bool Exchange::responded() const { return status() != 0; }
const std::vector<Header>& Exchange::trailers() const { return connection_.trailers(); }
std::uint64_t Exchange::bytes_in() const { return connection_.bytes_in(); }
std::uint64_t Exchange::bytes_out() const { return connection_.reply().body_bytes(); }
bool Exchange::peer_gone() const { return connection_.peer_gone(); }
int Exchange::status() const { return connection_.status(); }

Result<std::size_t> Exchange::read(char* into, std::size_t n) {
  return connection_.read_body(into, n);
}

Result<std::string> Exchange::read_all(std::size_t limit) {
  limit = std::min(limit, SIZE_MAX - 1);
  const auto announced = head().content_length;
  if (announced && *announced > limit) return body_too_large(limit);
  std::string body;
  std::size_t filled = 0;
  for (;;) {
    // One byte beyond the limit is asked for, to tell "as long as allowed" from "too long".
    const std::size_t room = limit - filled + 1;
    const std::size_t step = announced ? *announced - filled : kBodyStep;
    body.resize(filled + std::clamp<std::size_t>(step, 1, std::min(room, kBodyStep)));
    const std::size_t got = TRY(read(body.data() + filled, body.size() - filled));
    filled += got;
    if (filled > limit) return body_too_large(limit);
    if (got == 0 || (announced && filled == *announced)) break;
  }
  body.resize(filled);
  return body;
}

void Exchange::respond(int status, std::vector<Header> headers, std::string_view body) {
  Status sent = connection_.begin_reply(status, headers, body.size());
  if (sent.ok()) sent = connection_.write_reply(body);
  if (sent.ok()) sent = connection_.end_reply();
  if (!sent.ok() && sent.error().code == &kReplyMisuse) ODD("a second reply to one request");
}

Status Exchange::begin(int status, std::vector<Header> headers,
                       std::optional<std::uint64_t> content_length) {
  return connection_.begin_reply(status, headers, content_length);
}

Status Exchange::write(std::string_view bytes) { return connection_.write_reply(bytes); }
Status Exchange::flush() { return connection_.send_now(); }
Status Exchange::end() { return connection_.end_reply(); }

std::shared_ptr<WebSocket> Exchange::upgrade(std::vector<Header> extra_headers,
                                             const WebSocketOptions& options,
                                             std::unique_ptr<WebSocketEvents> events) {
  return connection_.upgrade(extra_headers, options, std::move(events));
}

}  // namespace fairlead::net
