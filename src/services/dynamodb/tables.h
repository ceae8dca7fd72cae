// Tables: every table of every account and region, kept in memory behind a lock and in the store.
#pragma once

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/context.h"
#include "services/dynamodb/streams.h"
#include "services/dynamodb/table.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

// Held while a write goes by a table's schema; a schema change waits for it.
class WriteTicket {
 public:
  explicit WriteTicket(TablePointer table) : table_(std::move(table)) {}
  WriteTicket(WriteTicket&& other) noexcept = default;
  WriteTicket& operator=(WriteTicket&&) = delete;
  ~WriteTicket() {
    if (table_) table_->gate->leave();
  }
  const Table& operator*() const { return *table_; }
  const Table* operator->() const { return table_.get(); }

 private:
  TablePointer table_;
};

class Tables {
 public:
  Tables(storage::Store& store, Streams& streams) : store_(store), streams_(streams) {}

  // Data plane: "Requested resource not found".
  Result<TablePointer> find(const platform::Context& cx, const std::string& name);
  Result<WriteTicket> open_for_write(const platform::Context& cx, const std::string& name);
  // Several at once, in the order of `names`. Never waits for one while holding another.
  Result<std::vector<WriteTicket>> open_all_for_write(const platform::Context& cx,
                                                      const std::vector<std::string>& names);
  // Control plane: "Requested resource not found: Table: x not found".
  Result<TablePointer> describe(const platform::Context& cx, const std::string& name);
  // Null when there is none; errors of the store only.
  Result<TablePointer> look_up(const std::string& account, const std::string& region,
                               const std::string& name);

  // Names after `after` in order, at most `limit`.
  Result<std::vector<std::string>> names(const platform::Context& cx, std::string_view after,
                                         std::size_t limit);
  Result<std::vector<TablePointer>> all();

  // Each of these is durable when it returns. They wait for each other on one table.
  Result<TablePointer> create(Table table);  // kResourceInUse when the name is taken
  // `change` makes the new version from the current one. After it is published, no writer goes by
  // the old one; `then` (may be empty) runs at that point, before the next change of this table.
  using Changer = std::function<Status(Table& next)>;
  using Then = std::function<Status(const Table& next)>;
  Result<TablePointer> change(const platform::Context& cx, const std::string& name,
                              const Changer& changer, const Then& then = {});
  // `check` may refuse. The last version is returned; its data is gone.
  Result<TablePointer> erase(const platform::Context& cx, const std::string& name,
                             const std::function<Status(const Table&)>& check);

  // Adds to a table's counts, and to `batch` when their record is due.
  void count(const Table& table, std::int64_t items, std::int64_t bytes, std::int64_t now_ms,
             storage::Batch& batch);

 private:
  static std::string place(const std::string& account, const std::string& region,
                           const std::string& name);
  TablePointer cached(const std::string& place);
  void publish(const std::string& place, TablePointer table);
  Result<TablePointer> load(const std::string& place);  // with the table's lock held

  storage::Store& store_;
  Streams& streams_;
  storage::KeyLocks locks_{64};
  std::shared_mutex mutex_;  // held for a look-up or an insertion, never across a wait
  std::unordered_map<std::string, TablePointer> tables_;
};

}  // namespace fairlead::dynamodb
