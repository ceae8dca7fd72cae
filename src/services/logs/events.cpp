// Writing events in, and reading them back: of one stream both ways, of a group merged by time.
#include "services/logs/events.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "services/logs/errors.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/groups.h"
#include "services/logs/records.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {

namespace {

constexpr std::int64_t kTooOldMs = 14LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t kTooNewMs = 2LL * 60 * 60 * 1000;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::size_t kMaxEvents = 10'000;
constexpr std::size_t kMaxPageBytes = 1024 * 1024;
constexpr std::size_t kMaxBatchBytes = 1'048'576;
constexpr std::size_t kEventOverhead = 26;  // bytes that AWS counts for each event

// startTime is included; endTime is not. Without an end: everything.
struct Window {
  std::int64_t from_ms = 0, to_ms = INT64_MAX;
};

Window window_of(const Json& input) {
  return {input["startTime"].int_or(0), input["endTime"].int_or(INT64_MAX)};
}

// Retention hides what is too old, whether or not it has been trimmed yet.
void apply_retention(Window& window, const Json& group, std::int64_t now_ms) {
  if (!group.has("retention")) return;
  window.from_ms = std::max(window.from_ms, now_ms - group["retention"].int_or(0) * kDayMs);
}

Json shown(const Event& event) {
  return Json::object({{"timestamp", event.time_ms},
                       {"message", event.message},
                       {"ingestionTime", event.ingested_ms}});
}

// A token names the place of an event: f/<time>/<sequence> or b/….
std::string token_at(char direction, const Event& event) {
  return std::string(1, direction) + "/" + std::to_string(event.time_ms) + "/" +
         std::to_string(event.sequence);
}

struct Token {
  bool forward = true;
  std::int64_t time_ms = 0;
  std::uint64_t sequence = 0;
};

Result<std::optional<Token>> read_token(const Json& input) {
  const Json* given = input.find("nextToken");
  if (!given) return std::optional<Token>();
  const std::string text = given->string_or("");
  const auto parts = split(text, '/');
  const bool good = parts.size() == 3 && (parts[0] == "f" || parts[0] == "b") &&
                    is_digits(parts[1]) && parts[1].size() < 17 && is_digits(parts[2]) &&
                    parts[2].size() < 19;
  if (!good) return invalid_parameter("The specified nextToken is invalid.");
  return std::optional<Token>(
      {parts[0] == "f", std::stoll(std::string(parts[1])), std::stoull(std::string(parts[2]))});
}

std::string key_at(const std::string& prefix, std::int64_t time_ms, std::uint64_t sequence) {
  return storage::KeyWriter(prefix)
      .number(static_cast<std::uint64_t>(time_ms))
      .number(sequence)
      .take();
}

struct Rejected {
  std::int64_t too_new_from = -1, too_old_to = -1;
};

Status check_batch(const Json& events) {
  std::size_t bytes = 0;
  std::int64_t last_ms = 0;
  for (const Json& event : events.items()) {
    bytes += event["message"].string_or("").size() + kEventOverhead;
    const std::int64_t time_ms = event["timestamp"].int_or(0);
    if (time_ms < last_ms) {
      return invalid_parameter(
          "Log events in a single PutLogEvents request must be in chronological "
          "order.");
    }
    last_ms = time_ms;
  }
  if (bytes > kMaxBatchBytes) {
    return invalid_parameter("Upload too large: " + std::to_string(bytes) +
                             " bytes exceeds limit of " + std::to_string(kMaxBatchBytes));
  }
  return {};
}

}  // namespace

Result<Json> put_log_events(Logs& logs, Context& cx, const Json& input) {
  TRY(check_batch(input["logEvents"]));
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string name = input["logStreamName"].as_string();
  const auto lock = logs.locks().lock(stream_key(id_of(group), name));
  Json stream = TRY(require_stream(logs, group, name));
  Rejected rejected;
  std::vector<platform::LogEvent> taken;
  const auto& events = input["logEvents"].items();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::int64_t time_ms = events[i]["timestamp"].int_or(0);
    if (time_ms < cx.now_ms - kTooOldMs) {
      rejected.too_old_to = static_cast<std::int64_t>(i) + 1;
    } else if (time_ms > cx.now_ms + kTooNewMs) {
      if (rejected.too_new_from < 0) rejected.too_new_from = static_cast<std::int64_t>(i);
    } else {
      taken.push_back({time_ms, events[i]["message"].string_or("")});
    }
  }
  Json out = Json::object({{"nextSequenceToken", "1"}});
  Json info = Json::object();
  if (rejected.too_new_from >= 0) info.set("tooNewLogEventStartIndex", rejected.too_new_from);
  if (rejected.too_old_to >= 0) info.set("tooOldLogEventEndIndex", rejected.too_old_to);
  if (!info.empty()) out.set("rejectedLogEventsInfo", info);
  if (taken.empty()) return out;
  storage::Batch batch;
  append_events(logs, batch, group, stream, taken);
  TRY(logs.store().commit(std::move(batch)));
  return out;
}

