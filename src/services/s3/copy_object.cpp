// CopyObject: new attributes or the source's, and bytes of its own.
#include "base/limits.h"
#include "services/s3/conditions.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"

namespace fairlead::s3 {

namespace {

enum class Directive { kCopy, kReplace };

Result<Directive> read_directive(const Json& input, const char* member, const char* what,
                                 const char* header) {
  const std::string value = input[member].string_or("COPY");
  if (value == "COPY") return Directive::kCopy;
  if (value == "REPLACE") return Directive::kReplace;
  return invalid_argument(std::string("Unknown ") + what + " directive.", header, value);
}

// The attributes of the copy.
Result<Object> read_copy(const Context& cx, const Bucket& bucket, const Json& input,
                         const Found& source) {
  const Directive metadata =
      TRY(read_directive(input, "MetadataDirective", "metadata", "x-amz-metadata-directive"));
  const Directive tagging =
      TRY(read_directive(input, "TaggingDirective", "tagging", "x-amz-tagging-directive"));
  Object copy = TRY(read_new_object(cx, bucket, input));
  if (metadata == Directive::kCopy) {
    Json headers = source.object.headers;
    // These two belong to the request, never to the source.
    for (const char* own : {"WebsiteRedirectLocation", "StorageClass"}) {
      headers.erase(own);
      if (copy.headers.has(own)) headers.set(own, copy.headers[own]);
    }
    copy.headers = std::move(headers);
    copy.metadata = source.object.metadata;
  }
  if (tagging == Directive::kCopy) copy.tags = source.object.tags;
  const bool itself = source.bucket.name == bucket.name && source.object.key == copy.key;
  const bool changes = metadata == Directive::kReplace || input.has("StorageClass") ||
                       input.has("WebsiteRedirectLocation") || input.has("ServerSideEncryption");
  if (itself && !changes) return copy_to_itself();
  return copy;
}

Result<Algorithm> read_copy_algorithm(const Json& input, const Object& source) {
  Algorithm algorithm = Algorithm::kCrc64nvme;
  const std::string name = input["ChecksumAlgorithm"].string_or(checksum_algorithm_of(source));
  if (!name.empty() && !read_algorithm(name, algorithm)) {
    return invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any "
        "of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  return algorithm;
}

}  // namespace

Result<Json> copy_object(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(named_bucket(s3, input));
  TRY(require(cx, bucket,
              {.action = "s3:PutObject", .key = input["Key"].string_or(""), .input = &input}));
  const Found source = TRY(open_copy_source(s3, cx, input));
  if (source.object.size > limits::kMaxObject) {
    return invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: "
        "5368709120");
  }
  Object copy = TRY(read_copy(cx, bucket, input, source));
  const Algorithm algorithm = TRY(read_copy_algorithm(input, source.object));
  Received received = TRY(copy_bytes(s3, source.object, 0, source.object.size, algorithm));
  copy.size = received.piece.size;
  copy.etag = received.etag();
  copy.modified_ms = s3.now_ms();
  copy.checksums = received.checksums();
  if (copy.size > 0) copy.pieces = {received.piece};
  TRY(commit_object(s3, bucket, copy, received.fresh, input));

  Json result =
      Json::object({{"ETag", copy.quoted_etag()}, {"LastModified", epoch(copy.modified_ms)}});
  copy_members(result, copy.checksums);
  return Json::object(
      {{"CopyObjectResult", std::move(result)}, {"ServerSideEncryption", kEncryption}});
}

}  // namespace fairlead::s3
