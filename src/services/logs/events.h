// Operations on log events.
#pragma once

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

using platform::Context;
Result<Json> put_log_events(Logs& logs, Context& cx, const Json& input);
Result<Json> get_log_events(Logs& logs, Context& cx, const Json& input);
Result<Json> filter_log_events(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
