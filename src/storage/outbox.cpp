// Rows and bodies of an outbox, and the bookkeeping that finds what is due without looking at what
// is not: each lane remembers up to where its rows are taken and when the next one is due.
#include "storage/outbox.h"

#include <algorithm>
#include <optional>

#include "base/hashes.h"
#include "base/log.h"
#include "storage/keys.h"

namespace fairlead::storage {

const ErrorCode kOutboxFull{"OutboxFull", 503};

namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHead = 5;  // version, checksum
constexpr std::string_view kRows = "ob/r/";
constexpr std::string_view kBodies = "ob/b/";

// One byte of version, four of CRC-32C (little-endian), then the bytes.
std::string sealed(std::string_view bytes) {
  std::string out(kHead, '\0');
  out += bytes;
  const std::uint32_t sum = crc32c(bytes);
  out[0] = kVersion;
  for (int i = 0; i < 4; ++i) out[1 + i] = static_cast<char>(sum >> (8 * i));
  return out;
}

std::optional<std::string_view> unsealed(std::string_view bytes) {
  if (bytes.size() < kHead || bytes[0] != kVersion) return std::nullopt;
  std::uint32_t sum = 0;
  for (int i = 4; i >= 1; --i) sum = sum << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(kHead);
  if (crc32c(bytes) != sum) return std::nullopt;
  return bytes;
}

std::uint64_t unsigned_ms(std::int64_t ms) { return ms < 0 ? 0 : static_cast<std::uint64_t>(ms); }

}  // namespace

// The value of a row: when it was entered, how often put off, how long its body is, the note.
struct Outbox::Row {
  std::uint64_t entered_ms = 0, attempts = 0, body_bytes = 0;
  std::string note;

  std::string encode() const {
    return sealed(
        KeyWriter("").number(entered_ms).number(attempts).number(body_bytes).raw(note).take());
  }
  static std::optional<Row> decode(std::string_view value) {
    const auto bytes = unsealed(value);
    if (!bytes) return std::nullopt;
    KeyReader reader(*bytes, "");
    const auto entered = reader.number(), attempts = reader.number(), length = reader.number();
    if (!entered || !attempts || !length) return std::nullopt;
    return Row{*entered, *attempts, *length, std::string(reader.rest())};
  }
};

struct Outbox::Found {
  Spot spot;
  std::optional<Row> row;  // nothing: damaged
};

Outbox::Outbox(Store& store, std::string name, Limits limits)
    : store_(store), name_(std::move(name)), limits_(limits) {}

std::string Outbox::lane_prefix(const std::string& lane) const {
  return KeyWriter(kRows).text(name_).text(lane).take();
}
std::string Outbox::row_key(const std::string& lane, Spot spot) const {
  return KeyWriter(lane_prefix(lane)).number(unsigned_ms(spot.first)).number(spot.second).take();
}
std::string Outbox::body_key(std::uint64_t id) const {
  return KeyWriter(kBodies).text(name_).number(id).take();
}

Status Outbox::open(std::int64_t now_ms) {
  last_id_ = unsigned_ms(now_ms) << 20;  // ids of different runs do not meet
  const std::string prefix = KeyWriter(kRows).text(name_).take();
  const auto cursor = store_.range(Family::kMeta, prefix, after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) TRY(count_row(cursor->key(), cursor->value()));
  return cursor->status();
}

Status Outbox::count_row(std::string_view key, std::string_view value) {
  KeyReader reader(key, kRows);
  (void)reader.text();
  const auto lane = reader.text();
  const auto due = reader.number(), id = reader.number();
  if (!lane || !due || !id) {
    return Error{&kStoreDamaged, "A key of the outbox " + name_ + " is damaged.", {}};
  }
  const auto row = Row::decode(value);
  const std::uint64_t bytes = row ? row->body_bytes + row->note.size() + lane->size() : 0;
  std::lock_guard lock(mutex_);
  lanes_[*lane].entries += 1;
  entries_ += 1;
  bytes_ += bytes;
  last_id_ = std::max(last_id_, *id);
  return {};
}

