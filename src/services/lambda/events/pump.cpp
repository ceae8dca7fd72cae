// From shards to batches. A page of a shard is worked through as a whole before the checkpoint
// moves, so a crash brings back at most one page.
#include "services/lambda/events/pump.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "services/lambda/events/errors.h"
#include "services/lambda/events/run.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kWaitMs = 300;  // for records, between two looks at whether to go on
constexpr std::int64_t kDisabledLookMs = 60'000;
constexpr std::size_t kMostRecords = 10'000;

}  // namespace

void Pump::start() {
  needs_.crew.start([self = shared_from_this()] { self->supervise(); });
}

void Pump::set(MappingPtr mapping) {
  {
    std::lock_guard lock(mutex_);
    mapping_ = std::move(mapping);
  }
  bell_.ring();
}

void Pump::stop() {
  stopped_ = true;
  bell_.ring();
}

MappingPtr Pump::mapping() const {
  std::lock_guard lock(mutex_);
  return mapping_;
}

bool Pump::active() const { return !stopped_ && !needs_.crew.stopping() && mapping()->enabled; }

void Pump::supervise() {
  while (!stopped_ && !needs_.crew.stopping()) {
    const bool enabled = active();
    if (enabled) {
      if (const Status looked = look(); !looked.ok()) {
        note(looked.error().code->http_status >= 500 ? "PROBLEM: " + looked.error().message
                                                     : "PROBLEM: Stream not found");
      }
    }
    bell_.wait_until(parking_now_ms() + (enabled ? needs_.options.look_every_ms : kDisabledLookMs));
  }
}

// Starts a fiber for each shard whose turn it is.
Status Pump::look() {
  const MappingPtr mapping = this->mapping();
  platform::Context cx = house_context(needs_.clock, mapping->source_arn, uuid_v4());
  const auto shards = TRY(needs_.streams.shards(cx, mapping->source_arn));
  std::set<std::string> kept;
  for (const auto& shard : shards) kept.insert(shard.id);
  for (const auto& shard : shards) {
    {
      std::lock_guard lock(mutex_);
      if (reading_.contains(shard.id) || done_.contains(shard.id)) continue;
      if (kept.contains(shard.parent) && !done_.contains(shard.parent)) continue;
    }
    Checkpoint from = TRY(needs_.mappings.checkpoint(mapping->uuid, shard.id));
    {
      std::lock_guard lock(mutex_);
      (from.done ? done_ : reading_).insert(shard.id);
    }
    if (from.done) continue;
    needs_.crew.start(
        [self = shared_from_this(), id = shard.id, from] { self->read_shard(id, from); });
  }
  std::lock_guard lock(mutex_);
  std::erase_if(done_, [&](const std::string& id) { return !kept.contains(id); });
  return {};
}

void Pump::read_shard(const std::string& shard, Checkpoint from) {
  int empty_reads = 0;
  while (active() && !from.done) {
    const auto went_on = read_on(shard, from, empty_reads);
    if (!went_on.ok()) {
      note(is_missing(went_on.error()) ? "PROBLEM: Stream not found"
                                       : "PROBLEM: " + went_on.error().message);
      needs_.crew.pause(needs_.options.look_every_ms, [this] { return active(); });
      break;  // the supervisor begins again where the checkpoint is
    }
    if (!*went_on) break;
  }
  {
    std::lock_guard lock(mutex_);
    reading_.erase(shard);
    if (from.done) done_.insert(shard);
  }
  bell_.ring();
}

// One page. False: stopped in the middle of it.
Result<bool> Pump::read_on(const std::string& shard, Checkpoint& at, int& empty_reads) {
  const MappingPtr mapping = this->mapping();
  const Page page = TRY(gather(*mapping, shard, at.after));
  if (page.records.empty()) {
    if (page.at_end) {
      at.done = true;
      TRY(needs_.mappings.advance(*mapping, shard, at));
      return true;
    }
    const bool more =
        needs_.streams.wait(mapping->source_arn, at.after, parking_now_ms() + kWaitMs);
    // The stream has more, but perhaps in another shard: do not spin.
    if (more && ++empty_reads > 1) {
      const std::int64_t ms = std::min<std::int64_t>(kWaitMs, 1 << std::min(empty_reads, 9));
      needs_.crew.pause(ms, [this] { return active(); });
    }
    return true;
  }
  empty_reads = 0;
  if (!work_through(*mapping, shard, page)) return false;
  at.after = page.records.back().sequence;
  TRY(needs_.mappings.advance(*mapping, shard, at));
  return true;
}

