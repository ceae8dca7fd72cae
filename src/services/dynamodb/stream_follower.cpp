// Positions are sequence numbers as text; an empty one stands before the oldest record.
#include "services/dynamodb/stream_follower.h"

#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/stream_pages.h"

namespace fairlead::dynamodb {

namespace {

Result<Sequence> position_of(const std::string& after) {
  if (after.empty()) return Sequence{0};
  const auto sequence = read_sequence(after);
  if (!sequence) return invalid_sequence_number(after);
  return *sequence;
}

}  // namespace

Result<StreamPointer> StreamFollower::require(const std::string& stream_arn) {
  StreamPointer stream = TRY(streams_.find(stream_arn));
  if (!stream) return stream_not_found(stream_arn);
  return stream;
}

Result<StreamPointer> StreamFollower::require(const std::string& stream_arn,
                                              const std::string& shard) {
  StreamPointer stream = TRY(require(stream_arn));
  if (stream->shard_id() != shard) return shard_not_found(shard, stream_arn);
  return stream;
}

Result<std::vector<platform::ChangeStreams::Shard>> StreamFollower::shards(
    platform::Context&, const std::string& stream_arn) {
  const StreamPointer stream = TRY(require(stream_arn));
  return std::vector<Shard>{Shard{stream->shard_id(), "", stream->closed()}};
}

Result<platform::ChangeStreams::Page> StreamFollower::read(platform::Context&,
                                                           const std::string& stream_arn,
                                                           const std::string& shard,
                                                           const std::string& after,
                                                           std::size_t limit) {
  const StreamPointer stream = TRY(require(stream_arn, shard));
  const Sequence position = TRY(position_of(after));
  const std::int64_t now_ms = clock_.now_ms();
  Page page;
  page.trimmed = TRY(is_trimmed(store_, *stream, position, now_ms));
  StreamPage found = TRY(
      read_stream(store_, *stream, position, std::clamp<std::size_t>(limit, 1, 10'000), now_ms));
  page.at_end = found.at_end;
  page.records.reserve(found.entries.size());
  for (StreamPage::Entry& entry : found.entries) {
    page.records.push_back(
        {sequence_text(entry.sequence), std::move(entry.record), entry.created_ms});
  }
  return page;
}

Result<std::string> StreamFollower::latest(platform::Context&, const std::string& stream_arn,
                                           const std::string& shard) {
  const StreamPointer stream = TRY(require(stream_arn, shard));
  const Sequence visible = stream->visible();
  return visible == 0 ? std::string() : sequence_text(visible);
}

bool StreamFollower::wait(const std::string& stream_arn, const std::string& after,
                          std::int64_t deadline_ms) {
  const auto stream = require(stream_arn);
  const auto position = position_of(after);
  if (!stream.ok() || !position.ok()) return true;
  // What is no longer kept is nothing to wake up for.
  const Sequence kept = oldest_kept(clock_.now_ms());
  return (*stream)->wait(std::max(*position, kept == 0 ? 0 : kept - 1), deadline_ms);
}

}  // namespace fairlead::dynamodb
