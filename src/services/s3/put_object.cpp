// PutObject: the body becomes a blob first, then one commit makes the object visible.
#include "services/s3/conditions.h"
#include "services/s3/headers.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"

namespace fairlead::s3 {

namespace {

// Conditions may come as plain headers where the model does not know them.
Json write_conditions(const Request& request) {
  Json conditions = Json::object({{"Key", request.input["Key"]}});
  for (const auto& [member, header] :
       {std::pair{"IfMatch", "if-match"}, std::pair{"IfNoneMatch", "if-none-match"}}) {
    const std::string value =
        request.input[member].string_or(header_or_empty(request.headers, header));
    if (!value.empty()) conditions.set(member, value);
  }
  return conditions;
}

}  // namespace

Result<Reply> put_object(S3& s3, Context& cx, Request& request) {
  const Bucket bucket = TRY(named_bucket(s3, request.input));
  const std::string key = request.input["Key"].string_or("");
  TRY(require(cx, bucket, {.action = "s3:PutObject", .key = key, .input = &request.input}));
  Object object = TRY(read_new_object(cx, bucket, request.input));
  const Json conditions = write_conditions(request);
  if (has_write_conditions(conditions)) {  // refused early, and again under the lock
    const auto before = TRY(s3.find_object(bucket.name, key));
    TRY(check_write_conditions(conditions, before ? &*before : nullptr));
  }
  const Expectation expected = TRY(read_expectation(request, Algorithm::kCrc64nvme));

  Received received = TRY(receive(s3, request, expected));
  object.size = received.piece.size;
  object.etag = received.etag();
  object.modified_ms = s3.now_ms();
  object.checksums = received.checksums();
  if (object.size > 0) object.pieces = {received.piece};
  TRY(commit_object(s3, bucket, object, received.fresh, conditions));

  Reply reply;
  reply.output =
      Json::object({{"ETag", object.quoted_etag()}, {"ServerSideEncryption", kEncryption}});
  copy_members(reply.output, object.checksums);
  return reply;
}

}  // namespace fairlead::s3
