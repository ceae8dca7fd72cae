// The WebSocket connection: frames in, frames out, and every way in which it can end.
#include "net/websocket_connection.h"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/server_state.h"

namespace fairlead::net {

namespace {

constexpr std::uint32_t kInputEvents = EPOLLIN | EPOLLRDHUP;
constexpr int kReadsPerEvent = 4;
// API Gateway's frame quota holds for what it sends, too (reference/websocket-api.md 13.3).
constexpr std::size_t kMaxFrameSent = 32 * 1024;
// Shorter messages gain little from deflate and would cost each connection a compressor's memory.
constexpr std::size_t kCompressFrom = 1024;
constexpr std::size_t kShortPayload = 125;  // its size fits the second byte of the frame
constexpr char kFinText = '\x81';

}  // namespace

WebSocketConnection::WebSocketConnection(Start& start)
    : WebSocket(start.shard.loop),
      shard_(start.shard),
      listener_(start.listener),
      stream_(std::move(start.stream)),
      out_(std::move(start.out)),
      parser_(WebSocketRole::kServer, {start.options.max_frame, start.options.max_message}),
      events_(std::move(start.events)),
      timer_(this, [](void* self) { static_cast<WebSocketConnection*>(self)->on_timer(); }),
      max_backlog_(start.options.max_backlog),
      idle_timeout_ms_(start.options.idle_timeout_ms),
      close_timeout_ms_(start.options.close_timeout_ms),
      dies_at_ms_(loop().now_ms() + start.options.max_age_ms),
      active_at_ms_(-1),
      stall_timeout_ms_(start.options.stall_timeout_ms),
      close_code_(close_code::kAbnormal),
      pings_count_(start.options.pings == Pings::kResetIdleTimer) {
  if (start.deflate) {
    parser_.enable_deflate(*start.deflate);
    deflater_ = std::make_unique<Deflater>(
        start.deflate->server_no_context_takeover ? ContextTakeover::kNo : ContextTakeover::kYes,
        start.deflate->server_max_window_bits);
  }
}

WebSocketConnection::~WebSocketConnection() = default;

std::shared_ptr<WebSocketConnection> WebSocketConnection::start(Start start) {
  auto made = std::make_shared<WebSocketConnection>(start);
  WebSocketConnection& self = *made;
  self.self_ = made;
  self.shard_.websockets.add(self);
  self.shard_.state.websockets.fetch_add(1, std::memory_order_relaxed);
  self.interest_ = kInputEvents;
  self.loop().change(self.stream_.fd(), kInputEvents, &self);
  self.touch();
  self.arm_idle_timer();
  self.loop().at_turn_end(self);
  if (!start.early.empty() || self.stream_.has_pending()) {
    self.early_ = std::make_unique<std::string>(std::move(start.early));
    self.loop().post([made] { made->take_early(); });
  }
  return made;
}

void WebSocketConnection::want(std::uint32_t events) {
  if (!out_.empty()) events |= EPOLLOUT;
  if (events == interest_) return;
  interest_ = events;
  loop().change(stream_.fd(), events, this);
}

void WebSocketConnection::on_ready(std::uint32_t events) {
  if (events & EPOLLOUT) {
    taken_at_ms_ = loop().now_ms();
    flush();
  }
  if (phase_ >= Phase::kGone) return;
  if (!(events & (kInputEvents | EPOLLHUP | EPOLLERR))) return;
  if (early_) take_early();
  if (phase_ >= Phase::kGone) return;
  if (paused_ || held_) return events & (EPOLLHUP | EPOLLERR) ? finish() : want(0);
  reading_ = true;
  read_input();
  reading_ = false;
  if (!out_.empty() || phase_ == Phase::kFinishing) flush();
}

void WebSocketConnection::take_early() {
  if (paused_ || phase_ >= Phase::kGone) return;
  if (const auto early = std::move(early_)) take_bytes(early->data(), early->size());
  if (!paused_ && phase_ < Phase::kGone && stream_.has_pending()) read_input();
}

void WebSocketConnection::resume_reading() {
  if (!paused_) return;
  paused_ = false;
  if (phase_ >= Phase::kLingering || held_) return;
  want(kInputEvents);
  resumed_ = true;
  loop().at_turn_end(*this);
}

void WebSocketConnection::read_input() {
  char* buffer = loop().shared_buffer();
  for (int i = 0; i < kReadsPerEvent; ++i) {
    const Transfer got = stream_.read(buffer, Loop::kSharedBufferBytes);
    if (got.state == Io::kAgain) return;
    if (got.state == Io::kFailed) return finish();
    if (got.state == Io::kClosed) {
      half_closed_ = true;
      // Without a close frame the end is abnormal; with one, what we still have to say goes first.
      if (phase_ == Phase::kFinishing && !out_.empty()) return want(0);
      return finish();
    }
    if (phase_ <= Phase::kClosing) take_bytes(buffer, got.n);
    if (phase_ >= Phase::kGone || paused_) return;
    if (got.n < Loop::kSharedBufferBytes && !stream_.tls()) return;
  }
}

void WebSocketConnection::take_bytes(char* data, std::size_t size) {
  while (phase_ <= Phase::kClosing) {
    if (paused_) [[unlikely]] {
      if (size > 0) early_ = std::make_unique<std::string>(data, size);
      return;
    }
    std::size_t consumed = 0;
    std::string_view text;
    if (parser_.next_short_text(data, size, consumed, text)) [[likely]] {
      data += consumed;
      size -= consumed;
      take_text(text);
      if (size == 0) return;
      continue;
    }
    const FrameEvent event = parser_.next(data, size, consumed);
    data += consumed;
    size -= consumed;
    if (event.kind == FrameEvent::Kind::kNeedMore) return;
    take_event(event);
  }
}

void WebSocketConnection::take_text(std::string_view text) {
  if (phase_ != Phase::kOpen) return;  // after our close frame messages no longer count
  touch();
  events_->on_text(std::string(text));
}

void WebSocketConnection::take_event(const FrameEvent& event) {
  const bool still_open = phase_ == Phase::kOpen;
  switch (event.kind) {
    case FrameEvent::Kind::kText:
      return take_text(event.payload);
    case FrameEvent::Kind::kBinary:
      return fail(close_code::kUnsupported, "Binary is not supported");
    case FrameEvent::Kind::kPing:
      if (!still_open) return;
      if (pings_count_) touch();
      // A peer that pings without reading the answers gets no more of them.
      if (out_.size() > max_backlog_) return;
      append_frame(out_.tail(loop()), {.opcode = Opcode::kPong}, event.payload);
      return queue_flush();
    case FrameEvent::Kind::kClose:
      if (still_open) {
        close_code_ = event.code;
        close_reason_ = std::make_unique<std::string>(event.payload);
        append_close(out_.tail(loop()), event.code, event.payload);
      }
      phase_ = Phase::kFinishing;
      loop().arm(timer_, close_timeout_ms_);
      return queue_flush();
    case FrameEvent::Kind::kError:
      return fail(event.code, event.payload);
    case FrameEvent::Kind::kPong:
    case FrameEvent::Kind::kNeedMore:
      return;
  }
}

void WebSocketConnection::touch() {
  if (active_at_ms_ == loop().now_ms()) return;
  active_at_ms_ = loop().now_ms();
  events_->on_activity();
}

void WebSocketConnection::append_text(std::string_view text) {
  std::string& out = out_.tail(loop());
  if (deflater_ && text.size() >= kCompressFrom) {
    std::string packed;
    deflater_->append(text, packed);
    return append_message(out, {.opcode = Opcode::kText, .compressed = true}, packed,
                          kMaxFrameSent);
  }
  if (text.size() <= kMaxFrameSent) return append_frame(out, {.opcode = Opcode::kText}, text);
  append_message(out, {.opcode = Opcode::kText}, text, kMaxFrameSent);
}

WebSocket::Sent WebSocketConnection::send_text(std::string_view text) {
  if (phase_ != Phase::kOpen) return Sent::kClosed;
  if (out_.size() + text.size() > max_backlog_) {
    flush();  // a burst of one turn is not a backlog yet
    if (phase_ != Phase::kOpen) return Sent::kClosed;
    // A message larger than the whole bound may be queued only on an empty queue.
    if (!out_.empty() && out_.size() + text.size() > max_backlog_) return Sent::kFull;
  }
  if (text.size() <= kShortPayload) [[likely]] {
    char frame[2 + kShortPayload];
    frame[0] = kFinText;
    frame[1] = static_cast<char>(text.size());
    std::memcpy(frame + 2, text.data(), text.size());
    out_.tail(loop()).append(frame, 2 + text.size());
  } else {
    append_text(text);
  }
  touch();
  queue_flush();
  return Sent::kOk;
}

void WebSocketConnection::close(int code, std::string_view reason) {
  if (phase_ == Phase::kOpen) begin_closing(Phase::kClosing, code, reason);
}

// After broken input nothing that follows can be understood, a close frame neither: say why, end
// our side, and let the peer read it.
void WebSocketConnection::fail(int code, std::string_view reason) {
  if (phase_ == Phase::kOpen) return begin_closing(Phase::kFinishing, code, reason);
  phase_ = Phase::kFinishing;
  queue_flush();
}

void WebSocketConnection::begin_closing(Phase next, int code, std::string_view reason) {
  close_code_ = code;
  close_reason_ = std::make_unique<std::string>(reason);
  append_close(out_.tail(loop()), static_cast<std::uint16_t>(code), reason);
  phase_ = next;
  loop().arm(timer_, close_timeout_ms_);
  reader_caught_up();  // as far as that matters now: the peer's close frame is to be seen
  resume_reading();
  queue_flush();
}

void WebSocketConnection::abort() { finish(); }

void WebSocketConnection::arm_idle_timer() {
  std::int64_t at_ms = std::min(active_at_ms_ + idle_timeout_ms_, dies_at_ms_);
  if (interest_ & EPOLLOUT) at_ms = std::min(at_ms, taken_at_ms_ + stall_timeout_ms_);
  loop().arm_at(timer_, at_ms);
}

void WebSocketConnection::on_timer() {
  if (phase_ != Phase::kOpen) return finish();
  const std::int64_t now_ms = loop().now_ms();
  if (stalled(now_ms)) return finish();
  if (now_ms < dies_at_ms_ && now_ms < active_at_ms_ + idle_timeout_ms_) return arm_idle_timer();
  close(close_code::kGoingAway, "Going away");
}

// What is said while input is read leaves when it has been read, anything else at the turn's end.
void WebSocketConnection::queue_flush() {
  if (!reading_) loop().at_turn_end(*this);
}

void WebSocketConnection::on_turn_end() {
  if (std::exchange(resumed_, false)) take_early();
  if (phase_ < Phase::kGone) flush();
  if (phase_ != Phase::kGone) return;
  phase_ = Phase::kReported;
  events_->on_closed(close_code_, close_reason_ ? std::string_view(*close_reason_) : "");
  events_.reset();
  shard_.state.websockets.fetch_sub(1, std::memory_order_relaxed);
  shard_.state.open.fetch_sub(1);
  leave();
  loop().retire(std::move(self_));
}

void WebSocketConnection::flush() {
  if (phase_ >= Phase::kGone) [[unlikely]]
    return;
  const Io sent = out_.flush(stream_, loop());
  if (sent == Io::kFailed || sent == Io::kClosed) return finish();
  if (out_.empty() && phase_ == Phase::kFinishing) return output_done();
  if (sent == Io::kAgain) return wait_for_reader();
  if (interest_ & EPOLLOUT) {
    want(interest_ & ~std::uint32_t{EPOLLOUT});
    reader_caught_up();
  }
}

void WebSocketConnection::wait_for_reader() {
  const bool began = (interest_ & EPOLLOUT) == 0;
  if (phase_ == Phase::kOpen && out_.size() > max_backlog_ / 2) held_ = true;
  if (held_ && out_.size() < max_backlog_ / 4) reader_caught_up();
  want(held_ ? 0 : interest_ & ~std::uint32_t{EPOLLOUT});
  if (!began || phase_ != Phase::kOpen) return;
  taken_at_ms_ = loop().now_ms();
  arm_idle_timer();
}

void WebSocketConnection::reader_caught_up() {
  if (!held_) return;
  held_ = false;
  if (paused_ || phase_ >= Phase::kLingering) return;
  want(kInputEvents);
  resumed_ = true;  // TLS may hold input that no event will announce
  loop().at_turn_end(*this);
}

// The kernel announces room late on a large send buffer, so before a reader counts as stalled its
// acknowledgements are looked at, too.
bool WebSocketConnection::stalled(std::int64_t now_ms) {
  if (!(interest_ & EPOLLOUT) || now_ms < taken_at_ms_ + stall_timeout_ms_) return false;
  int bytes = 0;
  if (ioctl(stream_.fd(), SIOCOUTQ, &bytes) != 0 || bytes == unacknowledged_bytes_) return true;
  unacknowledged_bytes_ = bytes;
  taken_at_ms_ = now_ms;
  return false;
}

// The last byte is in the kernel. Closing with input unread would answer with a reset, which may
// overtake the close frame; so only our side ends, unless the peer has ended its own.
void WebSocketConnection::output_done() {
  if (half_closed_) return finish();
  phase_ = Phase::kLingering;
  stream_.finish_writing();
  want(kInputEvents);
}

void WebSocketConnection::finish() {
  if (phase_ >= Phase::kGone) return;
  phase_ = Phase::kGone;
  loop().cancel(timer_);
  loop().unwatch(stream_.fd(), this);
  stream_.close();
  out_.release(loop());
  early_.reset();
  loop().at_turn_end(*this);
}

}  // namespace fairlead::net
