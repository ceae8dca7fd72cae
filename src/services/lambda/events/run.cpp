// From an ARN to an executed job.
#include "services/lambda/events/run.h"

#include <utility>

#include "base/arn.h"
#include "base/json_parse.h"

namespace fairlead::lambda {

platform::Context house_context(Clock& clock, std::string_view arn, std::string request_id) {
  platform::Context cx;
  cx.request_id = std::move(request_id);
  if (const auto parsed = parse_arn(arn)) {
    cx.account = parsed->account;
    cx.region = parsed->region;
  }
  cx.caller.kind = platform::Principal::Kind::kService;
  cx.caller.account = cx.account;
  cx.now_ms = clock.now_ms();
  return cx;
}

Result<Ran> run_function(Lambda& lambda, Run run) {
  const FunctionName name = TRY(parse_function_arn(run.function_arn));
  Ran ran;
  ran.function = TRY(lambda.functions().find(name));
  platform::Context cx = house_context(lambda.clock(), run.function_arn, run.request_id);
  Job job;
  job.function = ran.function;
  job.invocation.request_id = std::move(run.request_id);
  job.invocation.function_arn = std::move(run.function_arn);
  job.invocation.payload = std::move(run.payload);
  job.invocation.client_context = std::move(run.client_context);
  Executed executed = TRY(lambda.execute(cx, std::move(job)));
  ran.payload = std::move(executed.payload);
  ran.function_error = executed.function_error;
  return ran;
}

Json as_json(const std::string& payload) {
  auto parsed = parse_json(payload);
  return parsed.ok() ? std::move(parsed).value() : Json(payload);
}

}  // namespace fairlead::lambda
