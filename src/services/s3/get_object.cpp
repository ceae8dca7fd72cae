// GetObject and HeadObject: conditions, ranges, parts, and the bytes as a stream.
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"

namespace fairlead::s3 {

namespace {

// Anonymous links must not choose how a browser takes the object.
Status check_overrides(const Context& cx, const Json& input) {
  if (!account_of(cx).empty()) return {};
  for (const Json::Member& member : input.members()) {
    if (member.key.starts_with("Response")) {
      return invalid_request(
          "Request specific response headers cannot be used for anonymous GET requests.");
    }
  }
  return {};
}

// The stretch that PartNumber names.
Result<ByteRange> find_part(const Object& object, int number) {
  const int count = object.multipart ? static_cast<int>(object.pieces.size()) : 1;
  if (number < 1 || number > 10'000) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(number));
  }
  if (number > count) return invalid_part_number(number, count);
  if (!object.multipart) return ByteRange{0, object.size};
  ByteRange range;
  for (int i = 0; i + 1 < number; ++i) range.first += object.pieces[i].size;
  range.length = object.pieces[number - 1].size;
  return range;
}

struct Selected {
  Reply reply;
  ByteRange range;
};

// Everything but the bytes.
Result<Selected> select(const Object& object, const Json& input) {
  Selected selected;
  Reply& reply = selected.reply;
  reply.output = object_output(object, input);
  if (TRY(check_read_conditions(input, object)) == Freshness::kNotModified) {
    reply.status = 304;
    reply.output.erase("ContentLength");
    return selected;
  }
  const std::string range_header = input["Range"].string_or("");
  std::optional<ByteRange> range;
  if (input.has("PartNumber")) {
    if (!range_header.empty()) {
      return invalid_request("Cannot specify both Range header and partNumber query parameter");
    }
    range = TRY(find_part(object, static_cast<int>(input["PartNumber"].int_or(0))));
    if (object.multipart) reply.output.set("PartsCount", object.pieces.size());
  } else {
    range = TRY(read_range(range_header, object.size));
  }
  selected.range = range.value_or(ByteRange{0, object.size});
  reply.output.set("ContentLength", selected.range.length);
  reply.stream_length = selected.range.length;
  if (range && object.size > 0) {
    reply.status = 206;
    reply.output.set("ContentRange", content_range(*range, object.size));
    // A checksum of the whole says nothing about a part of it.
    if (range->length != object.size) {
      for (const Json::Member& member : object.checksums.members()) {
        reply.output.erase(member.key);
      }
    }
  }
  return selected;
}

}  // namespace

Result<Reply> get_object(S3& s3, Context& cx, Request& request) {
  constexpr int kTries = 4;  // an object may be replaced between its record and its bytes
  TRY(check_overrides(cx, request.input));
  for (int tries = 1;; ++tries) {
    const Found found = TRY(enter_object(s3, cx, request.input, "s3:GetObject"));
    Selected selected = TRY(select(found.object, request.input));
    if (selected.reply.status == 304) return std::move(selected.reply);
    auto stream = open_pieces(s3, found.object.pieces, selected.range.first, selected.range.length);
    if (!stream.ok()) {
      if (stream.error().code == &storage::kBlobMissing && tries < kTries) continue;
      return std::move(stream).error();
    }
    selected.reply.stream = std::move(stream).value();
    return std::move(selected.reply);
  }
}

Result<Reply> head_object(S3& s3, Context& cx, Request& request) {
  const Found found = TRY(enter_object(s3, cx, request.input, "s3:GetObject"));
  return TRY(select(found.object, request.input)).reply;
}

}  // namespace fairlead::s3