// Counts the entry in before it is written, so that the bounds hold whoever writes at once.
Status Outbox::reserve(const Draft& draft, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  if (entries_ >= limits_.entries || bytes_ + bytes > limits_.bytes) {
    return Error{&kOutboxFull, "Too many events wait in " + name_ + "; try again later.", {}};
  }
  entries_ += 1;
  bytes_ += bytes;
  const auto [lane, made] = lanes_.try_emplace(draft.lane);
  if (made) lane->second.next_ms = INT64_MAX;
  lane->second.entries += 1;
  return {};
}

void Outbox::release(const std::string& lane, std::uint64_t bytes) {
  entries_ -= 1;
  bytes_ -= std::min(bytes, bytes_);
  const auto found = lanes_.find(lane);
  if (found != lanes_.end() && --found->second.entries == 0) lanes_.erase(found);
}

void Outbox::offer(const std::string& lane, Spot spot) {
  Lane& of = lanes_[lane];
  of.next_ms = std::min(of.next_ms, spot.first);
  if (spot > of.floor) return;
  of.floor = {spot.first, spot.second - 1};
  of.lowered += 1;
}

Status Outbox::put(Draft draft, Batch with) {
  const std::uint64_t bytes = draft.body.size() + draft.note.size() + draft.lane.size();
  TRY(reserve(draft, bytes));
  Spot spot{draft.due_ms, 0};
  {
    std::lock_guard lock(mutex_);
    spot.second = ++last_id_;
  }
  const Row row{unsigned_ms(draft.now_ms), 0, draft.body.size(), std::move(draft.note)};
  with.put(Family::kMeta, row_key(draft.lane, spot), row.encode());
  with.put(Family::kMeta, body_key(spot.second), sealed(draft.body));
  const Status committed = store_.commit(std::move(with));
  std::lock_guard lock(mutex_);
  if (!committed.ok()) {
    release(draft.lane, bytes);
    return Error(committed.error());
  }
  offer(draft.lane, spot);
  return {};
}

// Rows beyond `from` that are due, at most `most` that are not leased; `next_ms` becomes the due
// time of the first row that was left.
Result<std::vector<Outbox::Found>> Outbox::scan(const std::string& lane, Spot from,
                                                std::int64_t now_ms, std::size_t most,
                                                std::int64_t& next_ms) const {
  const std::string prefix = lane_prefix(lane);
  std::vector<Found> found;
  next_ms = INT64_MAX;
  const auto cursor = store_.range(Family::kMeta, row_key(lane, {from.first, from.second + 1}),
                                   after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    KeyReader reader(cursor->key(), prefix);
    const auto due = reader.number(), id = reader.number();
    if (!due || !id) continue;
    const Spot spot{static_cast<std::int64_t>(*due), *id};
    if (spot.first > now_ms || found.size() == most) {
      next_ms = spot.first;
      break;
    }
    found.push_back({spot, Row::decode(cursor->value())});
  }
  TRY(cursor->status());
  return found;
}

bool Outbox::read_body(Entry& entry, std::uint64_t bytes) const {
  const auto stored = store_.get(Family::kMeta, body_key(entry.id));
  if (!stored.ok() || !*stored) return false;
  const auto body = unsealed(**stored);
  if (!body || body->size() != bytes) return false;
  entry.body = *body;
  return true;
}

