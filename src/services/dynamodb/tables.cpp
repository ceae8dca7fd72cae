// The cache and the records. A record is read once, under the table's lock, so that a reader that
// comes late cannot bring back what was just deleted.
#include "services/dynamodb/tables.h"

#include <mutex>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_keys.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::dynamodb {

namespace {

using storage::Family;

constexpr std::string_view kTablePrefix = "dynamodb/table/";
constexpr std::string_view kCountPrefix = "dynamodb/count/";
constexpr std::int64_t kCountIntervalMs = 1000;

std::string count_key(const Table& table) {
  return storage::KeyWriter(kCountPrefix).number(table.number).take();
}

// What a new version of a table means for its streams, in the batch of the table's record.
class StreamChange {
 public:
  StreamChange(Streams& streams, StreamPointer before, StreamPointer after, storage::Batch& batch)
      : streams_(streams) {
    if (before == after) return;
    ended_ = std::move(before);
    made_ = std::move(after);
    if (made_) streams_.stage(*made_, batch);
    if (ended_) ended_ms_ = streams_.stage_end(*ended_, batch);
  }

  void committed() {
    if (made_) streams_.publish(made_);
    if (ended_) ended_->disabled_ms = ended_ms_;
  }

  void writers_left() {
    if (ended_) ended_->close();
  }

 private:
  Streams& streams_;
  StreamPointer made_, ended_;
  std::int64_t ended_ms_ = 0;
};

}  // namespace

std::string Tables::place(const std::string& account, const std::string& region,
                          const std::string& name) {
  return storage::KeyWriter(kTablePrefix).text(account).text(region).text(name).take();
}

TablePointer Tables::cached(const std::string& place) {
  std::shared_lock lock(mutex_);
  auto found = tables_.find(place);
  return found == tables_.end() ? nullptr : found->second;
}

void Tables::publish(const std::string& place, TablePointer table) {
  std::unique_lock lock(mutex_);
  if (table) {
    tables_[place] = std::move(table);
  } else {
    tables_.erase(place);
  }
}

Result<TablePointer> Tables::load(const std::string& place) {
  if (TablePointer table = cached(place)) return table;
  auto document = TRY(storage::get_document(store_, place));
  if (!document) return TablePointer();
  Table read = table_from_document(*document);
  if (names_enabled_stream(*document)) read.stream = TRY(streams_.find(read.latest_stream_arn()));
  auto table = std::make_shared<const Table>(std::move(read));
  auto counts = TRY(storage::get_document(store_, count_key(*table)));
  if (counts) {
    table->statistics->items = (*counts)["items"].int_or(0);
    table->statistics->bytes = (*counts)["bytes"].int_or(0);
  }
  publish(place, table);
  return TablePointer(table);
}

Result<TablePointer> Tables::look_up(const std::string& account, const std::string& region,
                                     const std::string& name) {
  const std::string key = place(account, region, name);
  if (TablePointer table = cached(key)) return table;
  auto guard = locks_.lock(key);
  return load(key);
}

Result<TablePointer> Tables::find(const platform::Context& cx, const std::string& name) {
  TablePointer table = TRY(look_up(cx.account, cx.region, name));
  if (!table) return data_table_not_found();
  return table;
}

Result<TablePointer> Tables::describe(const platform::Context& cx, const std::string& name) {
  TablePointer table = TRY(look_up(cx.account, cx.region, name));
  if (!table) return table_not_found(name);
  return table;
}

Result<WriteTicket> Tables::open_for_write(const platform::Context& cx, const std::string& name) {
  std::vector<WriteTicket> tickets = TRY(open_all_for_write(cx, {name}));
  return std::move(tickets.front());
}

// Looking a table up may wait for a change of it, and a change waits for tickets: so all are looked
// up first, and entering, which never waits, starts over when a newer version came in between.
Result<std::vector<WriteTicket>> Tables::open_all_for_write(const platform::Context& cx,
                                                            const std::vector<std::string>& names) {
  for (;;) {
    std::vector<TablePointer> tables;
    for (const std::string& name : names) tables.push_back(TRY(find(cx, name)));
    std::vector<WriteTicket> tickets;
    for (TablePointer& table : tables) {
      if (!table->gate->enter()) break;
      tickets.emplace_back(std::move(table));
    }
    if (tickets.size() == names.size()) return tickets;
  }
}

