// The two ends of a function URL: the event that a request becomes (payload format 2.0), and the
// HTTP answer that a function's result becomes.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
#pragma once

#include <optional>
#include <string>

#include "platform/function_urls.h"
#include "services/lambda/events/url_config.h"

namespace fairlead::lambda {

// JSON text. `cx.caller` becomes authorizer.iam when it signed the request.
std::string url_event(const platform::Context& cx, const UrlConfig& config,
                      const platform::FunctionUrlRequest& request, const std::string& trace_id);

// Nothing: the result is no answer (a body that is no text, a status out of range, a header that
// HTTP does not allow); the caller gets 502.
std::optional<platform::Reply> url_reply(const std::string& result);

}  // namespace fairlead::lambda
