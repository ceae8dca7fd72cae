// Groups, streams and events as they lie in the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

// Documents. A group: name, id, created_ms, retention (days or absent), tags. A stream: name, id,
// created_ms, first_ms, last_ms, ingested_ms (absent before the first event).
std::string groups_prefix(const std::string& account, const std::string& region);
std::string group_key(const std::string& account, const std::string& region,
                      const std::string& name);
std::string streams_prefix(std::uint64_t group_id);
std::string stream_key(std::uint64_t group_id, const std::string& name);
std::uint64_t id_of(const Json& document);
std::string group_arn(const std::string& account, const std::string& region,
                      const std::string& name);  // without ":*"

Result<Json> require_group(Logs& logs, const platform::Context& cx, const std::string& name);
Result<Json> require_stream(Logs& logs, const Json& group, const std::string& name);

// Events sort by time and, within a millisecond, in the order they came.
struct Event {
  std::int64_t time_ms = 0, ingested_ms = 0;
  std::uint64_t sequence = 0;
  std::string message;
};
std::string events_prefix(std::uint64_t group_id, std::uint64_t stream_id);
std::string events_of_group(std::uint64_t group_id);
// The first key of the stream's events at or after `time_ms`.
std::string events_from(std::uint64_t group_id, std::uint64_t stream_id, std::int64_t time_ms);
void put_event(storage::Batch& batch, std::uint64_t group_id, std::uint64_t stream_id,
               const Event& event);
Result<Event> read_event(std::string_view key, std::string_view value);

}  // namespace fairlead::logs
