// The road of a batch. Bisecting does not count as a retry, nor do throttles and faults of ours; a
// partial answer is progress, so what is left begins anew with its retries.
#include "services/lambda/events/stream_batch.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/json_parse.h"
#include "base/limits.h"
#include "services/lambda/events/errors.h"
#include "services/lambda/events/run.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kKeptMs = 24 * 3600 * std::int64_t{1000};  // records are gone after a day
constexpr std::string_view kHead = R"({"Records":[)";
constexpr std::string_view kTail = "]}";

std::int64_t max_age_ms(const Mapping& mapping) {
  return mapping.max_age_s < 0 ? kKeptMs
                               : std::min(kKeptMs, mapping.max_age_s * std::int64_t{1000});
}

}  // namespace

std::optional<StreamItem> stream_item(const platform::ChangeRecord& record,
                                      const Mapping& mapping) {
  Json event = record.record;
  if (const Json* identity = event.find("userIdentity"); identity && identity->is_object()) {
    Json lower = Json::object();
    for (const auto& [name, value] : identity->members()) {
      lower.set(name == "PrincipalId" ? "principalId" : name == "Type" ? "type" : name, value);
    }
    event.set("userIdentity", std::move(lower));
  }
  event.set("eventSourceARN", mapping.source_arn);
  if (!mapping.wants(event)) return std::nullopt;
  return StreamItem{record.sequence, write_json(event["dynamodb"]["Keys"]), write_json(event),
                    record.created_ms};
}

std::size_t first_failure(const std::string& answer, const std::vector<StreamItem>& items,
                          std::size_t begin, std::size_t end) {
  const auto parsed = parse_json(answer);
  if (!parsed.ok() || parsed->is_null() || parsed->empty()) return end;
  const Json& failures = (*parsed)["batchItemFailures"];
  if (failures.is_null()) return end;
  if (!failures.is_array()) return begin;
  std::size_t first = end;
  for (const Json& failure : failures.items()) {
    const std::string id = failure["itemIdentifier"].string_or("");
    std::size_t at = begin;
    while (at < end && items[at].sequence != id) ++at;
    if (at == end) return begin;  // names none of them: all of them failed
    first = std::min(first, at);
  }
  return first;
}

void StreamBatch::cut() {
  const std::size_t most = static_cast<std::size_t>(owner_.mapping()->batch_size);
  Piece piece;
  std::size_t bytes = kHead.size() + kTail.size();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const std::size_t more = items_[i].event.size() + 1;
    const bool full = piece.end - piece.begin == most || bytes + more > limits::kMaxLambdaPayload;
    if (full && piece.end > piece.begin) {
      pieces_.push_back(piece);
      piece.begin = i;
      bytes = kHead.size() + kTail.size();
    }
    piece.end = i + 1;
    bytes += more;
  }
  if (piece.end > piece.begin) pieces_.push_back(std::move(piece));
}

bool StreamBatch::run(std::vector<StreamItem> items) {
  items_ = std::move(items);
  cut();
  while (!pieces_.empty()) {
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (!step(std::move(piece))) return false;
  }
  return true;
}

// One attempt of a piece; what is left of it goes back to the front. False: stopped.
bool StreamBatch::step(Piece piece) {
  if (!owner_.go_on()) return false;
  const MappingPtr mapping = owner_.mapping();
  if (!skip_expired(*mapping, piece)) return true;
  piece.request_id = uuid_v4();
  auto ran =
      run_function(needs_.lambda, {mapping->function.arn(), piece.request_id, payload(piece), {}});
  const bool well = ran.ok() && !ran->function_error;
  if (!well && needs_.crew.stopping()) return false;  // cut off with the server
  if (!ran.ok()) return after_fault(ran.error(), std::move(piece));
  std::size_t failed = piece.end;
  if (ran->function_error) {
    failed = piece.begin;
  } else if (mapping->report_item_failures) {
    failed = first_failure(ran->payload, items_, piece.begin, piece.end);
  }
  piece.last = std::move(*ran);
  if (failed < piece.end) return after_failure(*mapping, std::move(piece), failed);
  owner_.note("OK");
  return true;
}

