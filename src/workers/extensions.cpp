// Register, next, and the two ways of failing; errors in the words of AWS's own Extensions API.
#include "workers/extensions.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_parse.h"
#include "workers/api_replies.h"
#include "workers/frames.h"

namespace fairlead::workers {
namespace {

constexpr const char* kNameHeader = "Lambda-Extension-Name";
constexpr const char* kIdHeader = "Lambda-Extension-Identifier";
constexpr const char* kErrorHeader = "Lambda-Extension-Function-Error-Type";
constexpr const char* kFeatureHeader = "Lambda-Extension-Accept-Feature";
constexpr std::size_t kMaxExtensions = 10;
constexpr std::size_t kMaxName = 128;

std::string text_or_empty(const std::string* text) { return text != nullptr ? *text : ""; }

std::string invoke_event(const platform::Invocation& invocation) {
  return write_json(Json::object(
      {{"eventType", "INVOKE"},
       {"deadlineMs", invocation.deadline_epoch_ms},
       {"requestId", invocation.request_id},
       {"invokedFunctionArn", invocation.function_arn},
       {"tracing", Json::object({{"type", "X-Amzn-Trace-Id"}, {"value", invocation.trace_id}})}}));
}

}  // namespace

Extensions::Extensions(Environment environment) : environment_(std::move(environment)) {}

void Extensions::on_failure(Failed failed) {
  const std::lock_guard lock(mutex_);
  failed_ = std::move(failed);
}

Extensions::Extension* Extensions::find(const std::string& id) {
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? &found->second : nullptr;
}

bool Extensions::ready() const {
  std::size_t external = 0;
  for (const auto& [id, extension] : by_id_) {
    if (!extension.idle) return false;
    external += extension.external ? 1 : 0;
  }
  return external == environment_.external.size();
}

std::function<void()> Extensions::take_then() {
  return ready() ? std::exchange(then_, nullptr) : nullptr;
}

void Extensions::when_ready(std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    if (!ready()) {
      then_ = std::move(then);
      return;
    }
  }
  then();
}

void Extensions::close_registration() {
  const std::lock_guard lock(mutex_);
  registration_closed_ = true;
}

void Extensions::give(Extension& extension, std::string event) {
  extension.event = std::move(event);
  extension.idle = false;
  if (extension.waiting_) std::exchange(extension.waiting_, std::nullopt)->set(true);
}

void Extensions::send_invoke(const platform::Invocation& invocation) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, extension] : by_id_) {
    if (extension.wants_invoke) give(extension, invoke_event(invocation));
  }
}

bool Extensions::send_shutdown(std::string_view reason, std::int64_t deadline_epoch_ms) {
  const std::string event = write_json(Json::object(
      {{"eventType", "SHUTDOWN"}, {"shutdownReason", reason}, {"deadlineMs", deadline_epoch_ms}}));
  const std::lock_guard lock(mutex_);
  bool sent = false;
  for (auto& [id, extension] : by_id_) {
    if (!extension.wants_shutdown) continue;
    give(extension, event);
    sent = true;
  }
  return sent;
}

void Extensions::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  then_ = nullptr;
  failed_ = nullptr;
  for (auto& [id, extension] : by_id_) {
    if (extension.waiting_) std::exchange(extension.waiting_, std::nullopt)->set(false);
  }
}

void Extensions::handle(net::Exchange& exchange, std::string_view path) {
  const std::string& method = exchange.head().method;
  path.remove_prefix(kPath.size());
  if (method == "POST" && path == "register") return register_one(exchange);
  if (method == "GET" && path == "event/next") return next_event(exchange);
  if (method == "POST" && (path == "init/error" || path == "exit/error")) {
    return report_failure(exchange);
  }
  exchange.respond(404, {{"Content-Type", "text/plain"}}, "404 page not found");
}

// Why it may not register now, or nullptr.
const char* Extensions::refusal(const Extension& wanted) const {
  if (by_id_.size() >= kMaxExtensions) return "Extension.TooManyExtensions";
  if (!wanted.external && registration_closed_) return "Extension.RegistrationClosed";
  if (!wanted.external && wanted.wants_shutdown) return "Extension.InvalidEventType";
  for (const auto& [id, extension] : by_id_) {
    if (extension.name == wanted.name) return "InvalidStateTransition";
  }
  return nullptr;
}

