// When each stream of a group was written to, in memory: a function's group gathers thousands of
// streams, and whoever follows it asks four times a second which of them have something new.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/logs/reader.h"
#include "storage/store.h"

namespace fairlead::logs {

// Thread-safe. A group is read from the store when it is first asked for and kept up from then on
// by note() after each commit. Bounded: past 200,000 streams it begins anew.
class StreamTimes {
 public:
  // Streams whose name begins with `prefix` and that have an event at `from_ms` or later.
  Result<std::vector<StreamRef>> since(const storage::Snapshot& store, std::uint64_t group_id,
                                       const std::string& prefix, std::int64_t from_ms);
  void note(StreamRef stream);  // after the commit that wrote to it
  void forget(std::uint64_t group_id, const std::string& stream);
  void forget(std::uint64_t group_id);

 private:
  using Streams = std::map<std::string, StreamRef>;
  std::mutex mutex_;
  std::map<std::uint64_t, Streams> groups_;
  std::size_t count_ = 0;
};

}  // namespace fairlead::logs
