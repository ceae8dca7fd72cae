// Outbox: work that was promised, kept in the store until it is done. An entry is written in one
// batch with whatever else the promise changes, waits until it is due, is leased to whoever works
// on it, and is then done or put off. A crash gives every lease back: at least once.
//
// Entries stand in lanes (a function, a queue), each ordered by due time. The rows that say what is
// due are apart from the bodies, so that putting off an entry does not write its body again. The
// bytes are described in docs/formats/outbox.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::storage {

extern const ErrorCode kOutboxFull;  // the bound of entries or of bytes is reached; nothing changed

// Thread-safe, but one taker a lane at a time. The store must outlive it.
class Outbox {
 public:
  struct Limits {
    std::size_t entries = 200'000;
    std::uint64_t bytes = std::uint64_t{2} << 30;  // of bodies, notes and lanes' names
  };
  // `name`: of this box among those of the store.
  Outbox(Store& store, std::string name, Limits limits);
  Outbox(Store& store, std::string name) : Outbox(store, std::move(name), Limits()) {}

  // Once, before anything else: counts what an earlier run left. `now_ms`: wall clock.
  Status open(std::int64_t now_ms);

  struct Draft {
    std::string lane;
    std::string body;                     // never changes
    std::string note;                     // small; rewritten each time the entry is put off
    std::int64_t due_ms = 0, now_ms = 0;  // wall clock
  };
  // Ok: the entry and everything in `with` are durable. kOutboxFull, or the store's error.
  Status put(Draft draft, Batch with = {});

  struct Entry {
    std::uint64_t id = 0;
    std::string lane, note, body;
    std::int64_t due_ms = 0, entered_ms = 0;
    std::uint32_t attempts = 0;  // how often it was put off
  };
  // Up to `most` entries of the lane that are due and not leased, the longest due first; leases
  // them. Entries whose bytes are damaged stay where they are, are logged once and passed over.
  Result<std::vector<Entry>> take(const std::string& lane, std::int64_t now_ms, std::size_t most);

  // Each lease ends with one of these. An error leaves the lease as it is.
  Status done(const Entry& entry, Batch with = {});
  Status put_off(const Entry& entry, std::int64_t due_ms, std::string note, Batch with = {});
  void give_back(const Entry& entry);  // due as before

  // Lanes with something due that is not leased.
  std::vector<std::string> due_lanes(std::int64_t now_ms) const;
  // When the next entry that is not leased becomes due, of the lanes that have nothing due at
  // `after_ms`; INT64_MAX: never.
  std::int64_t next_due_ms(std::int64_t after_ms = INT64_MIN) const;

  struct Counts {
    std::size_t entries = 0, leased = 0;
    std::uint64_t bytes = 0;
  };
  Counts counts() const;

 private:
  using Spot = std::pair<std::int64_t, std::uint64_t>;  // due, id: the order of a lane
  struct Lane {
    std::size_t entries = 0;
    Spot floor{0, 0};          // rows up to here are leased or damaged
    std::int64_t next_ms = 0;  // nothing free is due before
    // The lowest row that was offered since the last scan began, which may not have seen it.
    Spot offered{0, 1};
  };
  struct Row;
  enum class Reading { kWell, kGone, kDamaged };

  std::string row_key(const std::string& lane, Spot spot) const;
  std::string lane_prefix(const std::string& lane) const;
  std::string body_key(std::uint64_t id) const;
  Status count_row(std::string_view key, std::string_view value);
  Status reserve(const Draft& draft, std::uint64_t bytes);
  void release(const std::string& lane, std::uint64_t bytes);
  void offer(const std::string& lane, Spot spot);  // a row that may be taken; needs the lock
  Result<std::vector<Spot>> scan(const std::string& lane, Spot from, std::int64_t now_ms,
                                 std::size_t most, std::int64_t& next_ms) const;
  void scanned(Lane& lane, const std::vector<Spot>& rows, std::int64_t next_ms);
  Reading read(const std::string& lane, Spot spot, Entry& entry) const;
  std::vector<Spot> lease(const std::vector<Spot>& rows);  // needs the lock
  void unlease(Spot spot, Reading why);

  Store& store_;
  const std::string name_;
  const Limits limits_;

  mutable std::mutex mutex_;  // of everything below; never held across a commit
  std::unordered_map<std::string, Lane> lanes_;
  std::unordered_set<std::uint64_t> leased_;
  std::unordered_set<std::uint64_t> damaged_;
  std::size_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace fairlead::storage
