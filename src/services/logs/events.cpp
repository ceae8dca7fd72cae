// Writing events in, and reading those of one stream back, both ways.
#include "services/logs/events.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "services/logs/errors.h"
#include "services/logs/groups.h"
#include "services/logs/reader.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::int64_t kTooOldMs = 14LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t kTooNewMs = 2LL * 60 * 60 * 1000;
constexpr std::int64_t kMaxBatchSpanMs = 24LL * 60 * 60 * 1000;
constexpr std::size_t kMaxBatchBytes = 1'048'576;

Status check_batch(const Json& events) {
  std::size_t bytes = 0;
  const auto& items = events.items();
  std::int64_t last_ms = items.empty() ? 0 : items[0]["timestamp"].int_or(0);
  for (const Json& event : items) {
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

// Sorts a batch into what is taken and, as indexes, what is not.
struct Sorting {
  std::vector<platform::LogEvent> taken;
  Json rejected = Json::object();

  Sorting(const Json& events, std::int64_t oldest_kept_ms, std::int64_t now_ms) {
    const auto& items = events.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::int64_t time_ms = items[i]["timestamp"].int_or(0);
      if (time_ms < now_ms - kTooOldMs) {
        rejected.set("tooOldLogEventEndIndex", i + 1);
      } else if (time_ms < oldest_kept_ms) {
        rejected.set("expiredLogEventEndIndex", i + 1);
      } else if (time_ms > now_ms + kTooNewMs) {
        if (!rejected.has("tooNewLogEventStartIndex")) rejected.set("tooNewLogEventStartIndex", i);
      } else {
        taken.push_back({time_ms, items[i]["message"].string_or("")});
      }
    }
  }
};

// Where the next page goes on: after a position ("f/…") or before one ("b/…").
struct Token {
  bool forward = true;
  Position at;
  std::string text() const {
    return std::string(forward ? "f/" : "b/") + std::to_string(at.time_ms) + "/" +
           std::to_string(at.sequence);
  }
};

Result<std::optional<Token>> read_token(const Json& input) {
  const Json* given = input.find("nextToken");
  if (!given) return std::optional<Token>();
  const std::string text = given->string_or("");
  const auto position = read_position(text.size() > 2 ? std::string_view(text).substr(2) : "");
  if (!position || text[1] != '/' || (text[0] != 'f' && text[0] != 'b')) {
    return invalid_parameter("The specified nextToken is invalid.");
  }
  return std::optional<Token>({text[0] == 'f', *position});
}

// The neighbours of a position: "after the one before it" begins at it.
Position just_before(Position at) {
  if (at.sequence > 0) return {at.time_ms, at.sequence - 1};
  return {at.time_ms > 0 ? at.time_ms - 1 : 0, at.time_ms > 0 ? UINT64_MAX : 0};
}

Position just_after(Position at) {
  if (at == kLastPosition) return at;
  return at.sequence == UINT64_MAX ? Position{at.time_ms + 1, 0}
                                   : Position{at.time_ms, at.sequence + 1};
}

}  // namespace

std::optional<Position> read_position(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view time = text.substr(0, slash);
  const std::string_view sequence = text.substr(std::min(slash + 1, text.size()));
  Position at;
  if (!is_digits(time) || !is_digits(sequence)) return std::nullopt;
  const auto a = std::from_chars(time.data(), time.data() + time.size(), at.time_ms);
  const auto b = std::from_chars(sequence.data(), sequence.data() + sequence.size(), at.sequence);
  if (a.ec != std::errc() || b.ec != std::errc()) return std::nullopt;
  return at;
}

std::string event_id(Position at) {
  const std::string sequence = std::to_string(at.sequence);
  return std::to_string(at.time_ms) + std::string(20 - sequence.size(), '0') + sequence;
}

Json shown(const Event& event) {
  return Json::object({{"timestamp", event.at.time_ms},
                       {"message", event.message},
                       {"ingestionTime", event.ingested_ms}});
}

Result<Span> span_of(const Json& input, const Json& group, std::int64_t now_ms) {
  Span span;
  const std::int64_t from_ms = input["startTime"].int_or(0);
  span.from.time_ms = std::max({std::int64_t{0}, from_ms, oldest_kept_ms(group, now_ms)});
  if (const Json* end = input.find("endTime")) span.to = {end->int_or(0), 0};
  if (span.to.time_ms < from_ms) {
    return invalid_parameter("endTime must not be before startTime.");
  }
  return span;
}

Result<Json> put_log_events(Logs& logs, Context& cx, const Json& input) {
  TRY(check_batch(input["logEvents"]));
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string name = input["logStreamName"].as_string();
  const auto lock = logs.locks().lock(stream_key(id_of(group), name));
  Json stream = TRY(require_stream(logs, group, name));
  const Sorting sorting(input["logEvents"], oldest_kept_ms(group, cx.now_ms), cx.now_ms);
  Json out = Json::object({{"nextSequenceToken", "1"}});
  if (!sorting.rejected.empty()) out.set("rejectedLogEventsInfo", sorting.rejected);
  if (sorting.taken.empty()) return out;
  if (sorting.taken.back().time_ms - sorting.taken.front().time_ms > kMaxBatchSpanMs) {
    return invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  storage::Batch batch;
  TRY(append_events(logs, batch, group, stream, sorting.taken));
  TRY(logs.store().commit(std::move(batch)));
  logs.stream_times().note(stream_ref(group, stream));
  return out;
}

// Without a token: the newest page (or the oldest, startFromHead). Events are always oldest first.
Result<Json> get_log_events(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  const auto token = TRY(read_token(input));
  const Json group = TRY(group_of_input(logs, cx, input));
  const Json stream = TRY(require_stream(logs, group, input["logStreamName"].as_string()));
  Span span = TRY(span_of(input, group, cx.now_ms));
  const bool forward = token ? token->forward : input["startFromHead"].bool_or(false);
  if (token && forward) span.from = std::max(span.from, just_after(token->at));
  if (token && !forward) span.to = std::min(span.to, token->at);

  const auto most =
      std::clamp<std::int64_t>(input["limit"].int_or(kMaxPageEvents), 1, kMaxPageEvents);
  std::vector<Event> page;
  std::size_t bytes = 0;
  StreamReader reader(logs.store(), id_of(group), id_of(stream), span,
                      forward ? storage::Direction::kForward : storage::Direction::kBackward);
  for (; reader.valid() && page.size() < static_cast<std::size_t>(most); reader.next()) {
    bytes += reader.event().message.size() + kEventOverhead;
    if (bytes > kMaxPageBytes && !page.empty()) break;
    page.push_back(reader.event());
  }
  TRY(reader.status());
  if (!forward) std::reverse(page.begin(), page.end());

  Json events = Json::array();
  for (const Event& event : page) events.push_back(shown(event));
  // At the end of the stream the same token comes back, as AWS does; and the other token turns
  // round there.
  Token ahead{true, kFirstPosition}, behind{false, kLastPosition};
  if (!page.empty()) {
    ahead.at = page.back().at;
    behind.at = page.front().at;
  } else if (token) {
    ahead.at = token->forward ? token->at : just_before(token->at);
    behind.at = token->forward ? just_after(token->at) : token->at;
  }
  return Json::object({{"events", std::move(events)},
                       {"nextForwardToken", ahead.text()},
                       {"nextBackwardToken", behind.text()}});
}

}  // namespace fairlead::logs
