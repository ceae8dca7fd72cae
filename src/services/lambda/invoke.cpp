// The Invoke operation: RequestResponse, Event and DryRun; and InvokeAsync, which came before it.
#include "base/base64.h"
#include "base/json_parse.h"
#include "base/limits.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {
namespace {

constexpr int kMaxEventDepth = 1000;  // what JSON.parse and json.loads take without trouble
constexpr std::size_t kMaxClientContext = 3583;
// Lambda took 256 KB for a long time and takes 1 MB since 2025.
constexpr std::size_t kMaxQueuedEvent = 1024 * 1024;
constexpr std::size_t kReadPiece = 64 * 1024;

Status check_event(const std::string& event, std::size_t most) {
  if (event.size() > most) return request_too_large(most);
  const Status checked = check_json(event, {.max_depth = kMaxEventDepth});
  if (!checked.ok()) return invalid_request_content(checked.error().message);
  return {};
}

Result<std::string> read_client_context(const Json& input) {
  const std::string encoded = input["ClientContext"].string_or("");
  if (encoded.empty()) return std::string();
  if (encoded.size() > kMaxClientContext) {
    return invalid_parameter("Client context must be no more than 3583 bytes in base64.");
  }
  auto text = base64_decode(encoded);
  if (!text || !check_json(*text).ok()) {
    return invalid_request_content("Client context must be a valid Base64-encoded JSON object.");
  }
  return std::move(*text);
}

// The edge has checked what the caller's own policies say. Somebody of another account needs a
// word of the function's policy, too.
Status permit(Lambda& lambda, const Context& cx, const Function& function,
              const FunctionName& name) {
  if (cx.caller.account == function.account) return {};
  platform::InvokeRequest request;
  request.function_arn = name.arn();
  return lambda.permit(cx, function, request);
}

Result<Reply> queue_event(Lambda& lambda, Context& cx, QueuedEvent event) {
  if (!lambda.event_queue()) {
    // Accepting an event means that it is not lost any more; that needs the durable queue.
    return platform::not_implemented("Invoke with InvocationType Event");
  }
  TRY(lambda.event_queue()->accept(cx, std::move(event)));
  Reply reply;
  reply.status = 202;
  return reply;
}

Reply answer(Executed executed, bool tail) {
  Reply reply;
  reply.status = 200;
  reply.output = Json::object({{"StatusCode", 200}, {"ExecutedVersion", executed.version}});
  if (executed.function_error) reply.output.set("FunctionError", "Unhandled");
  if (tail) reply.output.set("LogResult", base64_encode(executed.log_tail));
  reply.body = std::move(executed.payload);
  return reply;
}

Result<std::string> read_stream(Request& request, std::size_t most) {
  if (!request.stream) return std::move(request.body);
  std::string bytes;
  for (;;) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + kReadPiece);
    const std::size_t n = TRY(request.stream->read(bytes.data() + filled, kReadPiece));
    bytes.resize(filled + n);
    if (n == 0) return bytes;
    if (bytes.size() > most) return request_too_large(most);
  }
}

}  // namespace

Result<Reply> invoke(Lambda& lambda, Context& cx, Request& request) {
  const Json& input = request.input;
  const std::string type = input["InvocationType"].string_or("RequestResponse");
  const bool event = type == "Event";
  const FunctionName name = TRY(function_name(cx, input));
  Job job;
  job.function = TRY(lambda.functions().find(name));
  TRY(permit(lambda, cx, *job.function, name));

  job.invocation.payload = request.body.empty() ? "{}" : std::move(request.body);
  TRY(check_event(job.invocation.payload, event ? kMaxQueuedEvent : limits::kMaxLambdaPayload));
  job.invocation.client_context = TRY(read_client_context(input));
  job.invocation.request_id = cx.request_id;
  job.invocation.function_arn = name.arn();
  if (type == "DryRun") {
    Reply reply;
    reply.status = 204;
    reply.output = Json::object({{"StatusCode", 204}});
    return reply;
  }
  if (event) {
    platform::Invocation& invocation = job.invocation;
    Reply reply =
        TRY(queue_event(lambda, cx,
                        {std::move(invocation.function_arn), std::move(invocation.request_id),
                         std::move(invocation.payload), std::move(invocation.client_context)}));
    reply.output = Json::object({{"StatusCode", 202}});
    return reply;
  }
  const bool tail = input["LogType"].string_or("None") == "Tail";
  job.tail = tail ? ExecutionLog::Tail::kCollect : ExecutionLog::Tail::kNone;
  Executed executed = TRY(lambda.execute(cx, std::move(job)));
  return answer(std::move(executed), tail);
}

Result<Reply> invoke_async(Lambda& lambda, Context& cx, Request& request) {
  const FunctionName name = TRY(function_name(cx, request.input));
  const FunctionPtr function = TRY(lambda.functions().find(name));
  TRY(permit(lambda, cx, *function, name));
  std::string payload = TRY(read_stream(request, kMaxQueuedEvent));
  if (payload.empty()) payload = "{}";
  TRY(check_event(payload, kMaxQueuedEvent));
  Reply reply = TRY(queue_event(lambda, cx, {name.arn(), cx.request_id, std::move(payload), ""}));
  reply.output = Json::object({{"Status", 202}});
  return reply;
}

}  // namespace fairlead::lambda
