// Operations on log events, and the pieces that they share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"
#include "services/logs/reader.h"

namespace fairlead::logs {

inline constexpr std::int64_t kMaxPageEvents = 10'000;
inline constexpr std::size_t kMaxPageBytes = 1024 * 1024;

// startTime (included) to endTime (not included), cut by retention: it hides what is too old,
// whether or not it has been erased yet.
Result<Span> span_of(const Json& input, const Json& group, std::int64_t now_ms);
Json shown(const Event& event);
std::string event_id(Position at);                                // digits, in order of time
std::optional<Position> read_position(std::string_view text);     // "<time>/<sequence>"
std::string event_pointer(const StreamRef& stream, Position at);  // @ptr, before base64
StreamRef stream_ref(const Json& group, const Json& stream);

using platform::Context;
Result<Json> put_log_events(Logs& logs, Context& cx, const Json& input);
Result<Json> get_log_events(Logs& logs, Context& cx, const Json& input);
Result<Json> filter_log_events(Logs& logs, Context& cx, const Json& input);
Result<Json> test_metric_filter(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
