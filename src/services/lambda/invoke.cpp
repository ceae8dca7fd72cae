// The Invoke operation: RequestResponse and DryRun.
#include "base/base64.h"
#include "base/json_parse.h"
#include "base/limits.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
namespace {

constexpr int kMaxEventDepth = 1000;  // what JSON.parse and json.loads take without trouble
constexpr std::size_t kMaxClientContext = 3583;

Status check_event(const std::string& event) {
  if (event.size() > limits::kMaxLambdaPayload) return request_too_large();
  const auto parsed = parse_json(event, {.max_depth = kMaxEventDepth});
  if (!parsed.ok()) return invalid_request_content(parsed.error().message);
  return {};
}

Result<std::string> read_client_context(const Json& input) {
  const std::string encoded = input["ClientContext"].string_or("");
  if (encoded.empty()) return std::string();
  if (encoded.size() > kMaxClientContext) {
    return invalid_parameter("Client context must be no more than 3583 bytes in base64.");
  }
  auto text = base64_decode(encoded);
  if (!text || !parse_json(*text).ok()) {
    return invalid_request_content("Client context must be a valid Base64-encoded JSON object.");
  }
  return std::move(*text);
}

// The edge has checked what the caller's own policies say. Somebody of another account needs a
// word of the function's policy, too.
Status permit(const Context& cx, const Function& function) {
  if (cx.caller.account == function.account) return {};
  PolicyQuestion question;
  question.caller_arn = cx.caller.arn;
  question.caller_account = cx.caller.account;
  if (policy_allows_invoke(function, question)) return {};
  return not_permitted("User: " + cx.caller.arn, function.arn());
}

}  // namespace

Result<Reply> invoke(Lambda& lambda, Context& cx, Request& request) {
  const Json& input = request.input;
  const std::string type = input["InvocationType"].string_or("RequestResponse");
  // Accepting an event means that it is not lost any more; that needs the durable queue.
  if (type == "Event") return platform::not_implemented("Invoke with InvocationType Event");
  const FunctionName name = TRY(function_name(cx, input));
  const FunctionPtr function = TRY(lambda.functions().find(name));
  TRY(permit(cx, *function));

  Job job;
  job.function = function;
  job.invocation.payload = request.body.empty() ? "{}" : std::move(request.body);
  TRY(check_event(job.invocation.payload));
  job.invocation.client_context = TRY(read_client_context(input));
  Reply reply;
  if (type == "DryRun") {
    reply.status = 204;
    reply.output = Json::object({{"StatusCode", 204}});
    return reply;
  }
  job.invocation.request_id = cx.request_id;
  job.invocation.function_arn = name.arn();
  const bool tail = input["LogType"].string_or("None") == "Tail";
  job.tail = tail ? ExecutionLog::Tail::kCollect : ExecutionLog::Tail::kNone;

  Executed executed = TRY(lambda.execute(cx, std::move(job)));
  reply.status = 200;
  reply.output = Json::object({{"StatusCode", 200}, {"ExecutedVersion", "$LATEST"}});
  if (executed.function_error) reply.output.set("FunctionError", "Unhandled");
  if (tail) reply.output.set("LogResult", base64_encode(executed.log_tail));
  reply.body = std::move(executed.payload);
  return reply;
}

}  // namespace fairlead::lambda
