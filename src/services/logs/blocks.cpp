// Writing and reading blocks of events (docs/formats/keys-logs.md).
#include "services/logs/blocks.h"

#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {

using storage::KeyWriter;

namespace {

constexpr char kOneEvent = 1;  // version 1: ingestion time (8 bytes), message
constexpr char kBlock = 2;
constexpr std::size_t kKeySize = 4 * 8;
constexpr std::size_t kMaxBlockBytes = 32 * 1024;
constexpr std::size_t kMaxBlockEvents = 1024;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t n = 0;
  for (const char c : bytes.substr(0, 8)) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

void put_varint(std::string& out, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) out += static_cast<char>(0x80 | (n & 0x7f));
  out += static_cast<char>(n);
}

// Reads bytes of a block; once something does not fit it answers zeros and is not ok.
struct BlockBytes {
  std::string_view rest;
  bool ok = true;

  std::uint64_t varint() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest.empty()) break;
      const auto byte = static_cast<unsigned char>(rest.front());
      rest.remove_prefix(1);
      n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
    ok = false;
    return 0;
  }
  std::string_view take(std::uint64_t n) {
    if (n > rest.size()) ok = false;
    const auto taken = rest.substr(0, ok ? n : 0);
    rest.remove_prefix(taken.size());
    return taken;
  }
};

Error damaged() { return {&storage::kStoreDamaged, "A log event in the store is damaged.", {}}; }

}  // namespace

std::string events_of_group(std::uint64_t group_id) {
  return KeyWriter("").number(group_id).take();
}

std::string events_prefix(std::uint64_t group_id, std::uint64_t stream_id) {
  return KeyWriter("").number(group_id).number(stream_id).take();
}

std::string block_key(std::uint64_t group_id, std::uint64_t stream_id, Position first) {
  const std::int64_t time_ms = first.time_ms < 0 ? 0 : first.time_ms;
  return KeyWriter(events_prefix(group_id, stream_id))
      .number(static_cast<std::uint64_t>(time_ms))
      .number(first.sequence)
      .take();
}

std::vector<std::string> put_blocks(storage::Batch& batch, std::uint64_t group_id,
                                    std::uint64_t stream_id, const std::vector<Event>& events) {
  std::vector<std::string> keys;
  for (std::size_t begin = 0, end = 0; begin < events.size(); begin = end) {
    const Event& first = events[begin];
    std::string body;
    std::int64_t last_ms = first.at.time_ms;
    std::uint64_t next = first.at.sequence;
    for (end = begin; end < events.size() && end - begin < kMaxBlockEvents; ++end, ++next) {
      const Event& event = events[end];
      const bool fits = body.empty() || (body.size() + event.message.size() <= kMaxBlockBytes &&
                                         event.at.time_ms - first.at.time_ms <= kBlockSpanMs &&
                                         event.at.sequence == next);
      if (!fits) break;
      put_varint(body, static_cast<std::uint64_t>(event.at.time_ms - last_ms));
      put_varint(body, event.message.size());
      body += event.message;
      last_ms = event.at.time_ms;
    }
    std::string value(1, kBlock);
    put_varint(value, static_cast<std::uint64_t>(first.ingested_ms));
    put_varint(value, end - begin);
    value += body;
    keys.push_back(block_key(group_id, stream_id, first.at));
    batch.put(storage::Family::kLogs, keys.back(), std::move(value));
  }
  return keys;
}

Result<Position> block_start(std::string_view key) {
  if (key.size() != kKeySize) return damaged();
  return Position{static_cast<std::int64_t>(big_endian(key.substr(16))),
                  big_endian(key.substr(24))};
}

Status read_block(std::string_view key, std::string_view value, std::vector<Event>& events) {
  Position at = TRY(block_start(key));
  if (value.empty()) return damaged();
  if (value[0] == kOneEvent) {
    if (value.size() < 9) return damaged();
    const auto ingested_ms = static_cast<std::int64_t>(big_endian(value.substr(1)));
    events.push_back({at, ingested_ms, std::string(value.substr(9))});
    return {};
  }
  if (value[0] != kBlock) {
    return Error{&storage::kStoreTooNew, "A log event is of a newer version of Fairlead.", {}};
  }
  BlockBytes bytes{value.substr(1)};
  const auto ingested_ms = static_cast<std::int64_t>(bytes.varint());
  for (std::uint64_t left = bytes.varint(); left > 0 && bytes.ok; --left, ++at.sequence) {
    at.time_ms += static_cast<std::int64_t>(bytes.varint());
    const std::uint64_t size = bytes.varint();
    events.push_back({at, ingested_ms, std::string(bytes.take(size))});
  }
  if (!bytes.ok || !bytes.rest.empty()) return damaged();
  return {};
}

Result<std::int64_t> stored_bytes(const storage::Snapshot& store, const std::string& prefix) {
  std::int64_t bytes = 0;
  std::vector<Event> events;
  auto cursor = store.range(storage::Family::kLogs, prefix, storage::after_prefix(prefix));
  for (; cursor->valid(); cursor->next()) {
    events.clear();
    TRY(read_block(cursor->key(), cursor->value(), events));
    for (const Event& event : events) {
      bytes += static_cast<std::int64_t>(event.message.size() + kEventOverhead);
    }
  }
  TRY(cursor->status());
  return bytes;
}

}  // namespace fairlead::logs