Result<std::vector<Outbox::Entry>> Outbox::take(const std::string& lane, std::int64_t now_ms,
                                                std::size_t most) {
  std::vector<Entry> taken;
  while (most > 0) {
    Spot from;
    std::uint64_t lowered = 0;
    {
      std::lock_guard lock(mutex_);
      const auto found = lanes_.find(lane);
      if (found == lanes_.end()) return taken;
      from = found->second.floor;
      lowered = found->second.lowered;
    }
    std::int64_t next_ms = 0;
    std::vector<Found> rows = TRY(scan(lane, from, now_ms, most, next_ms));
    std::vector<Found> mine;
    {
      std::lock_guard lock(mutex_);
      const auto found = lanes_.find(lane);
      if (found == lanes_.end()) return taken;
      for (Found& row : rows) {
        if (damaged_.contains(row.spot.second)) continue;
        if (leased_.insert(row.spot.second).second) mine.push_back(std::move(row));
      }
      if (found->second.lowered == lowered) {
        if (!rows.empty()) found->second.floor = rows.back().spot;
        found->second.next_ms = next_ms;
      }
    }
    for (Found& row : mine) {
      Entry entry{row.spot.second, lane, {}, {}, row.spot.first, 0, 0};
      if (!row.row || !read_body(entry, row.row->body_bytes)) {
        log_error("a waiting event is damaged and is left where it is",
                  {{"outbox", name_}, {"lane", lane}, {"id", std::to_string(entry.id)}});
        std::lock_guard lock(mutex_);
        leased_.erase(entry.id);
        damaged_.insert(entry.id);
        continue;
      }
      entry.note = std::move(row.row->note);
      entry.entered_ms = static_cast<std::int64_t>(row.row->entered_ms);
      entry.attempts = static_cast<std::uint32_t>(row.row->attempts);
      taken.push_back(std::move(entry));
    }
    // All that was found may have been leased already (the floor had gone down): look further.
    if (!taken.empty() || rows.empty()) break;
  }
  return taken;
}

Status Outbox::done(const Entry& entry, Batch with) {
  with.erase(Family::kMeta, row_key(entry.lane, {entry.due_ms, entry.id}));
  with.erase(Family::kMeta, body_key(entry.id));
  TRY(store_.commit(std::move(with)));
  std::lock_guard lock(mutex_);
  leased_.erase(entry.id);
  release(entry.lane, entry.body.size() + entry.note.size() + entry.lane.size());
  return {};
}

Status Outbox::put_off(const Entry& entry, std::int64_t due_ms, std::string note, Batch with) {
  const std::uint64_t note_bytes = note.size();
  const Row row{unsigned_ms(entry.entered_ms), entry.attempts + std::uint64_t{1}, entry.body.size(),
                std::move(note)};
  const Spot spot{due_ms, entry.id};
  with.erase(Family::kMeta, row_key(entry.lane, {entry.due_ms, entry.id}));
  with.put(Family::kMeta, row_key(entry.lane, spot), row.encode());
  TRY(store_.commit(std::move(with)));
  std::lock_guard lock(mutex_);
  bytes_ += note_bytes;
  bytes_ -= std::min<std::uint64_t>(bytes_, entry.note.size());
  leased_.erase(entry.id);
  offer(entry.lane, spot);
  return {};
}

void Outbox::give_back(const Entry& entry) {
  std::lock_guard lock(mutex_);
  leased_.erase(entry.id);
  offer(entry.lane, {entry.due_ms, entry.id});
}

std::vector<std::string> Outbox::due_lanes(std::int64_t now_ms) const {
  std::vector<std::string> due;
  std::lock_guard lock(mutex_);
  for (const auto& [name, lane] : lanes_) {
    if (lane.next_ms <= now_ms) due.push_back(name);
  }
  return due;
}

std::int64_t Outbox::next_due_ms() const {
  std::int64_t next_ms = INT64_MAX;
  std::lock_guard lock(mutex_);
  for (const auto& [name, lane] : lanes_) next_ms = std::min(next_ms, lane.next_ms);
  return next_ms;
}

Outbox::Counts Outbox::counts() const {
  std::lock_guard lock(mutex_);
  return {entries_, leased_.size(), bytes_};
}

}  // namespace fairlead::storage
