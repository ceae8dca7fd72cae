// What functions print: gathered in memory, written in bulk, groups and streams made on the way.
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "services/logs/events.h"
#include "services/logs/groups.h"
#include "services/logs/logs.h"
#include "services/logs/queries.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxWaitingBytes = 32 * 1024 * 1024;
constexpr std::size_t kMaxEventBytes = 256 * 1024;
constexpr std::size_t kMaxCommitBytes = 4 * 1024 * 1024, kMaxCommitStreams = 64;

Counter& dropped() {
  static Counter counter("fairlead_log_events_dropped_total",
                         "Log events dropped because the store did not take them in time");
  return counter;
}

// Room for a million sequences in each millisecond that the server lived before; the chance is for
// clocks that were put back.
std::uint64_t first_sequence(const Clock& clock) {
  return (static_cast<std::uint64_t>(clock.now_ms()) << 20) + random_u64() % (1 << 20);
}

}  // namespace

Logs::Logs(storage::Store& store, Clock& clock)
    : store_(store),
      clock_(clock),
      sequence_(first_sequence(clock)),
      queries_(std::make_unique<Queries>(store, clock)) {}

Logs::~Logs() = default;

void Logs::write(const std::string& account, const std::string& region, const std::string& group,
                 const std::string& stream, std::vector<platform::LogEvent> events) {
  std::lock_guard lock(mutex_);
  auto& line = waiting_[Target{account, region, group, stream}];
  for (auto& event : events) {
    if (event.message.size() > kMaxEventBytes) event.message.resize(kMaxEventBytes);
    if (waiting_bytes_ + event.message.size() > kMaxWaitingBytes) {
      dropped().add();
      continue;
    }
    waiting_bytes_ += event.message.size();
    line.push_back(std::move(event));
  }
}

void Logs::flush() {
  // One flush at a time, so that a reader that flushes first finds everything written.
  const auto turn = flush_turn_.lock("");
  std::map<Target, std::vector<platform::LogEvent>> batch;
  {
    std::lock_guard lock(mutex_);
    batch.swap(waiting_);
    waiting_bytes_ = 0;
  }
  std::vector<Waiting*> together;
  std::size_t bytes = 0;
  for (auto& one : batch) {
    if (one.second.empty()) continue;
    together.push_back(&one);
    for (const auto& event : one.second) bytes += event.message.size();
    if (bytes < kMaxCommitBytes && together.size() < kMaxCommitStreams) continue;
    write_or_keep(together);
    together.clear();
    bytes = 0;
  }
  write_or_keep(together);
}

void Logs::write_or_keep(const std::vector<Waiting*>& together) {
  if (together.empty()) return;
  const Status written = write_together(together);
  if (written.ok()) return;
  if (together.size() > 1) {
    // One that cannot be written does not hold back the others.
    for (Waiting* one : together) write_or_keep({one});
    return;
  }
  auto& [target, events] = *together.front();
  log_error("log events could not be written",
            {{"group", target.group}, {"error", written.error().message}});
  write(target.account, target.region, target.group, target.stream, std::move(events));
}

// One commit, and so one sync, for many streams.
Status Logs::write_together(const std::vector<Waiting*>& together) {
  std::vector<Json> groups;
  std::vector<std::string> keys;
  for (const Waiting* one : together) {
    const Target& target = one->first;
    groups.push_back(TRY(ensure_group(*this, target.account, target.region, target.group)));
    keys.push_back(stream_key(id_of(groups.back()), target.stream));
  }
  const auto lock = locks_.lock_all(keys);
  storage::Batch batch;
  std::vector<StreamRef> written;
  for (std::size_t i = 0; i < together.size(); ++i) {
    Json stream = TRY(ensure_stream(*this, groups[i], together[i]->first.stream));
    TRY(append_events(*this, batch, groups[i], stream, together[i]->second));
    written.push_back(stream_ref(groups[i], stream));
  }
  TRY(store_.commit(std::move(batch)));
  for (StreamRef& stream : written) stream_times_.note(std::move(stream));
  return {};
}

}  // namespace fairlead::logs
