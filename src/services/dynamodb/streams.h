// Streams: every stream of every account and region, the enabled ones and those that were disabled
// less than a day ago. All of them are in memory; the store has a record of each.
//
// A table's record and its stream's change in one batch: `stage…` adds to the batch of the table,
// `publish` and `end` follow when it is durable.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "services/dynamodb/stream.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

struct Table;

class Streams {
 public:
  Streams(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // A new stream for a table; nobody finds it before `publish`.
  Result<StreamPointer> make(const Table& table, StreamView view);
  void stage(const Stream& stream, storage::Batch& batch) const;
  void publish(const StreamPointer& stream);

  // Disabled as of now; the caller closes the stream when its last writer has left.
  std::int64_t stage_end(const Stream& stream, storage::Batch& batch) const;

  Result<StreamPointer> find(const std::string& arn);  // null when there is none
  // By ARN after `after`, at most `limit`; of one table when `table` is not empty.
  Result<std::vector<StreamPointer>> list(const std::string& account, const std::string& region,
                                          const std::string& table, const std::string& after,
                                          std::size_t limit);

  // Erases records that are older than a day, a range for each stream, and forgets streams that
  // were disabled a day ago. How many streams it changed.
  Result<std::size_t> trim();

 private:
  Status load();  // once
  Result<StreamPointer> read(const Json& document);
  Result<bool> trim(Stream& stream, std::int64_t now_ms);
  Status forget(const Stream& stream);

  storage::Store& store_;
  Clock& clock_;
  std::mutex mutex_;  // never held across a wait (reading the store is none)
  bool loaded_ = false;
  std::map<std::string, StreamPointer> streams_;  // by ARN
};

}  // namespace fairlead::dynamodb
