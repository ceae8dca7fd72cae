// Log streams of a group.
#include <algorithm>

#include "base/ids.h"
#include "services/logs/blocks.h"
#include "services/logs/errors.h"
#include "services/logs/groups.h"
#include "services/logs/paging.h"
#include "services/logs/records.h"
#include "services/logs/subscriptions.h"
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

Status append_events(Logs& logs, storage::Batch& batch, const Json& group, Json& stream,
                     const std::vector<platform::LogEvent>& events) {
  const std::int64_t now_ms = logs.clock().now_ms();
  std::int64_t bytes = 0;
  std::vector<Event> sorted;
  for (const auto& event : events) {
    sorted.push_back({{std::max<std::int64_t>(event.time_ms, 0), 0}, now_ms, event.message});
    bytes += static_cast<std::int64_t>(event.message.size() + kEventOverhead);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Event& a, const Event& b) { return a.at.time_ms < b.at.time_ms; });
  for (Event& event : sorted) event.at.sequence = logs.next_sequence();
  const auto keys = put_blocks(batch, id_of(group), id_of(stream), sorted);
  TRY(logs.meters().add(logs.store(), batch, id_of(group), bytes));
  if (group.has("subscriptions")) put_pending(logs, batch, group, stream, keys);

  stream.set("first_ms", std::min(stream["first_ms"].int_or(INT64_MAX), sorted.front().at.time_ms));
  stream.set("last_ms", std::max(stream["last_ms"].int_or(0), sorted.back().at.time_ms));
  stream.set("ingested_ms", now_ms);
  storage::put_document(batch, stream_key(id_of(group), stream["name"].as_string()), stream);
  return {};
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
  const std::int64_t bytes = TRY(stored_bytes(logs.store(), events));
  TRY(logs.meters().add(logs.store(), batch, id_of(group), -bytes));
  TRY(logs.store().commit(std::move(batch)));
  logs.stream_times().forget(id_of(group), name);
  return Json::object();
}

Result<Json> describe_log_streams(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  const Json group = TRY(group_of_input(logs, cx, input));
  const std::string prefix = input["logStreamNamePrefix"].string_or("");
  const bool by_time = input["orderBy"].string_or("LogStreamName") == "LastEventTime";
  if (by_time && !prefix.empty()) {
    return invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  std::vector<Json> streams;
  for (auto& [key, stream] :
       TRY(storage::list_documents(logs.store(), streams_prefix(id_of(group))))) {
    if (stream["name"].string_or("").starts_with(prefix)) streams.push_back(std::move(stream));
  }
  if (by_time) {
    std::stable_sort(streams.begin(), streams.end(), [](const Json& a, const Json& b) {
      return a["last_ms"].int_or(0) < b["last_ms"].int_or(0);
    });
  }
  if (input["descending"].bool_or(false)) std::reverse(streams.begin(), streams.end());
  Json out = TRY(page_of("logStreams", Json(std::move(streams)), input, 50));
  for (Json& stream : out.find("logStreams")->items()) stream = shown(group, stream);
  return out;
}

}  // namespace fairlead::logs
