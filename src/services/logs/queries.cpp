// Running queries, and the table of their results.
#include "services/logs/queries.h"

#include <algorithm>

#include "base/ids.h"
#include "services/logs/errors.h"
#include "services/logs/events.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::ptrdiff_t kMaxWaiting = 30;
constexpr std::size_t kMaxKept = 1000, kMaxKeptBytes = 128 * 1024 * 1024;
constexpr std::int64_t kMaxRunMs = 15LL * 60 * 1000;
constexpr std::int64_t kEventsBetweenLooks = 1024;

Result<std::vector<StreamRef>> streams_of(const storage::Snapshot& store, const QueryOrder& order) {
  std::vector<StreamRef> refs;
  for (std::size_t i = 0; i < order.groups.size(); ++i) {
    const std::uint64_t id = order.groups[i].id;
    for (const auto& [key, stream] : TRY(storage::list_documents(store, streams_prefix(id)))) {
      refs.push_back(stream_ref(Json::object({{"id", static_cast<std::int64_t>(id)}}), stream));
      refs.back().group = i;
    }
  }
  return refs;
}

QueryEvent query_event(const QueryOrder& order, const StreamRef& stream, const Event& event) {
  const std::string& group = order.groups[stream.group].name;
  QueryEvent one;
  one.time_ms = event.at.time_ms;
  one.ingested_ms = event.ingested_ms;
  one.message = event.message;
  one.stream = stream.name;
  one.log = order.account + ":" + group;
  one.pointer = event_pointer(stream, event.at);
  one.of_function = group.starts_with("/aws/lambda/");
  return one;
}

}  // namespace

void Queries::stop_all() {
  std::lock_guard lock(mutex_);
  for (const Shared& entry : all_) entry->cancelled = true;
}

Result<std::string> Queries::start(QueryOrder order) {
  Query query = TRY(Query::parse(order.text));
  auto entry = std::make_shared<Entry>(Entry{{}, std::move(query)});
  entry->state.id = uuid_v4();
  entry->state.status = "Scheduled";
  entry->state.order = std::move(order);
  {
    std::lock_guard lock(mutex_);
    const auto waiting =
        std::count_if(all_.begin(), all_.end(), [](const Shared& one) { return !one->ended(); });
    if (waiting >= kMaxWaiting) return too_many_queries();
    all_.push_front(entry);
    forget_old();
  }
  if (runner_) {
    runner_([this, entry] { run(*entry); });
  } else {
    run(*entry);
  }
  return entry->state.id;
}

Queries::Shared Queries::find_entry(const std::string& account, const std::string& region,
                                    const std::string& id) const {
  for (const Shared& entry : all_) {
    const QueryOrder& order = entry->state.order;
    if (entry->state.id == id && order.account == account && order.region == region) return entry;
  }
  return nullptr;
}

Result<QueryState> Queries::find(const std::string& account, const std::string& region,
                                 const std::string& id) const {
  std::lock_guard lock(mutex_);
  const Shared entry = find_entry(account, region, id);
  if (!entry) return no_such_query();
  return entry->state;
}

Status Queries::stop(const std::string& account, const std::string& region, const std::string& id) {
  std::lock_guard lock(mutex_);
  const Shared entry = find_entry(account, region, id);
  if (!entry) return no_such_query();
  if (entry->ended()) return invalid_parameter("The specified query has already ended.");
  entry->cancelled = true;
  entry->state.status = "Cancelled";
  return {};
}

std::vector<QueryState> Queries::list(const std::string& account, const std::string& region) const {
  std::vector<QueryState> states;
  std::lock_guard lock(mutex_);
  for (const Shared& entry : all_) {
    const QueryState& state = entry->state;
    if (state.order.account != account || state.order.region != region) continue;
    states.push_back({state.id, state.status, state.order, {}, 0, 0, 0});
  }
  return states;
}

// The newest stay; what still runs stays in any case.
void Queries::forget_old() {
  std::size_t kept = 0, bytes = 0;
  for (auto entry = all_.begin(); entry != all_.end();) {
    bytes += (*entry)->row_bytes;
    const bool over = ++kept > kMaxKept || (kept > 1 && bytes > kMaxKeptBytes);
    entry = over && (*entry)->ended() ? all_.erase(entry) : std::next(entry);
  }
}

void Queries::run(Entry& entry) {
  {
    std::lock_guard lock(mutex_);
    if (entry.cancelled) return;
    entry.state.status = "Running";
  }
  QueryRun run(entry.query, entry.state.order.limit);
  const std::string status = read(entry, run);
  if (status != "Complete") return end(entry, status, {});
  auto rows = run.finish();
  if (!rows.ok()) return end(entry, "Failed", {});
  end(entry, status, std::move(rows).value());
}

std::string Queries::read(Entry& entry, QueryRun& run) {
  const QueryOrder& order = entry.state.order;  // constant once it has been started
  const std::int64_t deadline_ms = clock_.monotonic_ms() + kMaxRunMs;
  const auto snapshot = store_.snapshot();
  auto streams = streams_of(*snapshot, order);
  if (!streams.ok()) return "Failed";
  MergedReader reader(*snapshot, std::move(streams).value(), order.span,
                      storage::Direction::kBackward);
  std::int64_t scanned = 0, bytes = 0;
  for (; reader.valid() && !run.done(); reader.next()) {
    const Event& event = reader.event();
    if (event.at.time_ms < order.groups[reader.stream().group].oldest_ms) continue;
    ++scanned;
    bytes += static_cast<std::int64_t>(event.message.size());
    if (!run.add(query_event(order, reader.stream(), event)).ok()) return "Failed";
    if (scanned % kEventsBetweenLooks != 0) continue;
    if (!note_progress(entry, scanned, bytes, run.matched())) return "Cancelled";
    if (clock_.monotonic_ms() > deadline_ms) return "Timeout";
  }
  note_progress(entry, scanned, bytes, run.matched());
  return reader.status().ok() ? "Complete" : "Failed";
}

bool Queries::note_progress(Entry& entry, std::int64_t scanned, std::int64_t bytes,
                            std::int64_t matched) {
  std::lock_guard lock(mutex_);
  entry.state.scanned = scanned;
  entry.state.bytes = bytes;
  entry.state.matched = matched;
  return !entry.cancelled;
}

void Queries::end(Entry& entry, const std::string& status, std::vector<QueryRow> rows) {
  std::size_t bytes = 0;
  for (const QueryRow& row : rows) {
    for (const auto& [name, value] : row) bytes += name.size() + value.size() + 64;
  }
  std::lock_guard lock(mutex_);
  if (entry.cancelled) return;
  entry.state.status = status;
  entry.state.rows = std::move(rows);
  entry.row_bytes = bytes;
  forget_old();
}

}  // namespace fairlead::logs