void Extensions::register_one(net::Exchange& exchange) {
  Extension wanted;
  wanted.name = text_or_empty(exchange.head().find(kNameHeader));
  if (wanted.name.empty() || wanted.name.size() > kMaxName) {
    return reply_error(exchange, 403, "Extension.InvalidExtensionName", "Invalid extension name");
  }
  const auto& external = environment_.external;
  wanted.external = std::find(external.begin(), external.end(), wanted.name) != external.end();
  const auto body = exchange.read_all(kMaxFrameHeader);
  const auto json = parse_json(body.ok() && !body->empty() ? *body : "{}");
  if (!body.ok() || !json.ok() || !json->is_object()) {
    return reply_error(exchange, 400, "InvalidRequestFormat", "The body is not a JSON object");
  }
  for (const Json& event : (*json)["events"].items()) {
    const std::string name = event.string_or("");
    if (name == "INVOKE") wanted.wants_invoke = true;
    if (name == "SHUTDOWN") wanted.wants_shutdown = true;
    if (name != "INVOKE" && name != "SHUTDOWN") {
      return reply_error(exchange, 403, "Extension.InvalidEventType", "Invalid event: " + name);
    }
  }
  wanted.id = uuid_v4();
  const std::string id = wanted.id;
  {
    const std::lock_guard lock(mutex_);
    const char* const refused = refusal(wanted);
    if (refused != nullptr) {
      return reply_error(exchange, 403, refused, "Extension " + wanted.name + " cannot register");
    }
    by_id_.emplace(id, std::move(wanted));
  }
  Json told = Json::object({{"functionName", environment_.function_name},
                            {"functionVersion", environment_.function_version},
                            {"handler", environment_.handler}});
  if (text_or_empty(exchange.head().find(kFeatureHeader)) == "accountId") {
    told.set("accountId", environment_.account);
  }
  exchange.respond(200, {{"Content-Type", "application/json"}, {kIdHeader, id}}, write_json(told));
}

void Extensions::next_event(net::Exchange& exchange) {
  const std::string id = text_or_empty(exchange.head().find(kIdHeader));
  if (id.empty()) {
    return reply_error(exchange, 403, "Extension.MissingExtensionIdentifier",
                       "Missing Lambda-Extension-Identifier header");
  }
  std::function<void()> then;
  {
    const std::lock_guard lock(mutex_);
    Extension* const extension = find(id);
    if (extension == nullptr) {
      return reply_error(exchange, 403, "Extension.UnknownExtensionIdentifier",
                         "Unknown extension " + id);
    }
    extension->idle = !extension->event.has_value();
    then = take_then();
  }
  if (then) then();
  const auto event = wait_for_event(id);
  if (!event) return refuse_state(exchange);
  exchange.respond(
      200, {{"Content-Type", "application/json"}, {"Lambda-Extension-Event-Identifier", uuid_v4()}},
      *event);
}

std::optional<std::string> Extensions::wait_for_event(const std::string& id) {
  for (;;) {
    const Future<bool> wake;
    {
      const std::lock_guard lock(mutex_);
      Extension* const extension = find(id);
      if (extension == nullptr || ended_) return std::nullopt;
      if (extension->event) return std::exchange(extension->event, std::nullopt);
      // A newer request takes the place of an older one.
      if (extension->waiting_) extension->waiting_->set(false);
      extension->waiting_ = wake;
    }
    if (!wake.get()) return std::nullopt;
  }
}

void Extensions::report_failure(net::Exchange& exchange) {
  const std::string id = text_or_empty(exchange.head().find(kIdHeader));
  const std::string* const type = exchange.head().find(kErrorHeader);
  auto body = exchange.read_all(kMaxFrameHeader);
  if (!body.ok()) return reply_error(exchange, 400, "InvalidRequest", body.error().message);
  Failed failed;
  {
    const std::lock_guard lock(mutex_);
    if (find(id) == nullptr) {
      return reply_error(exchange, 403, "Extension.UnknownExtensionIdentifier",
                         "Unknown extension " + id);
    }
    if (type == nullptr) {
      return reply_error(exchange, 403, "Extension.MissingHeader",
                         std::string(kErrorHeader) + " not found");
    }
    failed = failed_;
  }
  reply_accepted(exchange);
  if (failed) failed(reported_error_type(type), std::move(body).value());
}

}  // namespace fairlead::workers