// Gives up the records at the front that are too old. False: none is left.
bool StreamBatch::skip_expired(const Mapping& mapping, Piece& piece) {
  const std::int64_t oldest_ms = needs_.clock.now_ms() - max_age_ms(mapping);
  std::size_t fresh = piece.begin;
  while (fresh < piece.end && items_[fresh].created_ms < oldest_ms) ++fresh;
  if (fresh > piece.begin) give_up(mapping, piece, fresh, "RecordAgeExceeded");
  piece.begin = fresh;
  return piece.begin < piece.end;
}

bool StreamBatch::after_fault(const Error& error, Piece piece) {
  owner_.note(is_missing(error)    ? "PROBLEM: Function not found"
              : is_throttle(error) ? "PROBLEM: Function call throttled"
                                   : "PROBLEM: " + error.message);
  if (!pause(piece.faults++)) return false;
  pieces_.push_front(std::move(piece));
  return true;
}

bool StreamBatch::after_failure(const Mapping& mapping, Piece piece, std::size_t failed) {
  owner_.note("PROBLEM: Function call failed");
  piece.faults = 0;
  if (failed > piece.begin) {
    piece.begin = failed;
    piece.failures = 0;
    if (!pause(0)) return false;
    pieces_.push_front(std::move(piece));
    return true;
  }
  if (mapping.bisect && piece.end - piece.begin > 1) {
    const std::size_t middle = piece.begin + (piece.end - piece.begin) / 2;
    Piece right = piece;
    right.begin = middle;
    piece.end = middle;
    pieces_.push_front(std::move(right));
    pieces_.push_front(std::move(piece));
    return true;
  }
  piece.failures += 1;
  if (mapping.max_retries >= 0 && piece.failures > mapping.max_retries) {
    give_up(mapping, piece, piece.end, "RetryAttemptsExhausted");
    return true;
  }
  if (!pause(piece.failures - 1)) return false;
  pieces_.push_front(std::move(piece));
  return true;
}

bool StreamBatch::pause(int times) {
  const EventsOptions& options = needs_.options;
  const std::int64_t ms =
      std::min(options.stream_retry_first_ms << std::min(times, 20), options.stream_retry_most_ms);
  return needs_.crew.pause(ms, owner_.go_on);
}

// Records [piece.begin, end) are lost to the function; AWS's record of that says which they were.
void StreamBatch::give_up(const Mapping& mapping, const Piece& piece, std::size_t end,
                          const char* condition) {
  if (mapping.on_failure.empty()) return;
  const StreamItem& first = items_[piece.begin];
  const StreamItem& last = items_[end - 1];
  Json record = Json::object(
      {{"requestContext",
        Json::object({{"requestId", piece.request_id.empty() ? uuid_v4() : piece.request_id},
                      {"functionArn", mapping.function.arn()},
                      {"condition", condition},
                      {"approximateInvokeCount", piece.failures}})}});
  if (piece.last) {
    Json response =
        Json::object({{"statusCode", 200}, {"executedVersion", piece.last->function->version}});
    if (piece.last->function_error) response.set("functionError", "Unhandled");
    record.set("responseContext", std::move(response));
  }
  record.set("version", "1.0");
  record.set("timestamp", iso8601_millis(needs_.clock.now_ms()));
  record.set("DDBStreamBatchInfo",
             Json::object({{"shardId", shard_},
                           {"startSequenceNumber", first.sequence},
                           {"endSequenceNumber", last.sequence},
                           {"approximateArrivalOfFirstRecord", iso8601_seconds(first.created_ms)},
                           {"approximateArrivalOfLastRecord", iso8601_seconds(last.created_ms)},
                           {"batchSize", static_cast<unsigned long>(end - piece.begin)},
                           {"streamArn", mapping.source_arn}}));
  needs_.outcomes.deliver(mapping.on_failure, mapping.function.arn(), write_json(record));
}

std::string StreamBatch::payload(const Piece& piece) const {
  std::string out(kHead);
  for (std::size_t i = piece.begin; i < piece.end; ++i) {
    if (i > piece.begin) out += ',';
    out += items_[i].event;
  }
  out += kTail;
  return out;
}

}  // namespace fairlead::lambda
