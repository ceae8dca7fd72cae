// The store's contract in memory: every key keeps the versions that a living snapshot can see.
#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "base/check.h"
#include "storage/store.h"

namespace fairlead::storage {

namespace {

struct Version {
  std::uint64_t sequence;
  std::shared_ptr<const std::string> value;  // null: erased
};
using Versions = std::vector<Version>;  // oldest first
using Map = std::map<std::string, Versions, std::less<>>;

constexpr std::uint64_t kNewest = UINT64_MAX;

const Version* visible(const Versions& versions, std::uint64_t sequence) {
  for (auto at = versions.rbegin(); at != versions.rend(); ++at) {
    if (at->sequence <= sequence) return at->value ? &*at : nullptr;
  }
  return nullptr;
}

struct Pair {
  std::string key;
  std::shared_ptr<const std::string> value;
};

// The maps and which sequences are being looked at.
class Core {
 public:
  std::shared_ptr<const std::string> find(Family family, std::string_view key,
                                          std::uint64_t sequence) const {
    std::shared_lock lock(mutex_);
    const Map& map = maps_[static_cast<int>(family)];
    const auto found = map.find(key);
    if (found == map.end()) return nullptr;
    const Version* version = visible(found->second, sequence);
    return version ? version->value : nullptr;
  }

  void apply(const std::vector<Batch::Change>& changes);

  std::uint64_t pin() {
    std::unique_lock lock(mutex_);
    pinned_.insert(sequence_);
    return sequence_;
  }

  void unpin(std::uint64_t sequence) {
    std::unique_lock lock(mutex_);
    pinned_.erase(pinned_.find(sequence));
    forget();
  }

  // Up to `limit` visible pairs in [from, to), from whichever end the direction starts.
  std::vector<Pair> read(Family family, std::string_view from, std::string_view to,
                         Direction direction, std::uint64_t sequence, std::size_t limit) const;

 private:
  void write(Map& map, Family family, Map::iterator at, std::shared_ptr<const std::string> value);
  void forget();

  struct Superseded {
    std::uint64_t sequence;
    Family family;
    std::string key;
  };

  mutable std::shared_mutex mutex_;
  Map maps_[kFamilies];
  std::uint64_t sequence_ = 0;
  std::multiset<std::uint64_t> pinned_;
  std::deque<Superseded> superseded_;  // keys with old versions or erasures, by sequence
};

void Core::write(Map& map, Family family, Map::iterator at,
                 std::shared_ptr<const std::string> value) {
  Versions& versions = at->second;
  if (pinned_.empty()) {  // nobody looks back: one version is enough
    if (value) {
      versions.assign(1, {sequence_, std::move(value)});
    } else {
      map.erase(at);
    }
    return;
  }
  if (!versions.empty() && versions.back().sequence == sequence_) {
    versions.back().value = std::move(value);  // twice in one batch
  } else {
    versions.push_back({sequence_, std::move(value)});
  }
  superseded_.push_back({sequence_, family, at->first});
}

void Core::apply(const std::vector<Batch::Change>& changes) {
  std::unique_lock lock(mutex_);
  ++sequence_;
  for (const Batch::Change& change : changes) {
    Map& map = maps_[static_cast<int>(change.family)];
    switch (change.kind) {
      case Batch::Change::Kind::kPut:
        write(map, change.family, map.try_emplace(change.key).first,
              std::make_shared<const std::string>(change.value));
        break;
      case Batch::Change::Kind::kErase: {
        const auto at = map.find(change.key);
        if (at != map.end()) write(map, change.family, at, nullptr);
        break;
      }
      case Batch::Change::Kind::kEraseRange: {
        auto at = map.lower_bound(change.key);
        while (at != map.end() && at->first < change.value) {
          write(map, change.family, at++, nullptr);
        }
        break;
      }
    }
  }
}

// Drops the versions that no living snapshot can see any more.
void Core::forget() {
  const std::uint64_t oldest = pinned_.empty() ? kNewest : *pinned_.begin();
  while (!superseded_.empty() && superseded_.front().sequence <= oldest) {
    const Superseded entry = std::move(superseded_.front());
    superseded_.pop_front();
    Map& map = maps_[static_cast<int>(entry.family)];
    const auto at = map.find(entry.key);
    if (at == map.end()) continue;
    Versions& versions = at->second;
    const auto newer = std::find_if(versions.begin(), versions.end(),
                                    [&](const Version& v) { return v.sequence > oldest; });
    if (newer != versions.begin()) {
      auto keep = newer - 1;  // what the oldest snapshot sees
      if (!keep->value) ++keep;
      versions.erase(versions.begin(), keep);
    }
    if (versions.empty()) map.erase(at);
  }
}

std::vector<Pair> Core::read(Family family, std::string_view from, std::string_view to,
                             Direction direction, std::uint64_t sequence, std::size_t limit) const {
  std::vector<Pair> pairs;
  if (!to.empty() && from >= to) return pairs;
  std::shared_lock lock(mutex_);
  const Map& map = maps_[static_cast<int>(family)];
  auto first = map.lower_bound(from);
  auto last = to.empty() ? map.end() : map.lower_bound(to);
  while (first != last && pairs.size() < limit) {
    const auto at = direction == Direction::kForward ? first++ : --last;
    if (const Version* version = visible(at->second, sequence)) {
      pairs.push_back({at->first, version->value});
    }
  }
  return pairs;
}

// Keeps one sequence visible for as long as it lives.
class Pin {
 public:
  explicit Pin(std::shared_ptr<Core> core) : core_(std::move(core)), sequence_(core_->pin()) {}
  ~Pin() { core_->unpin(sequence_); }
  Pin(const Pin&) = delete;
  Core& core() const { return *core_; }
  std::uint64_t sequence() const { return sequence_; }

