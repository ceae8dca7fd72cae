// Events as they lie in the store: some of one stream together in a block, which is one row.
//
// A row for each event would repeat a key of 32 bytes for a line of 60; a block repeats two or
// three bytes. A block spans at most two seconds, so a reader that begins that much earlier misses
// none. Bytes: docs/formats/keys-logs.md.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::logs {

// Where an event stands: by time and, within a millisecond, in the order in which events came.
// Sequences are unique in the whole server.
struct Position {
  std::int64_t time_ms = 0;
  std::uint64_t sequence = 0;
  auto operator<=>(const Position&) const = default;
};
inline constexpr Position kFirstPosition{0, 0};
inline constexpr Position kLastPosition{INT64_MAX, UINT64_MAX};

struct Event {
  Position at;
  std::int64_t ingested_ms = 0;
  std::string message;
};

inline constexpr std::int64_t kBlockSpanMs = 2000;
// What AWS counts for an event beside its message.
inline constexpr std::size_t kEventOverhead = 26;

std::string events_of_group(std::uint64_t group_id);
std::string events_prefix(std::uint64_t group_id, std::uint64_t stream_id);
std::string block_key(std::uint64_t group_id, std::uint64_t stream_id, Position first);

// Puts `events` (sorted by position) in blocks; answers their keys.
std::vector<std::string> put_blocks(storage::Batch& batch, std::uint64_t group_id,
                                    std::uint64_t stream_id, const std::vector<Event>& events);
// Where the block of this key begins; kStoreDamaged when it is no such key.
Result<Position> block_start(std::string_view key);
// Appends the block's events to `events`. Reads the rows of version 1 as well: one event each.
Status read_block(std::string_view key, std::string_view value, std::vector<Event>& events);

// What the events below `prefix` count, messages and overhead. Reads them all.
Result<std::int64_t> stored_bytes(const storage::Snapshot& store, const std::string& prefix);

}  // namespace fairlead::logs
