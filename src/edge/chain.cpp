// limit connections (net) -> read head -> route by host and path -> identify the operation -> read
// body -> authenticate -> authorise -> throttle -> validate -> dispatch -> serialise -> access log.
//
// The steps from "identify" to "serialise" are AwsApi::run for AWS operations, ExecuteApi::serve
// for deployed APIs, serve_function_url for functions and serve_website for buckets. An error
// leaves from any step through wire/. Authorise has no rules yet: each row names its permission and
// resource, nothing asks them. Throttle is the gateway's own (routes, stages, connects); AWS
// operations have none.
#include "edge/chain.h"

#include <utility>

#include "base/log.h"
#include "edge/custom_domain.h"
#include "edge/function_url_door.h"
#include "edge/website_door.h"

namespace fairlead::edge {

namespace {

void write_access_log(const Call& call, std::int64_t started_ms, std::int64_t now_ms) {
  if (!log_enabled(LogLevel::kDebug)) return;
  log_debug("request", {{"method", call.exchange.head().method},
                        {"path", call.path},
                        {"service", call.service},
                        {"operation", call.operation},
                        {"status", call.exchange.status()},
                        {"error", call.error},
                        {"account", call.cx.account},
                        {"region", call.cx.region},
                        {"caller", call.cx.caller.arn},
                        {"ip", call.cx.source_ip},
                        {"ms", static_cast<long long>(now_ms - started_ms)},
                        {"request_id", call.cx.request_id}});
}

}  // namespace

Chain::Chain(ChainPorts ports, Internal::Facts facts, ChainOptions options)
    : ports_(ports),
      options_(std::move(options)),
      internal_(ports.registry, std::move(facts)),
      aws_api_(ports.registry, ports.access),
      execute_api_(ports.gateway, ports.access, ports.sockets, options_.websocket) {}

void Chain::handle(net::Exchange& exchange) {
  const std::int64_t started_ms = ports_.clock.monotonic_ms();
  Call call(exchange);
  read_head(call, ports_.clock.now_ms(), options_.default_region);
  read_custom_domain(call, ports_.gateway);
  route(call);
  write_access_log(call, started_ms, ports_.clock.monotonic_ms());
}

void Chain::route(Call& call) {
  switch (call.address.door) {
    case Door::kInternal:
      return internal_.serve(call);
    case Door::kWebsite:
      return serve_website(call, ports_.website);
    case Door::kFunctionUrl:
      return serve_function_url(call, ports_.function_urls, ports_.access);
    case Door::kExecuteApi:
      return execute_api_.serve(call);
    case Door::kManagement:
      return serve_management(call);
    case Door::kAwsApi:
      return aws_api_.serve(call);
  }
}

// A bucket may hold a key that looks like a callback: a request signed for S3 is one for S3.
void Chain::serve_management(Call& call) {
  if (const auto* authorization = call.http().header("authorization")) {
    if (authorization->find("/s3/aws4_request") != std::string::npos) return aws_api_.serve(call);
  }
  aws_api_.serve_management(call);
}

}  // namespace fairlead::edge
