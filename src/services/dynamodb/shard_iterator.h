// Shard iterators: a position in a stream as text that the client carries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/stream.h"

namespace fairlead::dynamodb {

inline constexpr std::int64_t kIteratorLifeMs = 15 * 60 * 1000;

struct ShardIterator {
  std::string stream_arn;
  std::int64_t made_ms = 0;
  Sequence after = 0;  // 0: before the oldest record
};

// "<stream's ARN>|1|<opaque>", AWS's shape. The ARN is what permissions are about.
std::string write_shard_iterator(const ShardIterator& iterator);
std::optional<ShardIterator> read_shard_iterator(std::string_view text);

}  // namespace fairlead::dynamodb