 private:
  std::shared_ptr<Core> core_;
  std::uint64_t sequence_;
};

class MemoryCursor : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<const Pin> pin, Family family, std::string_view from,
               std::string_view to, Direction direction)
      : pin_(std::move(pin)), family_(family), from_(from), to_(to), direction_(direction) {
    fill();
  }

  bool valid() const override { return at_ < chunk_.size(); }
  void next() override {
    CHECK(valid());
    if (++at_ < chunk_.size() || last_) return;
    if (direction_ == Direction::kForward) {
      from_ = chunk_.back().key + '\0';
    } else {
      to_ = chunk_.back().key;
      if (to_.empty()) {  // the smallest key there is; an empty `to` would mean "no end"
        chunk_.clear();
        at_ = 0;
        return;
      }
    }
    fill();
  }
  std::string_view key() const override { return chunk_[at_].key; }
  std::string_view value() const override { return *chunk_[at_].value; }
  Status status() const override { return {}; }

 private:
  static constexpr std::size_t kChunk = 64;

  void fill() {
    chunk_ = pin_->core().read(family_, from_, to_, direction_, pin_->sequence(), kChunk);
    at_ = 0;
    last_ = chunk_.size() < kChunk;
  }

  std::shared_ptr<const Pin> pin_;
  Family family_;
  std::string from_, to_;
  Direction direction_;
  std::vector<Pair> chunk_;
  std::size_t at_ = 0;
  bool last_ = false;
};

std::optional<std::string> copy_of(const std::shared_ptr<const std::string>& value) {
  if (!value) return std::nullopt;
  return *value;
}

class MemorySnapshot : public Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<const Pin> pin) : pin_(std::move(pin)) {}

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return copy_of(pin_->core().find(family, key, pin_->sequence()));
  }
  std::unique_ptr<Cursor> range(Family family, std::string_view from, std::string_view to,
                                Direction direction) const override {
    return std::make_unique<MemoryCursor>(pin_, family, from, to, direction);
  }

 private:
  std::shared_ptr<const Pin> pin_;
};

class MemoryStore : public Store {
 public:
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return copy_of(core_->find(family, key, kNewest));
  }
  std::unique_ptr<Cursor> range(Family family, std::string_view from, std::string_view to,
                                Direction direction) const override {
    return std::make_unique<MemoryCursor>(std::make_shared<const Pin>(core_), family, from, to,
                                          direction);
  }
  Status commit(Batch batch) override {
    core_->apply(batch.changes());
    return {};
  }
  std::shared_ptr<const Snapshot> snapshot() const override {
    return std::make_shared<const MemorySnapshot>(std::make_shared<const Pin>(core_));
  }
  Status backup(const std::string&) override {
    return Error{&kStoreFailed, "A store in memory cannot be backed up.", {}};
  }

 private:
  std::shared_ptr<Core> core_ = std::make_shared<Core>();
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace fairlead::storage
