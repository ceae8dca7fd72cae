// Stream: one DynamoDB stream as long as the server runs. Gives out sequence numbers to writers and
// tells readers how far they may read.
//
// A writer reserves a number when it stages its record and settles it once the batch is durable.
// Batches of several writers become durable in any order, so readers stop before the first number
// that is not settled: what they have passed stays as it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/park.h"

namespace fairlead::dynamodb {

enum class StreamView : std::uint8_t { kKeysOnly, kNewImage, kOldImage, kNewAndOldImages };
const char* view_name(StreamView view);
std::optional<StreamView> read_view(std::string_view name);

// Records are kept for so long, and a stream that was disabled stays readable for it.
inline constexpr std::int64_t kStreamRetentionMs = 24ll * 60 * 60 * 1000;

// Numbers grow with the wall clock (and by one where it stands still), so that age is a range.
using Sequence = std::uint64_t;
Sequence sequence_at(std::int64_t now_ms);     // the first that belongs to this millisecond
std::string sequence_text(Sequence sequence);  // 21 digits, as AWS prints them
std::optional<Sequence> read_sequence(std::string_view text);

struct StreamFacts {
  std::string account, region, table;
  std::string label;         // 2026-01-12T21:44:56.599
  std::uint64_t number = 0;  // in storage keys; never used again
  StreamView view = StreamView::kKeysOnly;
  Json key_schema;  // as DescribeStream shows it
  std::int64_t created_ms = 0;
};

class Stream {
 public:
  // `last`: the newest number that is in the store, or was.
  Stream(StreamFacts facts, Sequence last);

  const StreamFacts& facts() const { return facts_; }
  std::string arn() const;
  std::string shard_id() const;  // there is one shard
  Sequence first() const { return sequence_at(facts_.created_ms); }

  // Writers. Every number that was reserved is settled exactly once.
  Sequence reserve(std::int64_t now_ms);
  enum class Outcome : std::uint8_t { kDurable, kGivenUp };
  void settle(Sequence sequence, Outcome outcome);
  void close();  // no writer is left and none will come

  // Readers. Every record up to `visible` is decided: there, or never to come.
  Sequence visible() const;
  bool closed() const;
  // Parks until there is something later than `after` or the stream is closed, at most until
  // `deadline_ms` (monotonic). True if so.
  bool wait(Sequence after, std::int64_t deadline_ms);

  // Zero while enabled.
  std::atomic<std::int64_t> disabled_ms{0};
  // Records up to here are gone.
  std::atomic<Sequence> trimmed_through{0};

 private:
  struct Pending {
    Sequence sequence;
    std::optional<Outcome> outcome;
  };
  using Waiters = std::vector<std::pair<std::uint64_t, Future<bool>>>;

  const StreamFacts facts_;
  mutable std::mutex mutex_;  // held for a few instructions, never across a wait
  Sequence last_;             // given out
  Sequence visible_;
  std::deque<Pending> pending_;  // in order
  bool closed_ = false;
  Waiters waiters_;
  std::uint64_t next_waiter_ = 0;
};
using StreamPointer = std::shared_ptr<Stream>;

}  // namespace fairlead::dynamodb
