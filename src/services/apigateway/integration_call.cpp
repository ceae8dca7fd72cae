// Calling functions through the invoker port.
#include "services/apigateway/integration_call.h"

#include "base/arn.h"
#include "base/ids.h"
#include "base/log.h"

namespace fairlead::apigateway {
namespace {

constexpr std::string_view kPrincipal = "apigateway.amazonaws.com";

}  // namespace

platform::Principal integration_principal(const CompiledStage& stage, const CompiledRoute& route) {
  platform::Principal caller;
  if (route.role_arn.empty()) {
    caller.kind = platform::Principal::Kind::kService;
    caller.account = stage.account;
    caller.arn = kPrincipal;
    return caller;
  }
  const auto role = parse_arn(route.role_arn);
  const std::string name =
      role ? role->resource.substr(role->resource.rfind('/') + 1) : std::string();
  caller.kind = platform::Principal::Kind::kRole;
  caller.account = role ? role->account : stage.account;
  caller.arn =
      "arn:aws:sts::" + caller.account + ":assumed-role/" + name + "/BackplaneAssumeRoleSession";
  return caller;
}

CallResult call_lambda(Parts& parts, const CompiledStage& stage, const CompiledRoute& route,
                       std::string event) {
  platform::Context cx;
  cx.request_id = uuid_v4();
  cx.account = stage.account;
  cx.region = stage.region;
  cx.caller = integration_principal(stage, route);
  cx.now_ms = parts.clock.now_ms();
  cx.deadline_ms = parts.clock.monotonic_ms() + route.timeout_ms;
  cx.api_id = stage.api_id;
  cx.stage = stage.stage;
  platform::InvokeRequest request;
  request.function_arn = route.function_arn;
  request.payload = std::move(event);
  if (route.role_arn.empty()) {
    request.source_principal = kPrincipal;
    request.source_arn = route.source_arn;
  }
  auto reply = parts.invoker.invoke(cx, request);
  CallResult result;
  if (!reply.ok()) {
    if (reply.error().code == &platform::kInvokeTimedOut) {
      result.outcome = CallResult::Outcome::kTimedOut;
    }
    log_debug("an integration could not be called", {{"api", stage.api_id},
                                                     {"route", route.key},
                                                     {"error", reply.error().code->name},
                                                     {"message", reply.error().message}});
    return result;
  }
  result.outcome = reply.value().function_error ? CallResult::Outcome::kFunctionError
                                                : CallResult::Outcome::kAnswered;
  result.payload = std::move(reply.value().payload);
  return result;
}

}  // namespace fairlead::apigateway
