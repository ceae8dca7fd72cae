// A message: its bytes in the store, its digests, and what ReceiveMessage shows of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace fairlead::sqs {

struct Message {
  std::string id;  // MessageId
  std::string body;
  Json attributes;         // MessageAttributes: name to {DataType, StringValue | BinaryValue}
  Json system_attributes;  // AWSTraceHeader
  std::string group;       // MessageGroupId; of no effect in a standard queue
  std::string sender;      // SenderId
  std::int64_t sent_ms = 0;
  std::string source_arn;  // the queue it came from when this is its dead-letter queue
};

std::string encode_message(const Message& message);
Result<Message> decode_message(std::string_view bytes);

// Of SendMessage or one entry of a batch: body, attributes, sizes. Not the queue's limit.
Result<Message> read_message(const Json& input);
std::size_t size_of(const Message& message);  // body and attributes, as AWS counts them

std::string md5_of_text(std::string_view body);
// Over names in order, each with its type and value, lengths before all of them; empty when there
// are none. SDKs compute it too and refuse an answer that differs.
std::string md5_of_attributes(const Json& attributes);

// Those that `names` asks for: "All", ".*", "prefix.*" or a name.
Json choose_attributes(const Json& attributes, const Json& names);

}  // namespace fairlead::sqs
