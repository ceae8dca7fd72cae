// Insights queries at work: a runner of the app's (a thread) takes them one after the other, newest
// events first, so that no event loop waits for a query. Results live in memory, the last of them
// for as long as there is room; a restart forgets them (on AWS they live for a week).
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "lang/logs/query.h"
#include "services/logs/reader.h"
#include "storage/store.h"

namespace fairlead::logs {

struct QueryGroup {
  std::uint64_t id = 0;
  std::string name;
  std::int64_t oldest_ms = 0;  // what retention still shows
};

struct QueryOrder {
  std::string account, region, text;
  std::vector<QueryGroup> groups;
  Span span;
  std::size_t limit = 10'000;
  std::int64_t created_ms = 0;
};

struct QueryState {
  std::string id, status;  // Scheduled, Running, Complete, Failed, Cancelled, Timeout
  QueryOrder order;
  std::vector<QueryRow> rows;
  std::int64_t matched = 0, scanned = 0, bytes = 0;
};

// Runs a task apart from the caller, one at a time, and returns at once.
using QueryRunner = std::function<void(std::function<void()>)>;

// Thread-safe.
class Queries {
 public:
  Queries(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // Before the first query. Without one, start() runs the query itself (tests).
  void set_runner(QueryRunner runner) { runner_ = std::move(runner); }
  // Those that run end soon, those that wait never begin. Before the runner goes.
  void stop_all();

  // The id. MalformedQueryException; too_many_queries when 30 wait.
  Result<std::string> start(QueryOrder order);
  // Of that account and region; ResourceNotFoundException.
  Result<QueryState> find(const std::string& account, const std::string& region,
                          const std::string& id) const;
  Status stop(const std::string& account, const std::string& region, const std::string& id);
  // Newest first, without their rows.
  std::vector<QueryState> list(const std::string& account, const std::string& region) const;

 private:
  struct Entry {
    QueryState state;
    Query query;
    std::size_t row_bytes = 0;
    bool cancelled = false;
    bool ended() const { return state.status != "Scheduled" && state.status != "Running"; }
  };
  using Shared = std::shared_ptr<Entry>;

  Shared find_entry(const std::string& account, const std::string& region,
                    const std::string& id) const;
  void run(Entry& entry);
  // Reads events into `run` and says how it ended.
  std::string read(Entry& entry, QueryRun& run);
  bool note_progress(Entry& entry, std::int64_t scanned, std::int64_t bytes, std::int64_t matched);
  void end(Entry& entry, const std::string& status, std::vector<QueryRow> rows);
  void forget_old();

  storage::Store& store_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::list<Shared> all_;  // newest first
  QueryRunner runner_;
};

}  // namespace fairlead::logs
