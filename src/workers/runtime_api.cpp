// Paths to handlers, and the states in which the runtime may call each; what comes out of turn
// gets the answers of AWS's own Runtime API.
#include "workers/runtime_api.h"

#include "base/limits.h"
#include "base/text.h"
#include "workers/frames.h"

namespace fairlead::workers {

using platform::Invocation;
using platform::WorkerOutcome;

namespace {

constexpr std::string_view kVersion = "/2018-06-01";
constexpr std::string_view kInvocations = "/2018-06-01/runtime/invocation/";
// Known to AWS's runtimes, not offered here.
constexpr std::string_view kNotOffered[] = {"/2018-06-01/runtime/restore/",
                                            "/2020-01-01/extension/", "/2020-08-15/logs",
                                            "/2022-07-01/telemetry"};
constexpr const char* kErrorTypeHeader = "lambda-runtime-function-error-type";
constexpr std::size_t kMaxErrorType = 128;

void reply_json(net::Exchange& exchange, int status, const Json& body) {
  exchange.respond(status, {{"Content-Type", "application/json"}}, write_json(body));
}

void reply_accepted(net::Exchange& exchange) {
  reply_json(exchange, 202, Json::object({{"status", "OK"}}));
}

void reply_error(net::Exchange& exchange, int status, const char* type, const std::string& text) {
  reply_json(exchange, status, Json::object({{"errorMessage", text}, {"errorType", type}}));
}

void refuse_state(net::Exchange& exchange) {
  reply_error(exchange, 403, "InvalidStateTransition",
              "The runtime is not in a state in which it may ask for this");
}

// "Runtime.Name" or "Function.Name"; anything else is not taken over.
std::string error_type(const net::RequestHead& head) {
  const std::string* sent = head.find(kErrorTypeHeader);
  if (sent == nullptr || sent->size() > kMaxErrorType) return "Runtime.Unknown";
  for (const std::string_view prefix : {"Runtime.", "Function."}) {
    if (!std::string_view(*sent).starts_with(prefix)) continue;
    const std::string_view name = std::string_view(*sent).substr(prefix.size());
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') return *sent;
  }
  return "Runtime.Unknown";
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

void RuntimeApi::begin_init(const Answer& answer) {
  const std::lock_guard lock(mutex_);
  answer_ = answer;
  if (state_ == State::kIdle) give({});  // it was faster than the caller
  if (state_ == State::kEnded) give(end_);
}

void RuntimeApi::begin_invoke(const Invocation& invocation, const Answer& answer) {
  const std::lock_guard lock(mutex_);
  if (answer_) {
    ODD("a custom runtime was given work while it had some");
    deliver_(answer, end_);
    return;
  }
  answer_ = answer;
  if (state_ == State::kEnded) return give(end_);
  invocation_ = invocation;
  if (waiting_) std::exchange(waiting_, std::nullopt)->set(true);
}

void RuntimeApi::end(const WorkerOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  state_ = State::kEnded;
  end_ = outcome;
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
  if (method == "GET" && path == std::string(kInvocations) + "next") return next(exchange);
  if (method == "GET" && path == std::string(kVersion) + "/ping") {
    return exchange.respond(200, {{"Content-Type", "text/plain"}}, "pong");
  }
  if (method == "POST" && path == std::string(kVersion) + "/runtime/init/error") {
    return init_error(exchange);
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
  for (;;) {
    const Future<bool> wake;
    {
      const std::lock_guard lock(mutex_);
      if (state_ == State::kStarting) {
        state_ = State::kIdle;
        if (!invocation_) give({});
      }
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
  answer_invocation(exchange, request_id, {});
}

void RuntimeApi::function_error(net::Exchange& exchange, std::string_view request_id) {
  WorkerOutcome outcome;
  outcome.kind = WorkerOutcome::Kind::kFunctionError;
  outcome.error_type = error_type(exchange.head());
  answer_invocation(exchange, request_id, std::move(outcome));
}

void RuntimeApi::answer_invocation(net::Exchange& exchange, std::string_view request_id,
                                   WorkerOutcome outcome) {
  if (!may_answer(exchange, request_id)) return;
  auto body = exchange.read_all(limits::kMaxLambdaResponse);
  if (body.ok()) {
    outcome.payload = std::move(body).value();
  } else if (body.error().code == &net::kBodyTooLarge) {
    outcome.kind = WorkerOutcome::Kind::kTooLarge;
  } else {
    return reply_error(exchange, 400, "InvalidRequest", body.error().message);
  }
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
    state_ = State::kInitFailed;
    WorkerOutcome outcome;
    outcome.kind = WorkerOutcome::Kind::kFunctionError;
    outcome.error_type = error_type(exchange.head());
    outcome.payload = std::move(body).value();
    give(std::move(outcome));
  }
  reply_accepted(exchange);
}

}  // namespace fairlead::workers