// A page of as many records as one round takes, waiting for more of them as long as the batching
// window allows.
Result<Pump::Page> Pump::gather(const Mapping& mapping, const std::string& shard,
                                const std::string& after) {
  const std::size_t want =
      std::min(kMostRecords, static_cast<std::size_t>(mapping.batch_size) *
                                 static_cast<std::size_t>(mapping.parallelization));
  platform::Context cx = house_context(needs_.clock, mapping.source_arn, uuid_v4());
  Page page = TRY(needs_.streams.read(cx, mapping.source_arn, shard, after, want));
  const std::int64_t until_ms = parking_now_ms() + mapping.window_s * std::int64_t{1000};
  while (!page.records.empty() && page.records.size() < want && !page.at_end && active()) {
    const std::int64_t now_ms = parking_now_ms();
    if (now_ms >= until_ms) break;
    const std::string last = page.records.back().sequence;
    (void)needs_.streams.wait(mapping.source_arn, last, std::min(until_ms, now_ms + kWaitMs));
    Page more =
        TRY(needs_.streams.read(cx, mapping.source_arn, shard, last, want - page.records.size()));
    if (more.records.empty() && !more.at_end) {
      needs_.crew.pause(5, [] { return true; });
      continue;
    }
    std::move(more.records.begin(), more.records.end(), std::back_inserter(page.records));
    page.at_end = more.at_end;
  }
  return page;
}

bool Pump::work_through(const Mapping& mapping, const std::string& shard, const Page& page) {
  const std::size_t lines_count = static_cast<std::size_t>(mapping.parallelization);
  std::vector<std::vector<StreamItem>> lines(lines_count);
  for (const auto& record : page.records) {
    auto item = stream_item(record, mapping);
    if (!item) continue;
    const std::size_t line = std::hash<std::string>()(item->key) % lines_count;
    lines[line].push_back(std::move(*item));
  }
  std::erase_if(lines, [](const auto& line) { return line.empty(); });
  if (lines.empty()) return true;
  if (lines.size() > 1) return run_side_by_side(std::move(lines), shard);
  const StreamBatch::Owner of = owner();
  return StreamBatch(needs_, of, shard).run(std::move(lines.front()));
}

// Records of the same key are in the same line, so their order holds.
bool Pump::run_side_by_side(std::vector<std::vector<StreamItem>> lines, const std::string& shard) {
  struct Line {
    std::vector<StreamItem> items;
    Future<bool> ended;
    ~Line() {
      if (!ended.ready()) ended.set(false);  // dropped by a crew that stops
    }
  };
  std::vector<Future<bool>> ends;
  for (auto& items : lines) {
    auto line = std::make_shared<Line>();
    line->items = std::move(items);
    ends.push_back(line->ended);
    needs_.crew.start([self = shared_from_this(), line, shard] {
      const StreamBatch::Owner of = self->owner();
      line->ended.set(StreamBatch(self->needs_, of, shard).run(std::move(line->items)));
    });
  }
  bool all = true;
  for (const auto& end : ends) all = end.get() && all;
  return all;
}

StreamBatch::Owner Pump::owner() {
  return {[this] { return mapping(); }, [this] { return active(); },
          [this](const std::string& result) { note(result); }};
}

void Pump::note(const std::string& result) {
  MappingPtr mapping;
  {
    std::lock_guard lock(mutex_);
    if (noted_ == result) return;
    noted_ = result;
    mapping = mapping_;
  }
  const auto noted = needs_.mappings.update(*mapping, [&](Mapping& stored) -> Status {
    stored.last_result = result;
    return {};
  });
  if (!noted.ok() && !is_missing(noted.error())) {
    log_warn("the state of an event source mapping could not be stored",
             {{"mapping", mapping->uuid}, {"error", noted.error().message}});
  }
}

}  // namespace fairlead::lambda
