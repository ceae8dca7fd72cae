// Sending what subscription filters wait for: rows of pending blocks in, gzipped events out.
#include <algorithm>
#include <map>

#include "base/arn.h"
#include "base/base64.h"
#include "base/log.h"
#include "base/metrics.h"
#include "lang/logs/filter_pattern.h"
#include "services/logs/blocks.h"
#include "services/logs/events.h"
#include "services/logs/gzip.h"
#include "services/logs/records.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kRowsEachTurn = 500;
constexpr std::size_t kMaxWaitingRows = 20'000;       // of a group whose destination takes nothing
constexpr std::size_t kMaxPayloadBytes = 128 * 1024;  // of JSON, before gzip and base64
constexpr std::int64_t kFirstDelayMs = 1000, kMaxDelayMs = 60'000;
constexpr std::int64_t kGiveUpMs = 24LL * 60 * 60 * 1000;

using Rows = std::vector<std::pair<std::string, Json>>;

Counter& dropped() {
  static Counter counter("fairlead_log_subscription_blocks_dropped_total",
                         "Blocks of log events that no subscription destination took in time");
  return counter;
}

struct Block {
  std::string stream;
  std::vector<Event> events;
};

// The events that the rows name; what retention or a deletion has taken meanwhile is left out.
Result<std::vector<Block>> read_blocks(storage::Store& store, const Rows& rows) {
  std::vector<Block> blocks;
  for (const auto& [at, row] : rows) {
    const auto key = base64_decode(row["block"].string_or(""));
    if (!key) continue;
    const auto value = TRY(store.get(storage::Family::kLogs, *key));
    if (!value) continue;
    Block block{row["stream"].string_or(""), {}};
    TRY(read_block(*key, *value, block.events));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// One filter's events of one stream, sent whenever a payload is full.
class Sender {
 public:
  Sender(platform::Target& target, const Json& group, const Json& filter, std::int64_t now_ms)
      : target_(target), group_(group), filter_(filter) {
    if (const auto arn = parse_arn(group["arn"].string_or(""))) {
      cx_.account = arn->account;
      cx_.region = arn->region;
    }
    cx_.now_ms = now_ms;
  }

  Status add(const std::string& stream, const Event& event) {
    if (stream != stream_) TRY(send());
    stream_ = stream;
    Json one = Json::object(
        {{"id", event_id(event.at)}, {"timestamp", event.at.time_ms}, {"message", event.message}});
    bytes_ += event.message.size() + 100;
    events_.push_back(std::move(one));
    if (bytes_ >= kMaxPayloadBytes) return send();
    return {};
  }

  Status send() {
    if (events_.empty()) return {};
    const Json message = Json::object({{"messageType", "DATA_MESSAGE"},
                                       {"owner", cx_.account},
                                       {"logGroup", group_["name"]},
                                       {"logStream", stream_},
                                       {"subscriptionFilters", Json::array({filter_["name"]})},
                                       {"logEvents", std::move(events_)}});
    events_ = Json::array();
    bytes_ = 0;
    const Json payload = Json::object(
        {{"awslogs", Json::object({{"data", base64_encode(gzip(write_json(message)))}})}});
    return target_.deliver(
        cx_, {filter_["destination"].string_or(""), write_json(payload),
              filter_["principal"].string_or(""), group_["arn"].string_or("") + ":*"});
  }

 private:
  platform::Target& target_;
  const Json& group_;
  const Json& filter_;
  platform::Context cx_;
  std::string stream_;
  Json events_ = Json::array();
  std::size_t bytes_ = 0;
};

Status send_to(platform::Target& target, const Json& group, const Json& filter,
               const std::vector<Block>& blocks, std::int64_t now_ms) {
  const auto pattern = TRY(FilterPattern::parse(filter["pattern"].string_or("")));
  Sender sender(target, group, filter, now_ms);
  const std::int64_t since_ms = filter["created_ms"].int_or(0);
  for (const Block& block : blocks) {
    for (const Event& event : block.events) {
      if (event.ingested_ms < since_ms || !pattern.matches(event.message)) continue;
      TRY(sender.add(block.stream, event));
    }
  }
  return sender.send();
}

Result<Json> group_of_row(storage::Store& store, const Json& row) {
  const auto arn = parse_arn(row["group"].string_or(""));
  if (!arn) return Json();
  auto group = TRY(storage::get_document(
      store, group_key(arn->account, arn->region, row["name"].string_or(""))));
  return group ? std::move(*group) : Json();
}

Status erase(storage::Store& store, const Rows& rows) {
  storage::Batch batch;
  for (const auto& [key, row] : rows) batch.erase(storage::Family::kMeta, key);
  return store.commit(std::move(batch));
}

bool too_many(storage::Store& store, std::uint64_t group_id) {
  const std::string prefix = pending_prefix(group_id);
  std::size_t rows = 0;
  for (auto cursor = store.range(storage::Family::kMeta, prefix, storage::after_prefix(prefix));
       cursor->valid(); cursor->next()) {
    if (++rows > kMaxWaitingRows) return true;
  }
  return false;
}

Status send_rows(storage::Store& store, const platform::Targets* targets, const Rows& rows,
                 std::uint64_t group_id, std::int64_t now_ms) {
  const Json group = TRY(group_of_row(store, rows.front().second));
  if (group.is_null() || id_of(group) != group_id) return {};  // deleted meanwhile
  const auto blocks = TRY(read_blocks(store, rows));
  for (const Json& filter : group["subscriptions"].items()) {
    platform::Target* target =
        targets ? targets->find(filter["destination"].string_or("")) : nullptr;
    if (target) TRY(send_to(*target, group, filter, blocks, now_ms));
  }
  return {};
}

}  // namespace

void Logs::deliver_group(std::uint64_t group_id) {
  const std::int64_t now_ms = clock_.now_ms();
  Backoff& backoff = backoffs_[group_id];
  if (now_ms < backoff.next_ms) return subscriptions_wait();
  const auto listed = storage::list_documents(store_, pending_prefix(group_id), kRowsEachTurn);
  if (!listed.ok() || listed->empty()) {
    backoffs_.erase(group_id);
    return;
  }
  const Rows& rows = *listed;
  const Status sent = send_rows(store_, targets_, rows, group_id, now_ms);
  if (sent.ok()) {
    backoffs_.erase(group_id);
  } else {
    backoff.delay_ms = std::clamp(backoff.delay_ms * 2, kFirstDelayMs, kMaxDelayMs);
    backoff.next_ms = now_ms + backoff.delay_ms;
    subscriptions_wait();
    const bool old = now_ms - rows.front().second["since_ms"].int_or(0) > kGiveUpMs;
    if (!old && !too_many(store_, group_id)) return;
    dropped().add(rows.size());
    log_warn(
        "log events for a subscription were dropped",
        {{"group", rows.front().second["name"].string_or("")}, {"error", sent.error().message}});
  }
  if (const Status erased = erase(store_, rows); !erased.ok()) {
    log_error("sent log events could not be noted", {{"error", erased.error().message}});
  }
  if (rows.size() == kRowsEachTurn) subscriptions_wait();
}

void Logs::deliver() {
  if (!pending_.exchange(false)) return;
  const auto turn = deliver_turn_.lock("");
  std::string from(kAllPending);
  while (true) {
    std::uint64_t group_id = 0;
    {
      const auto cursor =
          store_.range(storage::Family::kMeta, from, storage::after_prefix(kAllPending));
      if (!cursor->valid()) return;
      group_id = storage::KeyReader(cursor->key(), kAllPending).number().value_or(0);
    }
    deliver_group(group_id);
    from = storage::after_prefix(pending_prefix(group_id));
  }
}

}  // namespace fairlead::logs
