// Finds out whose address it is and who signed, then hands the request to the port. Whether an
// unsigned request is fine is the service's business, and so is the answer.
#include "edge/function_url_door.h"

#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "edge/authenticate.h"
#include "edge/bodies.h"

namespace fairlead::edge {

namespace {

void answer(Call& call, int status, std::string_view error, std::string_view body) {
  call.error = error;
  call.exchange.respond(status,
                        {{"Content-Type", "application/json"},
                         {"x-amzn-RequestId", call.cx.request_id},
                         {"x-amzn-ErrorType", std::string(error)}},
                        body);
}

// The caller, when the signature is right and made for this region; otherwise nobody.
void find_caller(Call& call, platform::Access& access, const std::string& region) {
  call.dialect = {wire::Models::house().find_service("lambda"), wire::Protocol::kRestJson};
  const Status status = authenticate(call, access, Unsigned::kAllowed, BodyIs::kRead);
  if (!status.ok()) {
    log_debug("a signature for a function URL was refused", {{"error", status.error().message}});
    return;
  }
  if (call.claim && call.claim->region != region) call.cx.caller = {};
}

}  // namespace

void serve_function_url(Call& call, platform::FunctionUrls& urls, platform::Access& access) {
  call.service = "lambda-url";
  call.operation = "InvokeFunctionUrl";
  const auto place = urls.place_of_url(call.address.url_id);
  const bool wrong_region =
      place && !call.address.region.empty() && call.address.region != place->region;
  if (!place || wrong_region) {
    return answer(call, 404, "ResourceNotFoundException", R"({"Message":null})");
  }
  auto body = read_body(call.exchange, limits::kMaxLambdaPayload);
  if (!body.ok()) {
    const Error& error = body.error();
    std::string text = R"({"Message":)";
    append_json_string(text, error.message);
    return answer(call, error.code->http_status, error.code->name, text + "}");
  }
  call.body = std::move(*body);
  if (place->auth == platform::FunctionUrls::Auth::kIam) find_caller(call, access, place->region);
  call.cx.account = place->account;
  call.cx.region = place->region;

  platform::FunctionUrlRequest request;
  request.url_id = call.address.url_id;
  request.method = call.exchange.head().method;
  request.path = call.address.rest;
  request.query = call.query;
  request.protocol = "HTTP/1.1";
  request.domain = without_port(call.cx.host);
  request.headers = &call.headers;
  request.body = std::move(call.body);
  platform::Reply reply = urls.serve_url(call.cx, std::move(request));
  send(call.exchange, {reply.status, std::move(reply.headers), std::move(reply.body)});
}

}  // namespace fairlead::edge
