// Paths to handlers, and the states in which the runtime may call each; what comes out of turn
// gets the answers of AWS's own Runtime API.
#include "workers/runtime_api.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/text.h"
#include "workers/api_replies.h"
#include "workers/frames.h"

namespace fairlead::workers {

using platform::Invocation;
using platform::WorkerOutcome;

namespace {

constexpr std::string_view kVersion = "/2018-06-01";
constexpr std::string_view kInvocations = "/2018-06-01/runtime/invocation/";
// Known to AWS's runtimes, not offered here.
constexpr std::string_view kNotOffered[] = {"/2020-08-15/logs", "/2022-07-01/telemetry"};
constexpr const char* kErrorTypeHeader = "Lambda-Runtime-Function-Error-Type";
constexpr const char* kErrorBodyTrailer = "Lambda-Runtime-Function-Error-Body";
constexpr const char* kResponseModeHeader = "Lambda-Runtime-Function-Response-Mode";

bool is_streaming(const net::Exchange& exchange) {
  const std::string* const mode = exchange.head().find(kResponseModeHeader);
  return mode != nullptr && *mode == "streaming";
}

// A streamed answer ends with an error when its trailers say so: what came before is dropped, as
// for every caller that wants the payload in one piece.
void take_error_trailers(const net::Exchange& exchange, WorkerOutcome& outcome) {
  const std::string* const type = net::find_header(exchange.trailers(), kErrorTypeHeader);
  if (type == nullptr) return;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = reported_error_type(type);
  const std::string* const body = net::find_header(exchange.trailers(), kErrorBodyTrailer);
  outcome.payload = body != nullptr ? base64_decode(*body).value_or("") : "";
  if (outcome.payload.empty()) {
    outcome.payload = write_json(Json::object({{"errorType", outcome.error_type}}));
  }
}

WorkerOutcome truncated() {
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = "Runtime.TruncatedResponse";
  outcome.payload = write_json(Json::object(
      {{"errorType", outcome.error_type}, {"errorMessage", "The response was cut off"}}));
  return outcome;
}

}  // namespace

void RuntimeApi::set_deliver(Deliver deliver) {
  const std::lock_guard lock(mutex_);
  deliver_ = std::move(deliver);
}

bool RuntimeApi::working() const {
  const std::lock_guard lock(mutex_);
  return answer_.has_value();
}

// With the mutex held. Delivering posts to a loop, it does not wait.
void RuntimeApi::give(WorkerOutcome outcome) {
  if (answer_) deliver_(*std::exchange(answer_, std::nullopt), std::move(outcome));
}

void RuntimeApi::refuse_runtime() {
  const std::lock_guard lock(mutex_);
  state_ = State::kEnded;
}

void RuntimeApi::begin_init(const Answer& answer) {
  const std::lock_guard lock(mutex_);
  answer_ = answer;
  if (state_ == State::kEnded || state_ == State::kInitFailed) return give(end_);
  if (initialised_) give({});  // it was faster than the caller
}

void RuntimeApi::fail_init(WorkerOutcome outcome) {
  const std::lock_guard lock(mutex_);
  if (initialised_ || state_ == State::kEnded) return;
  state_ = State::kInitFailed;
  end_ = outcome;  // for a caller that comes later
  give(std::move(outcome));
}

void RuntimeApi::initialised() {
  const std::lock_guard lock(mutex_);
  initialised_ = true;
  if (state_ == State::kIdle && !held_ && !invocation_) give({});
}

void RuntimeApi::begin_invoke(const Invocation& invocation, const Answer& answer) {
  {
    const std::lock_guard lock(mutex_);
    if (answer_) {
      ODD("a custom runtime was given work while it had some");
      deliver_(answer, end_);
      return;
    }
    answer_ = answer;
    if (state_ == State::kEnded) return give(end_);
    held_ = invocation;
  }
  extensions_.when_ready([self = shared_from_this()] { self->release(); });
}

void RuntimeApi::release() {
  const std::lock_guard lock(mutex_);
  if (!held_) return;
  extensions_.send_invoke(*held_);
  invocation_ = std::exchange(held_, std::nullopt);
  if (waiting_) std::exchange(waiting_, std::nullopt)->set(true);
}

void RuntimeApi::end(const WorkerOutcome& outcome) {
  extensions_.end();
  const std::lock_guard lock(mutex_);
  state_ = State::kEnded;
  end_ = outcome;
  held_.reset();
  give(outcome);
  if (waiting_) std::exchange(waiting_, std::nullopt)->set(false);
}

void RuntimeApi::handle(net::Exchange& exchange) {
  const std::string_view target = exchange.head().target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string& method = exchange.head().method;
  for (const std::string_view prefix : kNotOffered) {
    if (path.starts_with(prefix)) {
      return reply_error(exchange, 501, "NotImplemented", "Not implemented: " + std::string(path));
    }
  }
  if (path.starts_with(Extensions::kPath)) return extensions_.handle(exchange, path);
  if (method == "GET" && path == std::string(kInvocations) + "next") return next(exchange);
  if (method == "GET" && path == std::string(kVersion) + "/ping") {
    return exchange.respond(200, {{"Content-Type", "text/plain"}}, "pong");
  }
  if (method == "POST" && path == std::string(kVersion) + "/runtime/init/error") {
    return init_error(exchange);
  }
  // Nothing is ever restored from a snapshot here.
  if ((method == "GET" && path == std::string(kVersion) + "/runtime/restore/next") ||
      (method == "POST" && path == std::string(kVersion) + "/runtime/restore/error")) {
    return refuse_state(exchange);
  }
  if (method == "POST" && path.starts_with(kInvocations)) {
    const std::string_view rest = path.substr(kInvocations.size());
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos) {
      const std::string id(rest.substr(0, slash));
      if (rest.substr(slash) == "/response") return response(exchange, id);
      if (rest.substr(slash) == "/error") return function_error(exchange, id);
    }
  }
  exchange.respond(404, {{"Content-Type", "text/plain"}}, "404 page not found");
}

