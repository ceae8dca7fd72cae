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

constexpr std::pair<std::int64_t, std::uint64_t> kNothingOffered{INT64_MAX, UINT64_MAX};

// The highest place that is lower.
std::pair<std::int64_t, std::uint64_t> before(std::pair<std::int64_t, std::uint64_t> spot) {
  return {spot.first, spot.second - 1};  // ids begin with 1
}

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
  of.offered = std::min(of.offered, spot);
  of.floor = std::min(of.floor, before(spot));
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
Result<std::vector<Outbox::Spot>> Outbox::scan(const std::string& lane, Spot from,
                                               std::int64_t now_ms, std::size_t most,
                                               std::int64_t& next_ms) const {
  const std::string prefix = lane_prefix(lane);
  std::vector<Spot> found;
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
    found.push_back(spot);
  }
  TRY(cursor->status());
  return found;
}

// The entry of a row that was just leased. The row is read anew: what scan() saw may have been done
// or put off before the lease. kGone: it was.
Outbox::Reading Outbox::read(const std::string& lane, Spot spot, Entry& entry) const {
  const auto stored = store_.get(Family::kMeta, row_key(lane, spot));
  if (stored.ok() && !*stored) return Reading::kGone;
  auto row = stored.ok() ? Row::decode(**stored) : std::nullopt;
  if (!row) return Reading::kDamaged;
  const auto sealed_body = store_.get(Family::kMeta, body_key(spot.second));
  if (!sealed_body.ok() || !*sealed_body) return Reading::kDamaged;
  const auto body = unsealed(**sealed_body);
  if (!body || body->size() != row->body_bytes) return Reading::kDamaged;
  entry = {spot.second,
           lane,
           std::move(row->note),
           std::string(*body),
           spot.first,
           static_cast<std::int64_t>(row->entered_ms),
           static_cast<std::uint32_t>(row->attempts)};
  return Reading::kWell;
}

// What a scan says about the lane. Rows that were offered meanwhile may lie between those it saw.
void Outbox::scanned(Lane& lane, const std::vector<Spot>& rows, std::int64_t next_ms) {
  if (!rows.empty()) lane.floor = std::min(rows.back(), before(lane.offered));
  const bool complete = lane.offered == kNothingOffered;
  lane.next_ms = complete ? next_ms : std::min(lane.next_ms, next_ms);
}

// Leases those of `rows` that are free.
std::vector<Outbox::Spot> Outbox::lease(const std::vector<Spot>& rows) {
  std::vector<Spot> mine;
  for (const Spot& row : rows) {
    if (damaged_.contains(row.second)) continue;
    if (leased_.insert(row.second).second) mine.push_back(row);
  }
  return mine;
}

void Outbox::unlease(Spot spot, Reading why) {
  std::lock_guard lock(mutex_);
  leased_.erase(spot.second);
  if (why == Reading::kDamaged) damaged_.insert(spot.second);
}

Result<std::vector<Outbox::Entry>> Outbox::take(const std::string& lane, std::int64_t now_ms,
                                                std::size_t most) {
  std::vector<Entry> taken;
  while (most > 0) {
    Spot from;
    {
      std::lock_guard lock(mutex_);
      const auto found = lanes_.find(lane);
      if (found == lanes_.end()) return taken;
      from = found->second.floor;
      found->second.offered = kNothingOffered;
    }
    std::int64_t next_ms = 0;
    const std::vector<Spot> rows = TRY(scan(lane, from, now_ms, most, next_ms));
    std::vector<Spot> mine;
    {
      std::lock_guard lock(mutex_);
      const auto found = lanes_.find(lane);
      if (found == lanes_.end()) return taken;
      mine = lease(rows);
      scanned(found->second, rows, next_ms);
    }
    for (const Spot& spot : mine) {
      Entry entry;
      const Reading reading = read(lane, spot, entry);
      if (reading == Reading::kWell) {
        taken.push_back(std::move(entry));
        continue;
      }
      unlease(spot, reading);
      if (reading == Reading::kGone) continue;
      log_error("a waiting event is damaged and is left where it is",
                {{"outbox", name_}, {"lane", lane}, {"id", std::to_string(spot.second)}});
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

std::int64_t Outbox::next_due_ms(std::int64_t after_ms) const {
  std::int64_t next_ms = INT64_MAX;
  std::lock_guard lock(mutex_);
  for (const auto& [name, lane] : lanes_) {
    if (lane.next_ms > after_ms) next_ms = std::min(next_ms, lane.next_ms);
  }
  return next_ms;
}

Outbox::Counts Outbox::counts() const {
  std::lock_guard lock(mutex_);
  return {entries_, leased_.size(), bytes_};
}

}  // namespace fairlead::storage
