// A fixed head, three items that may be absent, and a checksum over all of it.
#include "services/dynamodb/stream_record.h"

#include "base/base64.h"
#include "base/hashes.h"
#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_format.h"

namespace fairlead::dynamodb {

namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeadBytes = 1 + 1 + 1 + 8 + 4;
constexpr std::size_t kChecksumBytes = 4;

void put_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

std::uint64_t take_number(std::string_view& bytes, std::size_t n) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < n; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(n);
  return number;
}

void put_item(std::string& out, const Item* item) {
  if (item == nullptr) return put_number(out, 0, 4);
  const std::string bytes = encode_item(*item);
  put_number(out, bytes.size(), 4);
  out += bytes;
}

Result<std::optional<Item>> take_item(std::string_view& bytes) {
  if (bytes.size() < 4) return item_damaged();
  const std::size_t length = take_number(bytes, 4);
  if (length == 0) return std::optional<Item>();
  if (bytes.size() < length) return item_damaged();
  Item item = TRY(decode_item(bytes.substr(0, length)));
  bytes.remove_prefix(length);
  return std::optional<Item>(std::move(item));
}

}  // namespace

StreamRecord make_stream_record(StreamView view, Item keys, const std::optional<Item>& before,
                                const std::optional<Item>& after) {
  StreamRecord record;
  record.event = !before  ? StreamRecord::Event::kInsert
                 : !after ? StreamRecord::Event::kRemove
                          : StreamRecord::Event::kModify;
  record.keys = std::move(keys);
  const bool both = view == StreamView::kNewAndOldImages;
  if (both || view == StreamView::kOldImage) record.old_image = before;
  if (both || view == StreamView::kNewImage) record.new_image = after;
  record.size = size_of(record.keys);
  if (record.old_image) record.size += size_of(*record.old_image);
  if (record.new_image) record.size += size_of(*record.new_image);
  return record;
}

std::string encode_stream_record(const StreamRecord& record) {
  std::string out;
  out.push_back(kVersion);
  out.push_back(static_cast<char>(record.event));
  out.push_back(static_cast<char>(record.by));
  put_number(out, static_cast<std::uint64_t>(record.created_ms), 8);
  put_number(out, record.size, 4);
  put_item(out, &record.keys);
  put_item(out, record.old_image ? &*record.old_image : nullptr);
  put_item(out, record.new_image ? &*record.new_image : nullptr);
  put_number(out, crc32c(out), kChecksumBytes);
  return out;
}

Result<StreamRecord> decode_stream_record(std::string_view bytes) {
  if (bytes.size() < kHeadBytes + kChecksumBytes || bytes[0] != kVersion) return item_damaged();
  std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  std::string_view tail = bytes.substr(body.size());
  if (crc32c(body) != take_number(tail, kChecksumBytes)) return item_damaged();
  StreamRecord record;
  body.remove_prefix(1);
  const std::uint64_t event = take_number(body, 1), by = take_number(body, 1);
  if (event > 2 || by > 1) return item_damaged();
  record.event = static_cast<StreamRecord::Event>(event);
  record.by = static_cast<ChangedBy>(by);
  record.created_ms = static_cast<std::int64_t>(take_number(body, 8));
  record.size = take_number(body, 4);
  auto keys = TRY(take_item(body));
  if (!keys) return item_damaged();
  record.keys = std::move(*keys);
  record.old_image = TRY(take_item(body));
  record.new_image = TRY(take_item(body));
  return record;
}

Json stream_record_json(const Stream& stream, Sequence sequence, StreamRecord record) {
  static constexpr const char* kEvents[] = {"INSERT", "MODIFY", "REMOVE"};
  // AWS shows whole seconds.
  Json change = Json::object({{"ApproximateCreationDateTime", record.created_ms / 1000},
                              {"Keys", write_item(std::move(record.keys))}});
  if (record.new_image) change.set("NewImage", write_item(std::move(*record.new_image)));
  if (record.old_image) change.set("OldImage", write_item(std::move(*record.old_image)));
  change.set("SequenceNumber", sequence_text(sequence));
  change.set("SizeBytes", static_cast<std::int64_t>(record.size));
  change.set("StreamViewType", view_name(stream.facts().view));
  // The same each time the record is read, and of no other record.
  const std::string id = md5(stream.arn() + "/" + sequence_text(sequence));
  Json json = Json::object({{"eventID", hex_encode(id)},
                            {"eventName", kEvents[static_cast<int>(record.event)]},
                            {"eventVersion", "1.1"},
                            {"eventSource", "aws:dynamodb"},
                            {"awsRegion", stream.facts().region},
                            {"dynamodb", std::move(change)}});
  if (record.by == ChangedBy::kTimeToLive) {
    json.set("userIdentity",
             Json::object({{"PrincipalId", "dynamodb.amazonaws.com"}, {"Type", "Service"}}));
  }
  return json;
}

}  // namespace fairlead::dynamodb
