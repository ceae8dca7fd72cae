// Log streams of a group.
#include <algorithm>

#include "base/ids.h"
#include "services/logs/errors.h"
#include "services/logs/groups.h"
#include "services/logs/paging.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

Json new_stream(const std::string& name, std::int64_t now_ms) {
  return Json::object({{"name", name},
                       {"id", static_cast<std::int64_t>(random_u64() >> 1)},
                       {"created_ms", now_ms}});
}

Status check_name(const std::string& name) {
  if (name.find_first_of(":*") == std::string::npos) return {};
  return invalid_parameter("1 validation error detected: Value '" + name +
                           "' at 'logStreamName' failed to satisfy constraint: Member must satisfy "
                           "regular expression pattern: [^:*]*");
}

Json shown(const Json& group, const Json& stream) {
  Json out =
      Json::object({{"logStreamName", stream["name"]}, {"creationTime", stream["created_ms"]}});
  if (stream.has("last_ms")) {
    out.set("firstEventTimestamp", stream["first_ms"]);
    out.set("lastEventTimestamp", stream["last_ms"]);
    out.set("lastIngestionTime", stream["ingested_ms"]);
  }
  out.set("uploadSequenceToken", "1");
  out.set("arn", group["arn"].string_or("") + ":log-stream:" + stream["name"].string_or(""));
  out.set("storedBytes", 0);
  return out;
}

}  // namespace

Result<Json> ensure_stream(Logs& logs, const Json& group, const std::string& name) {
  if (auto stream = TRY(storage::get_document(logs.store(), stream_key(id_of(group), name)))) {
    return std::move(*stream);
  }
  return new_stream(name, logs.clock().now_ms());
}

void append_events(Logs& logs, storage::Batch& batch, const Json& group, Json& stream,
                   const std::vector<platform::LogEvent>& events) {
  const std::int64_t now_ms = logs.clock().now_ms();
  std::int64_t first_ms = stream["first_ms"].int_or(INT64_MAX);
  std::int64_t last_ms = stream["last_ms"].int_or(0);
  for (const auto& event : events) {
    put_event(batch, id_of(group), id_of(stream),
              {event.time_ms, now_ms, logs.next_sequence(), event.message});
    first_ms = std::min(first_ms, event.time_ms);
    last_ms = std::max(last_ms, event.time_ms);
  }
  stream.set("first_ms", first_ms);
  stream.set("last_ms", last_ms);
  stream.set("ingested_ms", now_ms);
  storage::put_document(batch, stream_key(id_of(group), stream["name"].as_string()), stream);
}

Result<Json> create_log_stream(Logs& logs, Context& cx, const Json& input) {
  const std::string name = input["logStreamName"].as_string();
  TRY(check_name(name));
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string key = stream_key(id_of(group), name);
  const auto lock = logs.locks().lock(key);
  if (TRY(storage::get_document(logs.store(), key))) return stream_exists();
  storage::Batch batch;
  storage::put_document(batch, key, new_stream(name, cx.now_ms));
  TRY(logs.store().commit(std::move(batch)));
  return Json::object();
}

Result<Json> delete_log_stream(Logs& logs, Context& cx, const Json& input) {
  const std::string name = input["logStreamName"].as_string();
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string key = stream_key(id_of(group), name);
  const auto lock = logs.locks().lock(key);
  const Json stream = TRY(require_stream(logs, group, name));
  const std::string events = events_prefix(id_of(group), id_of(stream));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key);
  batch.erase_range(storage::Family::kLogs, events, storage::after_prefix(events));
  TRY(logs.store().commit(std::move(batch)));
  return Json::object();
}

Result<Json> describe_log_streams(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string prefix = input["logStreamNamePrefix"].string_or("");
  const bool by_time = input["orderBy"].string_or("LogStreamName") == "LastEventTime";
  if (by_time && !prefix.empty()) {
    return invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  Json streams = Json::array();
  for (const auto& [key, stream] :
       TRY(storage::list_documents(logs.store(), streams_prefix(id_of(group))))) {
    if (stream["name"].string_or("").starts_with(prefix)) streams.push_back(shown(group, stream));
  }
  auto& items = streams.items();
  if (by_time) {
    std::stable_sort(items.begin(), items.end(), [](const Json& a, const Json& b) {
      return a["lastEventTimestamp"].int_or(0) < b["lastEventTimestamp"].int_or(0);
    });
  }
  if (input["descending"].bool_or(false)) std::reverse(items.begin(), items.end());
  return page_of("logStreams", streams, input, 50);
}

}  // namespace fairlead::logs
