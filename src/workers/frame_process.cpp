// A worker's state machine (new, starting, idle, invoking, ended): each frame that arrives is an
// answer to what was sent, a log line, or a breach of the rules that ends the process.
#include "workers/frame_process.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "base/json_parse.h"
#include "base/log.h"

namespace fairlead::workers {

using platform::WorkerOutcome;

namespace {

constexpr std::int64_t kExitGraceMs = 1'000;
constexpr int kReadsEachTurn = 16;  // of 64 KiB
constexpr int kReadsAtEnd = 1'100;  // more than the largest frame

std::string invoke_header(const platform::Invocation& invocation) {
  Json header = Json::object({{"requestId", invocation.request_id},
                              {"deadlineMs", invocation.deadline_epoch_ms},
                              {"invokedFunctionArn", invocation.function_arn},
                              {"traceId", invocation.trace_id}});
  if (!invocation.client_context.empty()) header.set("clientContext", invocation.client_context);
  if (!invocation.cognito_identity.empty()) {
    header.set("cognitoIdentity", invocation.cognito_identity);
  }
  return write_json(header);
}

std::string error_type_of(const std::string& json) {
  const auto parsed = parse_json(json);
  return parsed.ok() ? (*parsed)["errorType"].string_or("Runtime.Unknown") : "Runtime.Unknown";
}

}  // namespace

FrameProcess::FrameProcess(Setup setup, const Json& init, std::shared_ptr<RuntimeApi> api)
    : WorkerProcess(std::move(setup), std::move(api)),
      init_body_(write_json(init)),
      exit_grace_(this, [](void* self) { static_cast<FrameProcess*>(self)->kill(); }) {
  if (api_) api_->refuse_runtime();
}

void FrameProcess::begin() {
  WorkerProcess::begin();
  loop().watch(child().descriptors().channel.get(), EPOLLIN, this);
  hearing_ = true;
}

bool FrameProcess::refuse_dead(const Answer& answer) {
  if (state_ == State::kEnded) answer.set(exit_outcome());
  return state_ == State::kEnded;
}

void FrameProcess::init(const Answer& answer) {
  if (refuse_dead(answer)) return;
  CHECK(state_ == State::kNew);
  state_ = State::kStarting;
  answer_ = answer;
  watch_memory();
  send(frame_head(FrameType::kInit, init_body_.size()), init_body_);
}

void FrameProcess::invoke(const platform::Invocation& invocation, const Answer& answer) {
  if (refuse_dead(answer)) return;
  if (answer_) {
    ODD("a worker was given work while it had some");
    answer.set(exit_outcome());
    return;
  }
  answer_ = answer;
  if (state_ != State::kIdle) {  // it is being killed: its end will answer
    kill();
    return;
  }
  state_ = State::kInvoking;
  watch_memory();
  if (!api_) {
    return send(invoke_frame_head(invoke_header(invocation), invocation.payload.size()),
                invocation.payload);
  }
  after_extensions([invocation](FrameProcess& self) {
    if (self.state_ != State::kInvoking) return;
    self.api_->extensions().send_invoke(invocation);
    self.send(invoke_frame_head(invoke_header(invocation), invocation.payload.size()),
              invocation.payload);
  });
}

void FrameProcess::after_extensions(std::function<void(FrameProcess&)> then) {
  api_->extensions().when_ready([weak = weak_from_this(), &loop = loop(), then = std::move(then)] {
    loop.post([weak, then] {
      const auto self = std::static_pointer_cast<FrameProcess>(weak.lock());
      if (self) then(*self);
    });
  });
}

void FrameProcess::send(std::string_view head, std::string_view payload) {
  const int fd = child().descriptors().channel.get();
  std::size_t written = 0;
  if (fd >= 0 && unsent_.empty()) {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                      {const_cast<char*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    // A failure other than "full" means that the worker is gone, which its end will tell.
    if (n < 0 && errno != EAGAIN && errno != EINTR) return;
    if (n > 0) written = static_cast<std::size_t>(n);
  }
  if (fd < 0 || written == head.size() + payload.size()) return;
  if (written < head.size()) unsent_.append(head.substr(written));
  unsent_.append(payload.substr(written > head.size() ? written - head.size() : 0));
  wants_write_ = true;
  if (hearing_) loop().change(fd, EPOLLIN | EPOLLOUT, this);
}

void FrameProcess::flush() {
  const int fd = child().descriptors().channel.get();
  while (fd >= 0 && sent_ < unsent_.size()) {
    const ssize_t n =
        ::send(fd, unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) break;
    sent_ += static_cast<std::size_t>(n);
  }
  unsent_ = std::string();
  sent_ = 0;
  wants_write_ = false;
  if (fd >= 0 && hearing_) loop().change(fd, EPOLLIN, this);
}

// Not by asking for fewer events: a closed socket would tell so in every turn.
void FrameProcess::stop_hearing() {
  const int fd = child().descriptors().channel.get();
  if (hearing_ && fd >= 0) loop().unwatch(fd, this);
  hearing_ = false;
}

void FrameProcess::on_room_for_output() {
  const int fd = child().descriptors().channel.get();
  if (hearing_ || fd < 0) return;
  hearing_ = true;
  loop().watch(fd, wants_write_ ? EPOLLIN | EPOLLOUT : EPOLLIN, this);
}

void FrameProcess::on_ready(std::uint32_t events) {
  const auto keep = shared_from_this();
  if ((events & EPOLLOUT) != 0 && wants_write_) flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read_channel(kReadsEachTurn);
}

void FrameProcess::read_channel(int turns) {
  char* const buffer = loop().shared_buffer();
  std::size_t n_read = net::Loop::kSharedBufferBytes;
  // A short read has emptied the socket: the next one would only say so.
  for (; turns > 0 && n_read == net::Loop::kSharedBufferBytes; --turns) {
    if (turns <= kReadsEachTurn && output_held()) return stop_hearing();
    const int fd = child().descriptors().channel.get();
    if (fd < 0) return;
    const ssize_t n = ::read(fd, buffer, net::Loop::kSharedBufferBytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return close_channel();
    n_read = static_cast<std::size_t>(n);
    std::string_view bytes(buffer, n_read);
    while (!bytes.empty()) {
      on_frame(reader_.next(bytes));
    }
  }
}

void FrameProcess::close_channel() {
  net::Descriptor& channel = child().descriptors().channel;
  if (!channel.open()) return;
  stop_hearing();
  channel.close();
  unsent_ = std::string();
  sent_ = 0;
  if (state_ != State::kEnded) loop().arm(exit_grace_, kExitGraceMs);
}

void FrameProcess::on_frame(WorkerFrame frame) {
  switch (frame.kind) {
    case WorkerFrame::Kind::kNeedMore:
      return;
    case WorkerFrame::Kind::kLog: {
      const std::string text = clean_log_text(frame.payload);
      if (!text.empty()) log(frame.time_us, text);
      return;
    }
    case WorkerFrame::Kind::kReady:
      return on_ready_frame();
    case WorkerFrame::Kind::kInitError:
      return on_init_error(std::move(frame));
    case WorkerFrame::Kind::kViolation:
      return violation(frame.header);
    default:
      return on_answer(std::move(frame));
  }
}

void FrameProcess::on_ready_frame() {
  if (state_ != State::kStarting) return violation("ready at a wrong time");
  state_ = State::kIdle;
  read_output_now();
  max_memory_bytes();  // an early end must not leave it unknown
  if (!api_) return give({});
  api_->extensions().close_registration();
  after_extensions([](FrameProcess& self) {
    if (self.state_ == State::kIdle) self.give({});
  });
}

void FrameProcess::init_failed(WorkerOutcome outcome) {
  if (state_ == State::kStarting || state_ == State::kIdle) give(std::move(outcome));
}

void FrameProcess::on_init_error(WorkerFrame frame) {
  if (state_ != State::kStarting) return violation("an init error at a wrong time");
  state_ = State::kFailed;
  read_output_now();
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = error_type_of(frame.payload);
  outcome.payload = std::move(frame.payload);
  kill();  // first, so that nobody who has the outcome finds it alive
  give(std::move(outcome));
}

void FrameProcess::on_answer(WorkerFrame frame) {
  if (state_ != State::kInvoking) return violation("an answer without an invoke");
  state_ = State::kIdle;
  read_output_now();
  WorkerOutcome outcome;
  if (frame.kind == WorkerFrame::Kind::kTooLarge) outcome.kind = WorkerOutcome::Kind::kTooLarge;
  if (frame.kind == WorkerFrame::Kind::kFunctionError) {
    outcome.kind = WorkerOutcome::Kind::kFunctionError;
    outcome.error_type = error_type_of(frame.header);
  }
  outcome.payload = std::move(frame.payload);
  give(std::move(outcome));
}

void FrameProcess::violation(const std::string& what) {
  log_warn("a worker broke the frame protocol and is killed",
           {{"function", name()}, {"pid", pid()}, {"what", what}});
  state_ = State::kFailed;
  kill();
}

void FrameProcess::give(WorkerOutcome outcome) {
  if (!answer_) return;
  const Answer answer = *std::exchange(answer_, std::nullopt);
  answer.set(std::move(outcome));
}

void FrameProcess::take_rest() { read_channel(kReadsAtEnd); }

void FrameProcess::ended(int exit_code) {
  WorkerProcess::ended(exit_code);
  state_ = State::kEnded;
  close_channel();
  loop().cancel(exit_grace_);
  give(exit_outcome());
}

}  // namespace fairlead::workers
