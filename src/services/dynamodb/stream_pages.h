// Reading a stream: the records after a position, for GetRecords and for those in the house.
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/dynamodb/stream.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

inline constexpr std::size_t kMaxRecords = 1000;
inline constexpr std::size_t kMaxPageBytes = 1024 * 1024;  // as stored

struct StreamPage {
  struct Entry {
    Sequence sequence;
    std::int64_t created_ms;
    Json record;
  };
  std::vector<Entry> entries;
  Sequence next = 0;    // the position behind this page
  bool at_end = false;  // the stream is closed and this was the rest
};

// Older records are not shown any more, whether they were erased yet or not.
Sequence oldest_kept(std::int64_t now_ms);

// Whether records behind `after` are no longer kept: whoever stands there has missed some. A
// position of 0 stands before the oldest record, whichever that is.
Result<bool> is_trimmed(const storage::Snapshot& store, const Stream& stream, Sequence after,
                        std::int64_t now_ms);

// At most `limit` records (and 1 MB, but always one) that are later than `after` and still kept.
Result<StreamPage> read_stream(const storage::Snapshot& store, const Stream& stream, Sequence after,
                               std::size_t limit, std::int64_t now_ms);

}  // namespace fairlead::dynamodb
