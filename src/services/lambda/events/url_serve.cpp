// A request to a function URL, from the address to the answer.
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "services/lambda/events/errors.h"
#include "services/lambda/events/events.h"
#include "services/lambda/events/run.h"
#include "services/lambda/events/url_access.h"
#include "services/lambda/events/url_cors.h"
#include "services/lambda/events/url_message.h"

namespace fairlead::lambda {
namespace {

using platform::Reply;

Reply plain(int status, std::string body, const char* error_type = nullptr) {
  Reply reply;
  reply.status = status;
  reply.headers.emplace_back("Content-Type", "application/json");
  if (error_type) reply.headers.emplace_back("x-amzn-ErrorType", error_type);
  reply.body = std::move(body);
  return reply;
}

Reply forbidden() { return plain(403, R"({"Message":"Forbidden"})", "AccessDeniedException"); }
Reply bad_gateway() { return plain(502, "Internal Server Error"); }

Reply refusal(const Error& error) {
  if (is_missing(error)) return plain(404, R"({"Message":null})", "ResourceNotFoundException");
  if (is_throttle(error)) {
    return plain(429, R"({"Message":"Rate Exceeded."})", "TooManyRequestsException");
  }
  log_warn("a function URL could not be served", {{"error", error.message}});
  return bad_gateway();
}

Reply run_for_url(Lambda& lambda, const platform::Context& cx, const UrlConfig& config,
                  const platform::FunctionUrlRequest& request, const std::string& trace_id) {
  std::string event = url_event(cx, config, request, trace_id);
  if (event.size() > limits::kMaxLambdaPayload) {
    return plain(413, R"({"Message":"Request Entity Too Large"})", "RequestTooLargeException");
  }
  auto ran = run_function(lambda, {config.name.arn(), cx.request_id, std::move(event), {}});
  if (!ran.ok()) return refusal(ran.error());
  if (ran->function_error) return bad_gateway();
  auto reply = url_reply(ran->payload);
  return reply ? std::move(*reply) : bad_gateway();
}

}  // namespace

std::optional<platform::FunctionUrls::Place> Events::place_of_url(std::string_view url_id) {
  const auto found = url_configs_.find_id(url_id);
  if (!found.ok() || !*found) return std::nullopt;
  const UrlConfig& config = **found;
  return Place{config.name.account, config.name.region,
               config.auth_type == "NONE" ? Auth::kNone : Auth::kIam};
}

Reply Events::serve_url(platform::Context& cx, platform::FunctionUrlRequest request) {
  const auto found = url_configs_.find_id(request.url_id);
  if (!found.ok()) return refusal(found.error());
  if (!*found) return refusal(no_url_config());
  const UrlConfig& config = **found;
  if (auto answer = preflight(config.cors, request)) return std::move(*answer);
  if (config.auth_type == "NONE") cx.caller = {};  // a signature says nothing here

  const auto resolved = lambda_.functions().resolve(config.name);
  if (!resolved.ok()) return refusal(resolved.error());
  if (!may_call_url(config, resolved->policy(), cx.caller)) return forbidden();

  const std::string trace_id = new_trace_id(cx.now_ms);
  Reply reply = run_for_url(lambda_, cx, config, request, trace_id);
  reply.headers.emplace_back("x-amzn-RequestId", cx.request_id);
  reply.headers.emplace_back("X-Amzn-Trace-Id", trace_id.substr(0, trace_id.find(';')));
  add_cors(config.cors, request, reply);
  return reply;
}

}  // namespace fairlead::lambda