// Without a token: the newest page (or the oldest, startFromHead). Events are always oldest first.
Result<Json> get_log_events(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  const auto token = TRY(read_token(input));
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const Json stream = TRY(require_stream(logs, group, input["logStreamName"].as_string()));
  Window window = window_of(input);
  apply_retention(window, group, cx.now_ms);
  const std::string prefix = events_prefix(id_of(group), id_of(stream));
  std::string from = key_at(prefix, std::max<std::int64_t>(window.from_ms, 0), 0);
  std::string to =
      window.to_ms == INT64_MAX ? storage::after_prefix(prefix) : key_at(prefix, window.to_ms, 0);
  const bool forward = token ? token->forward : input["startFromHead"].bool_or(false);
  if (token && forward) from = std::max(from, key_at(prefix, token->time_ms, token->sequence + 1));
  if (token && !forward) to = std::min(to, key_at(prefix, token->time_ms, token->sequence));

  const auto most = std::clamp<std::int64_t>(input["limit"].int_or(kMaxEvents), 1, kMaxEvents);
  std::vector<Event> page;
  std::size_t bytes = 0;
  auto cursor =
      logs.store().range(storage::Family::kLogs, from, to,
                         forward ? storage::Direction::kForward : storage::Direction::kBackward);
  for (; cursor->valid() && page.size() < static_cast<std::size_t>(most); cursor->next()) {
    bytes += cursor->value().size() + kEventOverhead;
    if (bytes > kMaxPageBytes && !page.empty()) break;
    page.push_back(TRY(read_event(cursor->key(), cursor->value())));
  }
  TRY(cursor->status());
  if (!forward) std::reverse(page.begin(), page.end());

  Json events = Json::array();
  for (const Event& event : page) events.push_back(shown(event));
  // At the end of the stream the same token comes back, as AWS does.
  const std::string same = input["nextToken"].string_or("");
  const Event none;
  const std::string ahead =
      page.empty() ? (forward && token ? same : token_at('f', none)) : token_at('f', page.back());
  const std::string behind =
      page.empty() ? (!forward && token ? same : token_at('b', none)) : token_at('b', page.front());
  return Json::object(
      {{"events", std::move(events)}, {"nextForwardToken", ahead}, {"nextBackwardToken", behind}});
}

namespace {

struct Found {
  Event event;
  std::string stream;
};

// Does the request want this stream?
bool wanted(const Json& input, const std::string& name) {
  if (const Json* names = input.find("logStreamNames")) {
    return std::any_of(names->items().begin(), names->items().end(),
                       [&](const Json& item) { return item.string_or("") == name; });
  }
  return name.starts_with(input["logStreamNamePrefix"].string_or(""));
}

bool earlier(const Found& a, const Found& b) {
  return std::tie(a.event.time_ms, a.event.sequence, a.stream) <
         std::tie(b.event.time_ms, b.event.sequence, b.stream);
}

// Keeps the earliest `most` of what it is given.
void keep(std::vector<Found>& heap, Found found, std::size_t most) {
  heap.push_back(std::move(found));
  std::push_heap(heap.begin(), heap.end(), earlier);
  if (heap.size() <= most) return;
  std::pop_heap(heap.begin(), heap.end(), earlier);
  heap.pop_back();
}

}  // namespace

Result<Json> filter_log_events(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  if (input.has("logStreamNames") && input.has("logStreamNamePrefix")) {
    return invalid_parameter("logStreamNames and logStreamNamePrefix are mutually exclusive.");
  }
  const auto pattern = TRY(FilterPattern::parse(input["filterPattern"].string_or("")));
  const auto token = TRY(read_token(input));
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  Window window = window_of(input);
  apply_retention(window, group, cx.now_ms);
  if (token) window.from_ms = std::max(window.from_ms, token->time_ms);
  const auto most = static_cast<std::size_t>(
      std::clamp<std::int64_t>(input["limit"].int_or(kMaxEvents), 1, kMaxEvents));

  std::vector<Found> found;  // a heap whose top is the latest; one more than fits tells "more"
  for (const auto& [key, stream] :
       TRY(storage::list_documents(logs.store(), streams_prefix(id_of(group))))) {
    const std::string name = stream["name"].string_or("");
    if (!wanted(input, name) || stream["last_ms"].int_or(0) < window.from_ms) continue;
    const std::string prefix = events_prefix(id_of(group), id_of(stream));
    const std::string to =
        window.to_ms == INT64_MAX ? storage::after_prefix(prefix) : key_at(prefix, window.to_ms, 0);
    auto cursor = logs.store().range(storage::Family::kLogs,
                                     events_from(id_of(group), id_of(stream), window.from_ms), to);
    for (; cursor->valid(); cursor->next()) {
      Event event = TRY(read_event(cursor->key(), cursor->value()));
      if (token && event.time_ms == token->time_ms && event.sequence <= token->sequence) continue;
      if (found.size() > most && !earlier({event, name}, found.front())) break;
      if (pattern.matches(event.message)) keep(found, {std::move(event), name}, most + 1);
    }
    TRY(cursor->status());
  }
  std::sort(found.begin(), found.end(), earlier);
  Json events = Json::array();
  std::size_t bytes = 0, n = 0;
  for (; n < found.size() && n < most; ++n) {
    bytes += found[n].event.message.size() + kEventOverhead;
    if (bytes > kMaxPageBytes && n > 0) break;
    Json event = shown(found[n].event);
    event.set("logStreamName", found[n].stream);
    event.set("eventId",
              std::to_string(found[n].event.time_ms) + std::to_string(found[n].event.sequence));
    events.push_back(std::move(event));
  }
  Json out = Json::object({{"events", std::move(events)}, {"searchedLogStreams", Json::array()}});
  if (n < found.size()) out.set("nextToken", token_at('f', found[n - 1].event));
  return out;
}

}  // namespace fairlead::logs
