// ChangeStreams: the records of DynamoDB Streams, for those in the house who follow one (Lambda's
// event source mappings). Implemented by the dynamodb service.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

struct ChangeRecord {
  std::string sequence;  // SequenceNumber: digits; longer, or equally long and greater, is later
  Json record;           // as GetRecords shows it (eventID, eventName, dynamodb{…})
  std::int64_t created_ms = 0;  // since the Unix epoch
};

class ChangeStreams {
 public:
  virtual ~ChangeStreams() = default;

  struct Shard {
    std::string id, parent;  // parent: empty for the first
    bool closed = false;     // no more records will come
  };
  // Oldest first. ResourceNotFoundException when the stream is gone.
  virtual Result<std::vector<Shard>> shards(Context& cx, const std::string& stream_arn) = 0;

  struct Page {
    std::vector<ChangeRecord> records;
    bool at_end = false;   // the shard is closed and everything was read
    bool trimmed = false;  // records behind `after` are gone (24 hours); this page begins later
  };
  // Records later than `after` (empty: from the oldest that is kept), at most `limit` and 1 MB.
  virtual Result<Page> read(Context& cx, const std::string& stream_arn, const std::string& shard,
                            const std::string& after, std::size_t limit) = 0;
  // The newest sequence number that the shard has given out; empty when none.
  virtual Result<std::string> latest(Context& cx, const std::string& stream_arn,
                                     const std::string& shard) = 0;
  // Parks until the stream may have records later than `after`, at most until `deadline_ms`
  // (monotonic). True if so.
  virtual bool wait(const std::string& stream_arn, const std::string& after,
                    std::int64_t deadline_ms) = 0;
};

}  // namespace fairlead::platform