void RuntimeApi::next(net::Exchange& exchange) {
  for (;;) {
    auto invocation = wait_for_invocation();
    if (!invocation) return refuse_state(exchange);
    if (!exchange.peer_gone()) return send_invocation(exchange, *invocation);
    // Who asked has left meanwhile (a client's own time limit): the next who asks gets it.
    const std::lock_guard lock(mutex_);
    if (state_ != State::kInvoking) return;
    state_ = State::kIdle;
    invocation_ = std::move(invocation);
    if (!waiting_) return;
    std::exchange(waiting_, std::nullopt)->set(true);
    return;
  }
}

std::optional<Invocation> RuntimeApi::wait_for_invocation() {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = state_ == State::kStarting;
    if (first) state_ = State::kIdle;
  }
  if (first) {
    extensions_.close_registration();
    extensions_.when_ready([self = shared_from_this()] { self->initialised(); });
  }
  for (;;) {
    const Future<bool> wake;
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::kIdle) return std::nullopt;
      if (invocation_) {
        state_ = State::kInvoking;
        request_id_ = invocation_->request_id;
        return std::exchange(invocation_, std::nullopt);
      }
      if (waiting_) waiting_->set(false);  // a newer request takes the place of an older one
      waiting_ = wake;
    }
    if (!wake.get()) return std::nullopt;
  }
}

void RuntimeApi::send_invocation(net::Exchange& exchange, const Invocation& invocation) {
  net::Headers headers = {
      {"Content-Type", "application/json"},
      {"Lambda-Runtime-Aws-Request-Id", invocation.request_id},
      {"Lambda-Runtime-Deadline-Ms", std::to_string(invocation.deadline_epoch_ms)},
      {"Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) headers.push_back({name, value});
  };
  add("Lambda-Runtime-Trace-Id", invocation.trace_id);
  add("Lambda-Runtime-Client-Context", invocation.client_context);
  add("Lambda-Runtime-Cognito-Identity", invocation.cognito_identity);
  exchange.respond(200, std::move(headers), invocation.payload);
}

// The id is looked at before the state, as the service does.
bool RuntimeApi::may_answer(net::Exchange& exchange, std::string_view request_id) {
  const std::lock_guard lock(mutex_);
  if (request_id.empty() || request_id != request_id_) {
    reply_error(exchange, 400, "InvalidRequestID", "Invalid request ID");
    return false;
  }
  if (state_ != State::kInvoking) {
    refuse_state(exchange);
    return false;
  }
  return true;
}

void RuntimeApi::response(net::Exchange& exchange, std::string_view request_id) {
  const std::string* const mode = exchange.head().find(kResponseModeHeader);
  if (mode != nullptr && !mode->empty() && *mode != "streaming") {
    return reply_error(exchange, 400, "Runtime.InvalidResponseModeHeader",
                       "Invalid response mode header: " + *mode);
  }
  answer_invocation(exchange, request_id, {});
}

void RuntimeApi::function_error(net::Exchange& exchange, std::string_view request_id) {
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = reported_error_type(exchange.head().find(kErrorTypeHeader));
  answer_invocation(exchange, request_id, std::move(outcome));
}

bool RuntimeApi::read_payload(net::Exchange& exchange, WorkerOutcome& outcome) {
  auto body = exchange.read_all(limits::kMaxLambdaResponse);
  if (body.ok()) {
    outcome.payload = std::move(body).value();
    if (is_streaming(exchange)) take_error_trailers(exchange, outcome);
  } else if (body.error().code == &net::kBodyTooLarge) {
    outcome.kind = WorkerOutcome::Kind::kTooLarge;
  } else if (is_streaming(exchange)) {
    outcome = truncated();  // it had begun: there is no second answer
  } else {
    reply_error(exchange, 400, "InvalidRequest", body.error().message);
    return false;
  }
  return true;
}

void RuntimeApi::answer_invocation(net::Exchange& exchange, std::string_view request_id,
                                   WorkerOutcome outcome) {
  if (!may_answer(exchange, request_id) || !read_payload(exchange, outcome)) return;
  const bool too_large = outcome.kind == WorkerOutcome::Kind::kTooLarge;
  {
    const std::lock_guard lock(mutex_);  // reading may have waited
    if (state_ != State::kInvoking || request_id != request_id_) return refuse_state(exchange);
    state_ = State::kIdle;
    give(std::move(outcome));
  }
  if (!too_large) return reply_accepted(exchange);
  reply_error(exchange, 413, "RequestEntityTooLarge",
              "Exceeded maximum allowed payload size (" +
                  std::to_string(limits::kMaxLambdaResponse) + " bytes).");
}

void RuntimeApi::init_error(net::Exchange& exchange) {
  auto body = exchange.read_all(kMaxFrameHeader);
  if (!body.ok()) return reply_error(exchange, 400, "InvalidRequest", body.error().message);
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kStarting) return refuse_state(exchange);
  }
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = reported_error_type(exchange.head().find(kErrorTypeHeader));
  outcome.payload = std::move(body).value();
  fail_init(std::move(outcome));
  reply_accepted(exchange);
}

}  // namespace fairlead::workers
