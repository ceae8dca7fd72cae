// CORS of function URLs: the platform answers preflights itself and writes the headers of every
// other answer, in place of the function's own.
// https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
#pragma once

#include <optional>

#include "platform/function_urls.h"

namespace fairlead::lambda {

// The answer to a preflight; nothing when the request is none or `cors` is not configured (null).
std::optional<platform::Reply> preflight(const Json& cors,
                                         const platform::FunctionUrlRequest& request);

// Adds the headers to an answer, when the request names an origin that is allowed.
void add_cors(const Json& cors, const platform::FunctionUrlRequest& request,
              platform::Reply& reply);

}  // namespace fairlead::lambda
