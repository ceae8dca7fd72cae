// One change of an item: as bytes in the store (docs/formats/keys-dynamodb.md) and as GetRecords
// shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "lang/dynamodb/attribute_value.h"
#include "services/dynamodb/stream.h"

namespace fairlead::dynamodb {

enum class ChangedBy : std::uint8_t { kRequest, kTimeToLive };

struct StreamRecord {
  enum class Event : std::uint8_t { kInsert, kModify, kRemove };
  Event event = Event::kInsert;
  ChangedBy by = ChangedBy::kRequest;
  std::int64_t created_ms = 0;
  std::size_t size = 0;  // SizeBytes: the keys and the images that are shown
  Item keys;
  std::optional<Item> old_image, new_image;
};

// What the stream's view shows of a change. At least one of `before` and `after` is there.
StreamRecord make_stream_record(StreamView view, Item keys, const std::optional<Item>& before,
                                const std::optional<Item>& after);

std::string encode_stream_record(const StreamRecord& record);
Result<StreamRecord> decode_stream_record(std::string_view bytes);  // item_damaged

Json stream_record_json(const Stream& stream, Sequence sequence, StreamRecord record);

}  // namespace fairlead::dynamodb
