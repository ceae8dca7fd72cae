// Store: an ordered, durable map of bytes. Reads see what was committed; a commit returns when it
// is on disk. One commit thread merges the batches that wait into one write and one sync.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::storage {

extern const ErrorCode kStoreDamaged;  // a checksum or format did not hold; nothing was changed
extern const ErrorCode kStoreTooNew;   // written by a newer version; nothing was changed
extern const ErrorCode kStoreBusy;     // another process has the folder open
extern const ErrorCode kStoreFailed;   // the disk refused (full, read-only, I/O error)

// The fixed column families. Which keys live where is documented in docs/formats/keys.md.
enum class Family : std::uint8_t {
  kMeta,     // control-plane documents: small, many kinds
  kItems,    // table items
  kIndexes,  // secondary index entries
  kStreams,  // change records
  kLogs,     // log events, written in bulk and trimmed by age
};
inline constexpr int kFamilies = 5;

class Batch {
 public:
  struct Change {
    enum class Kind : std::uint8_t { kPut, kErase, kEraseRange };
    Kind kind;
    Family family;
    std::string key;
    std::string value;  // kEraseRange: the end of the range, not included
  };
  void put(Family family, std::string key, std::string value);
  void erase(Family family, std::string key);
  void erase_range(Family family, std::string from, std::string to);  // [from, to)
  const std::vector<Change>& changes() const { return changes_; }
  std::vector<Change>&& take() { return std::move(changes_); }
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<Change> changes_;
};

enum class Direction { kForward, kBackward };

// Walks a range in key order (or against it) on a fixed view of the store.
//   for (auto cursor = store.range(f, from, to); cursor->valid(); cursor->next()) …
// A read error ends the walk early: check status() after it.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool valid() const = 0;
  virtual void next() = 0;                     // in the cursor's direction
  virtual std::string_view key() const = 0;    // until next()
  virtual std::string_view value() const = 0;  // until next()
  virtual Status status() const = 0;
};

// A fixed view: reads through it do not see later commits.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  // Keys in [from, to); an empty `to` means to the end of the family.
  virtual std::unique_ptr<Cursor> range(Family family, std::string_view from, std::string_view to,
                                        Direction direction = Direction::kForward) const = 0;
};

// Thread-safe. The Store itself reads the newest committed state.
class Store : public Snapshot {
 public:
  // Parks the caller until the batch is durable (or, with relaxed durability, applied). All of a
  // batch or nothing of it. Batches of one caller are applied in the order of their commits.
  virtual Status commit(Batch batch) = 0;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  // A copy of the store in a new folder, made with hard links where the disk allows it.
  virtual Status backup(const std::string& folder) = 0;
};

enum class Durability { kSync, kRelaxed };

struct StoreOptions {
  Durability durability = Durability::kSync;
  std::size_t cache_bytes = 64 * 1024 * 1024;
};

// Opens or creates. Errors name the folder and say what to do.
Result<std::unique_ptr<Store>> open_store(const std::string& folder, const StoreOptions& options);

// The same contract in memory, for tests and --ephemeral.
std::unique_ptr<Store> make_memory_store();

// The first key that does not start with `prefix`: the `to` of a prefix range ("" if there is
// none).
std::string after_prefix(std::string_view prefix);

}  // namespace fairlead::storage
