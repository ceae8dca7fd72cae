// The door of function URLs: plain HTTP requests that become events of a Lambda function.
#pragma once

#include "edge/call.h"
#include "platform/access.h"
#include "platform/function_urls.h"

namespace fairlead::edge {

void serve_function_url(Call& call, platform::FunctionUrls& urls, platform::Access& access);

}  // namespace fairlead::edge
