// ListStreams, DescribeStream, GetShardIterator and GetRecords, and the operation table of
// dynamodbstreams.
#include "services/dynamodb/stream_operations.h"

#include <algorithm>

#include "base/arn.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/shard_iterator.h"
#include "services/dynamodb/stream_pages.h"

namespace fairlead::dynamodb {

namespace {

using platform::Context;
using platform::json;
constexpr platform::OperationKind Read = platform::OperationKind::kRead;
constexpr std::int64_t kListLimit = 100;

std::string stream_arn(const Context&, const Json& input) {
  return input["StreamArn"].string_or("*");
}

std::string iterator_arn(const Context&, const Json& input) {
  const std::string text = input["ShardIterator"].string_or("");
  return text.substr(0, text.find('|'));
}

// Another account's or region's stream is none of the caller's.
Result<StreamPointer> require(DynamoDb& service, const Context& cx, const std::string& arn) {
  const std::string mine = format_arn("dynamodb", cx.region, cx.account, "table/");
  if (!arn.starts_with(mine)) return stream_not_found(arn);
  StreamPointer stream = TRY(service.streams().find(arn));
  if (!stream) return stream_not_found(arn);
  return stream;
}

Json shard_json(const Stream& stream) {
  Json range = Json::object({{"StartingSequenceNumber", sequence_text(stream.first())}});
  if (stream.closed()) {
    range.set("EndingSequenceNumber", sequence_text(std::max(stream.first(), stream.visible())));
  }
  return Json::object({{"ShardId", stream.shard_id()}, {"SequenceNumberRange", std::move(range)}});
}

Result<Sequence> position(const Stream& stream, const Json& input) {
  const std::string type = input["ShardIteratorType"].string_or("");
  if (type == "TRIM_HORIZON") return Sequence{0};
  if (type == "LATEST") return stream.visible();
  const std::string text = input["SequenceNumber"].string_or("");
  if (text.empty()) return missing_sequence_number();
  const auto sequence = read_sequence(text);
  if (!sequence || *sequence == 0) return invalid_sequence_number(text);
  return type == "AT_SEQUENCE_NUMBER" ? *sequence - 1 : *sequence;
}

const platform::Operation kOperations[] = {
    // name, permission, resource, kind, handler
    {"DescribeStream", "dynamodb:DescribeStream", stream_arn, Read, json<describe_stream>},
    {"GetRecords", "dynamodb:GetRecords", iterator_arn, Read, json<get_records>},
    {"GetShardIterator", "dynamodb:GetShardIterator", stream_arn, Read, json<get_shard_iterator>},
    {"ListStreams", "dynamodb:ListStreams", platform::any_resource, Read, json<list_streams>},
};

}  // namespace

void add_dynamodb_streams(platform::Registry& registry, DynamoDb& service) {
  registry.add("dynamodbstreams", kOperations, &service);
}

Result<Json> list_streams(DynamoDb& service, Context& cx, const Json& input) {
  const auto limit =
      static_cast<std::size_t>(std::clamp<std::int64_t>(input["Limit"].int_or(kListLimit), 1, 100));
  auto found =
      TRY(service.streams().list(cx.account, cx.region, input["TableName"].string_or(""),
                                 input["ExclusiveStartStreamArn"].string_or(""), limit + 1));
  const bool more = found.size() > limit;
  if (more) found.resize(limit);
  Json list = Json::array();
  for (const StreamPointer& stream : found) {
    list.push_back(Json::object({{"StreamArn", stream->arn()},
                                 {"TableName", stream->facts().table},
                                 {"StreamLabel", stream->facts().label}}));
  }
  Json reply = Json::object({{"Streams", std::move(list)}});
  if (more) reply.set("LastEvaluatedStreamArn", found.back()->arn());
  return reply;
}

Result<Json> describe_stream(DynamoDb& service, Context& cx, const Json& input) {
  const StreamPointer stream = TRY(require(service, cx, input["StreamArn"].string_or("")));
  const StreamFacts& facts = stream->facts();
  Json shards = Json::array();
  // The filter asks for a shard's children: the one shard has none.
  const bool children = input.has("ShardFilter");
  if (!children && input["ExclusiveStartShardId"].string_or("") < stream->shard_id()) {
    shards.push_back(shard_json(*stream));
  }
  Json description =
      Json::object({{"StreamArn", stream->arn()},
                    {"StreamLabel", facts.label},
                    {"StreamStatus", stream->disabled_ms == 0 ? "ENABLED" : "DISABLED"},
                    {"StreamViewType", view_name(facts.view)},
                    {"CreationRequestDateTime", Json::number(epoch_seconds(facts.created_ms))},
                    {"TableName", facts.table},
                    {"KeySchema", facts.key_schema},
                    {"Shards", std::move(shards)}});
  return Json::object({{"StreamDescription", std::move(description)}});
}

Result<Json> get_shard_iterator(DynamoDb& service, Context& cx, const Json& input) {
  const std::string arn = input["StreamArn"].string_or("");
  const StreamPointer stream = TRY(require(service, cx, arn));
  const std::string shard = input["ShardId"].string_or("");
  if (shard != stream->shard_id()) return shard_not_found(shard, arn);
  const Sequence after = TRY(position(*stream, input));
  const std::int64_t now_ms = service.clock().now_ms();
  if (TRY(is_trimmed(service.store(), *stream, after, now_ms))) return trimmed_data_access();
  return Json::object({{"ShardIterator", write_shard_iterator({arn, now_ms, after})}});
}

Result<Json> get_records(DynamoDb& service, Context& cx, const Json& input) {
  const auto iterator = read_shard_iterator(input["ShardIterator"].string_or(""));
  if (!iterator) return invalid_shard_iterator();
  const StreamPointer stream = TRY(require(service, cx, iterator->stream_arn));
  const std::int64_t now_ms = service.clock().now_ms();
  if (now_ms - iterator->made_ms > kIteratorLifeMs) return expired_iterator();
  if (TRY(is_trimmed(service.store(), *stream, iterator->after, now_ms))) {
    return trimmed_data_access();
  }
  const auto limit = static_cast<std::size_t>(input["Limit"].int_or(kMaxRecords));
  StreamPage page = TRY(
      read_stream(service.store(), *stream, iterator->after, std::min(limit, kMaxRecords), now_ms));
  Json records = Json::array();
  for (StreamPage::Entry& entry : page.entries) records.push_back(std::move(entry.record));
  Json reply = Json::object({{"Records", std::move(records)}});
  if (!page.at_end) {
    reply.set("NextShardIterator", write_shard_iterator({iterator->stream_arn, now_ms, page.next}));
  }
  return reply;
}

}  // namespace fairlead::dynamodb
