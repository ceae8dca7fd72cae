// The DynamoDB service: tables, items and their indexes on the store.
//
// Thread-safe; every call may wait. Start reading at operations.cpp (the operation table), then the
// file of the operation.
#pragma once

#include "base/clock.h"
#include "platform/operation.h"
#include "services/dynamodb/stream_follower.h"
#include "services/dynamodb/streams.h"
#include "services/dynamodb/tables.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::dynamodb {

class DynamoDb {
 public:
  DynamoDb(storage::Store& store, Clock& clock)
      : store_(store),
        clock_(clock),
        streams_(store, clock),
        tables_(store, streams_),
        follower_(store, clock, streams_) {}

  storage::Store& store() { return store_; }
  Clock& clock() { return clock_; }
  Tables& tables() { return tables_; }
  Streams& streams() { return streams_; }
  platform::ChangeStreams& change_streams() { return follower_; }
  storage::KeyLocks& item_locks() { return item_locks_; }

  // Deletes items whose time to live has passed, at most `limit` of them. Wiring calls it now and
  // then on a fiber of its own; AWS promises "within a few days". How many went.
  Result<std::size_t> sweep_expired_items(std::size_t limit = 10'000);

 private:
  storage::Store& store_;
  Clock& clock_;
  Streams streams_;
  Tables tables_;
  StreamFollower follower_;
  storage::KeyLocks item_locks_;
};

void add_dynamodb(platform::Registry& registry, DynamoDb& service);

}  // namespace fairlead::dynamodb
