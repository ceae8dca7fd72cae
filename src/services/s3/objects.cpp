// Attributes in, commit, attributes out.
#include "services/s3/objects.h"

#include "base/clock.h"
#include "base/text.h"
#include "services/s3/acl.h"
#include "services/s3/conditions.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/tags.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

Status refuse_unsupported(const Json& input) {
  const auto refused = [](const char* what) { return platform::not_implemented(what); };
  if (input.has("SSECustomerAlgorithm") || input.has("SSECustomerKey")) {
    return refused("Server-side encryption with customer-provided keys");
  }
  const std::string encryption = input["ServerSideEncryption"].string_or(kEncryption);
  if (encryption.starts_with("aws:kms") || input.has("SSEKMSKeyId")) {
    return refused("Server-side encryption with KMS keys");
  }
  if (encryption != kEncryption) {
    return invalid_argument("The encryption method specified is not supported",
                            "x-amz-server-side-encryption", encryption);
  }
  if (input.has("ObjectLockMode") || input.has("ObjectLockLegalHoldStatus") ||
      input.has("ObjectLockRetainUntilDate")) {
    return refused("Object Lock");
  }
  return {};
}

Status check_storage_class(const std::string& storage_class) {
  for (const std::string_view known : {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA",
                                       "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"}) {
    if (storage_class == known) return {};
  }
  if (storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE") {
    return platform::not_implemented("The archive storage class " + storage_class);
  }
  return invalid_storage_class();
}

// aws-chunked is how the bytes travelled, not what they are.
std::string without_aws_chunked(const std::string& encodings) {
  std::string kept;
  for (const std::string_view piece : split(encodings, ',')) {
    const std::string_view encoding = trim(piece);
    if (encoding.empty() || encoding == "aws-chunked") continue;
    if (!kept.empty()) kept += ",";
    kept += encoding;
  }
  return kept;
}

Status check_redirect(const std::string& location) {
  if (location.empty() || location.starts_with("/") || location.starts_with("http://") ||
      location.starts_with("https://")) {
    return {};
  }
  return invalid_argument(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
      "x-amz-website-redirect-location", location);
}

Result<Json> read_headers(const Json& input) {
  Json headers = Json::object({});
  for (const char* name : {"ContentType", "CacheControl", "ContentDisposition", "ContentLanguage",
                           "WebsiteRedirectLocation", "StorageClass"}) {
    const std::string value = input[name].string_or("");
    if (!value.empty()) headers.set(name, value);
  }
  const std::string encoding = without_aws_chunked(input["ContentEncoding"].string_or(""));
  if (!encoding.empty()) headers.set("ContentEncoding", encoding);
  if (!input["Expires"].is_null()) headers.set("Expires", input["Expires"]);
  if (!headers.has("ContentType")) headers.set("ContentType", "binary/octet-stream");
  TRY(check_redirect(headers["WebsiteRedirectLocation"].string_or("")));
  TRY(check_storage_class(headers["StorageClass"].string_or("STANDARD")));
  return headers;
}

Result<Json> read_metadata(const Json& given) {
  if (given.empty()) return Json();
  Json metadata = Json::object({});
  std::size_t size = 0;
  for (const Json::Member& member : given.members()) {
    const std::string value = member.value.string_or("");
    size += member.key.size() + value.size();
    metadata.set(to_lower(member.key), value);
  }
  if (size > 2048) return metadata_too_large(size);
  return metadata;
}

}  // namespace

Result<Object> read_new_object(const Context& cx, const Bucket& bucket, const Json& input) {
  Object object;
  object.key = input["Key"].string_or("");
  TRY(check_key(object.key));
  TRY(refuse_unsupported(input));
  object.owner = account_of(cx);
  if (object.owner.empty()) object.owner = bucket.owner;
  object.headers = TRY(read_headers(input));
  object.metadata = TRY(read_metadata(input["Metadata"]));
  if (input["Tagging"].is_string()) {
    object.tags = TRY(read_tagging_header(input["Tagging"].as_string()));
    if (object.tags.empty()) object.tags = Json();
  }
  TRY(apply_object_acl(bucket, input, object));
  return object;
}

Status commit_object(S3& s3, const Bucket& bucket, const Object& object, FreshBlobs& fresh,
                     const Json& conditions, storage::Batch batch) {
  std::optional<Object> before;
  {
    const auto guard = s3.lock_object(bucket.name, object.key);
    const Bucket current = TRY(s3.bucket(bucket.name));  // it may have been deleted meanwhile
    if (current.created_ms != bucket.created_ms) return no_such_bucket(bucket.name);
    before = TRY(s3.find_object(bucket.name, object.key));
    TRY(check_write_conditions(conditions, before ? &*before : nullptr));
    storage::put_document(batch, object_key(bucket.name, object.key), to_json(object));
    if (before) drop_blob_names(batch, before->pieces);
    add_blob_names(batch, object.pieces);
    fresh.keep();
    TRY(s3.store().commit(std::move(batch)));
  }
  if (before) remove_blobs(s3, before->pieces);
  return {};
}

Json object_output(const Object& object, const Json& input) {
  Json output = Json::object({{"AcceptRanges", "bytes"},
                              {"LastModified", epoch(object.modified_ms)},
                              {"ContentLength", object.size},
                              {"ETag", object.quoted_etag()},
                              {"ServerSideEncryption", kEncryption}});
  copy_members(output, object.headers);
  if (output["StorageClass"].string_or("") == "STANDARD") output.erase("StorageClass");
  if (!object.metadata.is_null()) output.set("Metadata", object.metadata);
  if (!object.tags.empty()) output.set("TagCount", object.tags.size());
  if (equals_ignoring_case(input["ChecksumMode"].string_or(""), "ENABLED")) {
    copy_members(output, object.checksums);
  }
  for (const char* name : {"CacheControl", "ContentDisposition", "ContentEncoding",
                           "ContentLanguage", "ContentType", "Expires"}) {
    const Json& wanted = input[std::string("Response") + name];
    if (!wanted.is_null()) output.set(name, wanted);
  }
  return output;
}

void copy_members(Json& to, const Json& from) {
  for (const Json::Member& member : from.members()) to.set(member.key, member.value);
}

Json epoch(std::int64_t ms) { return Json::number(epoch_seconds(ms)); }

std::string checksum_algorithm_of(const Object& object) {
  for (const Json::Member& member : object.checksums.members()) {
    if (member.key != "ChecksumType") return member.key.substr(8);
  }
  return {};
}

}  // namespace fairlead::s3