Result<std::vector<std::string>> Tables::names(const platform::Context& cx, std::string_view after,
                                               std::size_t limit) {
  const std::string prefix =
      storage::KeyWriter(kTablePrefix).text(cx.account).text(cx.region).take();
  std::string from = prefix;
  if (!after.empty()) from = storage::KeyWriter(prefix).text(after).take() + '\0';
  std::vector<std::string> names;
  auto cursor = store_.range(Family::kMeta, from, storage::after_prefix(prefix));
  for (; cursor->valid() && names.size() < limit; cursor->next()) {
    auto name = storage::KeyReader(cursor->key(), prefix).text();
    if (name) names.push_back(std::move(*name));
  }
  TRY(cursor->status());
  return names;
}

Result<std::vector<TablePointer>> Tables::all() {
  std::vector<TablePointer> tables;
  for (auto& [key, document] : TRY(storage::list_documents(store_, kTablePrefix))) {
    const Table table = table_from_document(document);
    if (auto found = TRY(look_up(table.account, table.region, table.name))) tables.push_back(found);
  }
  return tables;
}

Result<TablePointer> Tables::create(Table table) {
  const std::string key = place(table.account, table.region, table.name);
  auto guard = locks_.lock(key);
  if (TRY(load(key))) return table_exists(table.name);
  storage::Batch batch;
  storage::put_document(batch, key, table_document(table));
  StreamChange stream(streams_, nullptr, table.stream, batch);
  TRY(store_.commit(std::move(batch)));
  stream.committed();
  TablePointer created = std::make_shared<const Table>(std::move(table));
  publish(key, created);
  return created;
}

Result<TablePointer> Tables::change(const platform::Context& cx, const std::string& name,
                                    const Changer& changer, const Then& then) {
  const std::string key = place(cx.account, cx.region, name);
  auto guard = locks_.lock(key);
  TablePointer current = TRY(load(key));
  if (!current) return table_not_found(name);
  Table next = current->next_version();
  TRY(changer(next));
  storage::Batch batch;
  storage::put_document(batch, key, table_document(next));
  StreamChange stream(streams_, current->stream, next.stream, batch);
  TRY(store_.commit(std::move(batch)));
  stream.committed();
  TablePointer published = std::make_shared<const Table>(std::move(next));
  publish(key, published);
  current->gate->close_and_wait();
  stream.writers_left();
  if (then) TRY(then(*published));
  return published;
}

Result<TablePointer> Tables::erase(const platform::Context& cx, const std::string& name,
                                   const std::function<Status(const Table&)>& check) {
  const std::string key = place(cx.account, cx.region, name);
  auto guard = locks_.lock(key);
  TablePointer current = TRY(load(key));
  if (!current) return table_not_found(name);
  TRY(check(*current));
  storage::Batch record;
  record.erase(Family::kMeta, key);
  record.erase(Family::kMeta, count_key(*current));
  StreamChange stream(streams_, current->stream, nullptr, record);
  TRY(store_.commit(std::move(record)));
  stream.committed();
  publish(key, nullptr);
  current->gate->close_and_wait();
  stream.writers_left();
  // The number is never used again, so a crash before this leaves bytes that nobody can reach.
  storage::Batch data;
  const std::string prefix = walk_prefix(*current, nullptr);
  data.erase_range(Family::kItems, prefix, storage::after_prefix(prefix));
  data.erase_range(Family::kIndexes, prefix, storage::after_prefix(prefix));
  data.erase(Family::kMeta, count_key(*current));
  TRY(store_.commit(std::move(data)));
  return current;
}

void Tables::count(const Table& table, std::int64_t items, std::int64_t bytes, std::int64_t now_ms,
                   storage::Batch& batch) {
  TableStatistics& statistics = *table.statistics;
  const std::int64_t total_items = statistics.items += items;
  const std::int64_t total_bytes = statistics.bytes += bytes;
  std::int64_t saved = statistics.saved_ms.load();
  if (now_ms - saved < kCountIntervalMs) return;
  if (!statistics.saved_ms.compare_exchange_strong(saved, now_ms)) return;
  storage::put_document(batch, count_key(table),
                        Json::object({{"items", total_items}, {"bytes", total_bytes}}));
}

}  // namespace fairlead::dynamodb
