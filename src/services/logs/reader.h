// Events in order of position, forwards or backwards: of one stream, and of several streams merged.
// One block of each stream that is under way is in memory at a time (more only where blocks
// overlap).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/logs/blocks.h"
#include "storage/store.h"

namespace fairlead::logs {

// from <= position < to.
struct Span {
  Position from = kFirstPosition, to = kLastPosition;
};

class StreamReader {
 public:
  // `snapshot` outlives the reader.
  StreamReader(const storage::Snapshot& snapshot, std::uint64_t group_id, std::uint64_t stream_id,
               Span span, storage::Direction direction);

  bool valid() const { return !heap_.empty(); }
  const Event& event() const { return heap_.front(); }
  void next();
  Status status() const;  // a read error ends the walk early

 private:
  bool later(const Event& a, const Event& b) const;  // comes out after
  bool may_come_first() const;  // the next block may hold an event that comes out before all
  void fill();

  Span span_;
  storage::Direction direction_;
  std::unique_ptr<storage::Cursor> cursor_;
  std::vector<Event> heap_;
  std::vector<Event> block_;
  bool damaged_ = false;
};

// A stream to read, and when its first and last event were (to open it no earlier than needed).
struct StreamRef {
  std::uint64_t group_id = 0, stream_id = 0;
  std::size_t group = 0;  // the caller's number of the group
  std::string name;
  std::int64_t first_ms = 0, last_ms = 0;
};

class MergedReader {
 public:
  MergedReader(const storage::Snapshot& snapshot, std::vector<StreamRef> streams, Span span,
               storage::Direction direction);

  bool valid() const { return !lanes_.empty(); }
  const Event& event() const { return lanes_.front().reader->event(); }
  const StreamRef& stream() const { return streams_[lanes_.front().stream]; }
  void next();
  Status status() const;

 private:
  struct Lane {
    std::size_t stream;
    Position at;                           // of its event; before it is opened, a bound
    std::unique_ptr<StreamReader> reader;  // null until its turn comes
  };
  bool later(const Lane& a, const Lane& b) const;
  void settle();  // until the first lane is open and has an event

  const storage::Snapshot& snapshot_;
  std::vector<StreamRef> streams_;
  Span span_;
  storage::Direction direction_;
  std::vector<Lane> lanes_;  // a heap
  bool failed_ = false;
};

}  // namespace fairlead::logs
