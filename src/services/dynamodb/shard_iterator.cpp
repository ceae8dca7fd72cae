// The opaque part: version, time and position, with a checksum over them and the ARN.
#include "services/dynamodb/shard_iterator.h"

#include "base/base64.h"
#include "base/hashes.h"
#include "storage/keys.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::string_view kVersion = "\x01";
constexpr std::string_view kSeparator = "|1|";

}  // namespace

std::string write_shard_iterator(const ShardIterator& iterator) {
  const std::string body = storage::KeyWriter(kVersion)
                               .number(static_cast<std::uint64_t>(iterator.made_ms))
                               .number(iterator.after)
                               .take();
  const std::string whole =
      storage::KeyWriter(body).number(crc32c(iterator.stream_arn + body)).take();
  return iterator.stream_arn + std::string(kSeparator) + base64_encode(whole);
}

std::optional<ShardIterator> read_shard_iterator(std::string_view text) {
  const std::size_t at = text.find(kSeparator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto whole = base64_decode(text.substr(at + kSeparator.size()));
  if (!whole || whole->size() != kVersion.size() + 3 * 8) return std::nullopt;
  storage::KeyReader reader(*whole, kVersion);
  const auto made_ms = reader.number(), after = reader.number(), checksum = reader.number();
  ShardIterator iterator;
  iterator.stream_arn = text.substr(0, at);
  const std::string body = whole->substr(0, whole->size() - 8);
  if (!made_ms || !after || !checksum || *checksum != crc32c(iterator.stream_arn + body)) {
    return std::nullopt;
  }
  iterator.made_ms = static_cast<std::int64_t>(*made_ms);
  iterator.after = *after;
  return iterator;
}

}  // namespace fairlead::dynamodb
