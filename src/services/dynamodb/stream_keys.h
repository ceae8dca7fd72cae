// Where the store has streams and their records (docs/formats/keys-dynamodb.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/stream.h"
#include "storage/keys.h"

namespace fairlead::dynamodb {

inline constexpr std::string_view kStreamPrefix = "dynamodb/stream/";

inline std::string stream_key(const StreamFacts& facts) {
  return storage::KeyWriter(kStreamPrefix)
      .text(facts.account)
      .text(facts.region)
      .text(facts.table)
      .text(facts.label)
      .take();
}

inline std::string stream_record_prefix(std::uint64_t stream_number) {
  return storage::KeyWriter("").number(stream_number).take();
}

inline std::string stream_record_key(std::uint64_t stream_number, Sequence sequence) {
  return storage::KeyWriter("").number(stream_number).number(sequence).take();
}

inline std::optional<Sequence> sequence_of_key(std::string_view key) {
  storage::KeyReader reader(key, "");
  reader.number();
  return reader.number();
}

}  // namespace fairlead::dynamodb
