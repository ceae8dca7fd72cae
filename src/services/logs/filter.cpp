// FilterLogEvents: a group's streams merged by time, through a filter pattern; and
// TestMetricFilter.
//
// One call looks at a bounded number of events. Where that bound ends it, it answers what it found
// (perhaps nothing) and a token, as AWS does.
#include <algorithm>

#include "lang/logs/filter_pattern.h"
#include "services/logs/errors.h"
#include "services/logs/events.h"
#include "services/logs/records.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxLookedAt = 20'000;
constexpr std::size_t kMaxBytesLookedAt = 8 * 1024 * 1024;

Result<std::vector<StreamRef>> streams_of(Logs& logs, const Json& group, const Json& input,
                                          std::int64_t from_ms) {
  if (!input.has("logStreamNames")) {
    const std::string prefix = input["logStreamNamePrefix"].string_or("");
    return logs.stream_times().since(logs.store(), id_of(group), prefix, from_ms);
  }
  std::vector<StreamRef> refs;
  for (const Json& name : input["logStreamNames"].items()) {
    refs.push_back(stream_ref(group, TRY(require_stream(logs, group, name.string_or("")))));
  }
  return refs;
}

struct Found {
  Json events = Json::array();
  std::string token;  // empty: the end was reached
};

Result<Found> search(MergedReader& reader, const FilterPattern& pattern, std::size_t most) {
  Found found;
  std::size_t looked_at = 0, bytes_looked_at = 0, page_bytes = 0;
  Position last;
  for (; reader.valid(); reader.next()) {
    const Event& event = reader.event();
    const bool matches = pattern.matches(event.message);
    const std::size_t bytes = event.message.size() + kEventOverhead;
    const bool full = matches && (found.events.size() == most ||
                                  (found.events.size() > 0 && page_bytes + bytes > kMaxPageBytes));
    if (full || looked_at >= kMaxLookedAt || bytes_looked_at >= kMaxBytesLookedAt) {
      found.token = std::to_string(last.time_ms) + "/" + std::to_string(last.sequence);
      break;
    }
    ++looked_at;
    bytes_looked_at += bytes;
    last = event.at;
    if (!matches) continue;
    page_bytes += bytes;
    Json one = Json::object({{"logStreamName", reader.stream().name},
                             {"timestamp", event.at.time_ms},
                             {"message", event.message},
                             {"ingestionTime", event.ingested_ms},
                             {"eventId", event_id(event.at)}});
    found.events.push_back(std::move(one));
  }
  TRY(reader.status());
  return found;
}

}  // namespace

StreamRef stream_ref(const Json& group, const Json& stream) {
  return {id_of(group),
          id_of(stream),
          0,
          stream["name"].string_or(""),
          stream["first_ms"].int_or(INT64_MAX),
          stream["last_ms"].int_or(-1)};
}

Result<Json> filter_log_events(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  if (input.has("logStreamNames") && input.has("logStreamNamePrefix")) {
    return invalid_parameter("logStreamNames and logStreamNamePrefix are mutually exclusive.");
  }
  const auto pattern = TRY(FilterPattern::parse(input["filterPattern"].string_or("")));
  const Json group = TRY(group_of_input(logs, cx, input));
  Span span = TRY(span_of(input, group, cx.now_ms));
  if (const Json* token = input.find("nextToken")) {
    const auto last = read_position(token->string_or(""));
    if (!last || last->sequence == UINT64_MAX) {
      return invalid_parameter("The specified nextToken is invalid.");
    }
    span.from = std::max(span.from, Position{last->time_ms, last->sequence + 1});
  }
  const auto most =
      std::clamp<std::int64_t>(input["limit"].int_or(kMaxPageEvents), 1, kMaxPageEvents);
  auto streams = TRY(streams_of(logs, group, input, span.from.time_ms));
  const auto snapshot = logs.store().snapshot();
  MergedReader reader(*snapshot, std::move(streams), span, storage::Direction::kForward);
  Found found = TRY(search(reader, pattern, static_cast<std::size_t>(most)));
  Json out =
      Json::object({{"events", std::move(found.events)}, {"searchedLogStreams", Json::array()}});
  if (!found.token.empty()) out.set("nextToken", found.token);
  return out;
}

Result<Json> test_metric_filter(Logs&, Context&, const Json& input) {
  const auto pattern = TRY(FilterPattern::parse(input["filterPattern"].string_or("")));
  Json matches = Json::array();
  std::int64_t number = 0;
  for (const Json& item : input["logEventMessages"].items()) {
    ++number;
    const std::string message = item.string_or("");
    if (!pattern.matches(message)) continue;
    Json values = Json::object();
    for (const auto& [name, value] : pattern.extract(message)) values.set(name, value);
    matches.push_back(Json::object(
        {{"eventNumber", number}, {"eventMessage", message}, {"extractedValues", values}}));
  }
  return Json::object({{"matches", std::move(matches)}});
}

}  // namespace fairlead::logs
