// Records of streams, what is known of them after a start, and trimming.
#include "services/dynamodb/streams.h"

#include <algorithm>

#include "base/arn.h"
#include "base/ids.h"
#include "services/dynamodb/stream_keys.h"
#include "services/dynamodb/table.h"
#include "storage/documents.h"

namespace fairlead::dynamodb {

namespace {

using storage::Family;

// A range that is erased costs a little until the store has compacted it away, so records wait
// until there are ten minutes' worth.
constexpr std::int64_t kTrimEveryMs = 10 * 60 * 1000;

Json stream_document(const Stream& stream, std::int64_t disabled_ms) {
  const StreamFacts& facts = stream.facts();
  return Json::object({{"account", facts.account},
                       {"region", facts.region},
                       {"table", facts.table},
                       {"label", facts.label},
                       {"number", std::to_string(facts.number)},
                       {"view", view_name(facts.view)},
                       {"key_schema", facts.key_schema},
                       {"created_ms", facts.created_ms},
                       {"disabled_ms", disabled_ms}});
}

// Apart from the stream's record, which changes under its table's lock.
std::string trimmed_key(std::uint64_t stream_number) {
  return storage::KeyWriter("dynamodb/trimmed/").number(stream_number).take();
}

std::string label_of(std::int64_t ms) {
  std::string label = iso8601_millis(ms);
  label.pop_back();  // AWS writes no Z here
  return label;
}

// The newest record before `end`, or 0.
Result<Sequence> last_before(const storage::Snapshot& store, std::uint64_t stream_number,
                             const std::string& end) {
  auto cursor = store.range(Family::kStreams, stream_record_prefix(stream_number), end,
                            storage::Direction::kBackward);
  if (cursor->valid()) return sequence_of_key(cursor->key()).value_or(0);
  TRY(cursor->status());
  return Sequence{0};
}

std::string end_of(const StreamFacts& facts) {
  return storage::after_prefix(stream_record_prefix(facts.number));
}

}  // namespace

Result<StreamPointer> Streams::read(const Json& document) {
  StreamFacts facts;
  facts.account = document["account"].string_or("");
  facts.region = document["region"].string_or("");
  facts.table = document["table"].string_or("");
  facts.label = document["label"].string_or("");
  facts.number = std::stoull(document["number"].string_or("0"));
  facts.view = read_view(document["view"].string_or("")).value_or(StreamView::kKeysOnly);
  facts.key_schema = document["key_schema"];
  facts.created_ms = document["created_ms"].int_or(0);
  const auto trim = TRY(storage::get_document(store_, trimmed_key(facts.number)));
  const Sequence trimmed = trim ? std::stoull((*trim)["through"].string_or("0")) : 0;
  const Sequence last = TRY(last_before(store_, facts.number, end_of(facts)));
  auto stream = std::make_shared<Stream>(std::move(facts), std::max(last, trimmed));
  stream->trimmed_through = trimmed;
  stream->disabled_ms = document["disabled_ms"].int_or(0);
  if (stream->disabled_ms != 0) stream->close();
  return stream;
}

Status Streams::load() {
  std::lock_guard lock(mutex_);
  if (loaded_) return {};
  for (auto& [key, document] : TRY(storage::list_documents(store_, kStreamPrefix))) {
    StreamPointer stream = TRY(read(document));
    streams_[stream->arn()] = std::move(stream);
  }
  loaded_ = true;
  return {};
}

Result<StreamPointer> Streams::make(const Table& table, StreamView view) {
  TRY(load());
  StreamFacts facts;
  facts.account = table.account;
  facts.region = table.region;
  facts.table = table.name;
  facts.number = random_u64();
  facts.view = view;
  facts.key_schema = describe_key_schema(table.keys);
  std::lock_guard lock(mutex_);
  for (facts.created_ms = clock_.now_ms();; ++facts.created_ms) {
    facts.label = label_of(facts.created_ms);
    auto stream = std::make_shared<Stream>(facts, 0);
    if (!streams_.contains(stream->arn())) return stream;
  }
}

void Streams::stage(const Stream& stream, storage::Batch& batch) const {
  storage::put_document(batch, stream_key(stream.facts()),
                        stream_document(stream, stream.disabled_ms));
}

std::int64_t Streams::stage_end(const Stream& stream, storage::Batch& batch) const {
  const std::int64_t now_ms = clock_.now_ms();
  storage::put_document(batch, stream_key(stream.facts()), stream_document(stream, now_ms));
  return now_ms;
}

void Streams::publish(const StreamPointer& stream) {
  std::lock_guard lock(mutex_);
  streams_[stream->arn()] = stream;
}

Result<StreamPointer> Streams::find(const std::string& arn) {
  TRY(load());
  std::lock_guard lock(mutex_);
  auto found = streams_.find(arn);
  return found == streams_.end() ? StreamPointer() : found->second;
}

Result<std::vector<StreamPointer>> Streams::list(const std::string& account,
                                                 const std::string& region,
                                                 const std::string& table, const std::string& after,
                                                 std::size_t limit) {
  TRY(load());
  const std::string prefix =
      format_arn("dynamodb", region, account, "table/") + (table.empty() ? "" : table + "/stream/");
  std::vector<StreamPointer> found;
  std::lock_guard lock(mutex_);
  auto at = after > prefix ? streams_.upper_bound(after) : streams_.lower_bound(prefix);
  for (; at != streams_.end() && at->first.starts_with(prefix) && found.size() < limit; ++at) {
    found.push_back(at->second);
  }
  return found;
}

Result<bool> Streams::trim(Stream& stream, std::int64_t now_ms) {
  const std::string prefix = stream_record_prefix(stream.facts().number);
  const std::int64_t floor_ms = now_ms - kStreamRetentionMs;
  {
    auto oldest = store_.range(
        Family::kStreams, prefix,
        stream_record_key(stream.facts().number, sequence_at(floor_ms - kTrimEveryMs)));
    if (!oldest->valid()) {
      TRY(oldest->status());
      return false;
    }
  }
  const std::string end = stream_record_key(stream.facts().number, sequence_at(floor_ms));
  const Sequence through = TRY(last_before(store_, stream.facts().number, end));
  storage::Batch batch;
  batch.erase_range(Family::kStreams, prefix, end);
  storage::put_document(batch, trimmed_key(stream.facts().number),
                        Json::object({{"through", std::to_string(through)}}));
  TRY(store_.commit(std::move(batch)));
  stream.trimmed_through = through;
  return true;
}

Status Streams::forget(const Stream& stream) {
  storage::Batch batch;
  batch.erase(Family::kMeta, stream_key(stream.facts()));
  batch.erase(Family::kMeta, trimmed_key(stream.facts().number));
  batch.erase_range(Family::kStreams, stream_record_prefix(stream.facts().number),
                    end_of(stream.facts()));
  TRY(store_.commit(std::move(batch)));
  std::lock_guard lock(mutex_);
  streams_.erase(stream.arn());
  return {};
}

Result<std::size_t> Streams::trim() {
  TRY(load());
  std::vector<StreamPointer> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [arn, stream] : streams_) all.push_back(stream);
  }
  const std::int64_t now_ms = clock_.now_ms();
  std::size_t changed = 0;
  for (const StreamPointer& stream : all) {
    const std::int64_t disabled_ms = stream->disabled_ms;
    if (disabled_ms != 0 && stream->closed() && disabled_ms + kStreamRetentionMs <= now_ms) {
      TRY(forget(*stream));
      ++changed;
    } else if (TRY(trim(*stream, now_ms))) {
      ++changed;
    }
  }
  return changed;
}

}  // namespace fairlead::dynamodb
