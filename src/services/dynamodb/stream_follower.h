// platform::ChangeStreams on the streams of this service: Lambda's event source mappings follow a
// stream through it.
#pragma once

#include "base/clock.h"
#include "platform/change_streams.h"
#include "services/dynamodb/streams.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

class StreamFollower : public platform::ChangeStreams {
 public:
  StreamFollower(storage::Store& store, Clock& clock, Streams& streams)
      : store_(store), clock_(clock), streams_(streams) {}

  Result<std::vector<Shard>> shards(platform::Context& cx, const std::string& stream_arn) override;
  Result<Page> read(platform::Context& cx, const std::string& stream_arn, const std::string& shard,
                    const std::string& after, std::size_t limit) override;
  Result<std::string> latest(platform::Context& cx, const std::string& stream_arn,
                             const std::string& shard) override;
  // True also when the stream is closed or gone: `read` says which.
  bool wait(const std::string& stream_arn, const std::string& after,
            std::int64_t deadline_ms) override;

 private:
  Result<StreamPointer> require(const std::string& stream_arn);
  Result<StreamPointer> require(const std::string& stream_arn, const std::string& shard);

  storage::Store& store_;
  Clock& clock_;
  Streams& streams_;
};

}  // namespace fairlead::dynamodb
