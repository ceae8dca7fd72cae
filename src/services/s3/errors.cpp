// S3's errors word for word.
#include "services/s3/errors.h"

namespace fairlead::s3 {

const ErrorCode kNoSuchBucket{"NoSuchBucket", 404};
const ErrorCode kNoSuchKey{"NoSuchKey", 404};
const ErrorCode kAccessDenied{"AccessDenied", 403};
const ErrorCode kNoSuchWebsiteConfiguration{"NoSuchWebsiteConfiguration", 404};
const ErrorCode kMethodNotAllowed{"MethodNotAllowed", 405};

namespace {

Json bucket_detail(std::string_view bucket) { return Json::object({{"BucketName", bucket}}); }

Error about_bucket(const ErrorCode& code, const char* message, std::string_view bucket) {
  return Error{&code, message, bucket_detail(bucket)};
}

}  // namespace

Error no_such_bucket(std::string_view bucket) {
  return about_bucket(kNoSuchBucket, "The specified bucket does not exist", bucket);
}
Error bucket_already_exists(std::string_view bucket) {
  static const ErrorCode kCode{"BucketAlreadyExists", 409};
  return about_bucket(kCode,
                      "The requested bucket name is not available. The bucket namespace is shared "
                      "by all users of the system. Please select a different name and try again.",
                      bucket);
}
Error bucket_already_owned_by_you(std::string_view bucket) {
  static const ErrorCode kCode{"BucketAlreadyOwnedByYou", 409};
  return about_bucket(kCode,
                      "Your previous request to create the named bucket succeeded and you already "
                      "own it.",
                      bucket);
}
Error bucket_not_empty(std::string_view bucket) {
  static const ErrorCode kCode{"BucketNotEmpty", 409};
  return about_bucket(kCode, "The bucket you tried to delete is not empty", bucket);
}
Error invalid_bucket_name(std::string_view bucket) {
  static const ErrorCode kCode{"InvalidBucketName", 400};
  return about_bucket(kCode, "The specified bucket is not valid.", bucket);
}
Error invalid_location_constraint(std::string_view location) {
  static const ErrorCode kCode{"InvalidLocationConstraint", 400};
  return Error{&kCode, "The specified location-constraint is not valid",
               Json::object({{"LocationConstraint", location}})};
}
Error illegal_location_constraint(std::string_view location) {
  static const ErrorCode kCode{"IllegalLocationConstraintException", 400};
  return Error{&kCode,
               "The " + std::string(location) +
                   " location constraint is incompatible for the region specific endpoint this "
                   "request was sent to.",
               {}};
}

Error no_such_tag_set(std::string_view bucket) {
  static const ErrorCode kCode{"NoSuchTagSet", 404};
  return about_bucket(kCode, "The TagSet does not exist", bucket);
}
Error no_such_bucket_policy(std::string_view bucket) {
  static const ErrorCode kCode{"NoSuchBucketPolicy", 404};
  return about_bucket(kCode, "The bucket policy does not exist", bucket);
}
Error no_such_website_configuration(std::string_view bucket) {
  return about_bucket(kNoSuchWebsiteConfiguration,
                      "The specified bucket does not have a website configuration", bucket);
}
Error no_such_cors_configuration(std::string_view bucket) {
  static const ErrorCode kCode{"NoSuchCORSConfiguration", 404};
  return about_bucket(kCode, "The CORS configuration does not exist", bucket);
}
Error no_such_lifecycle_configuration(std::string_view bucket) {
  static const ErrorCode kCode{"NoSuchLifecycleConfiguration", 404};
  return about_bucket(kCode, "The lifecycle configuration does not exist", bucket);
}
Error no_such_replication_configuration(std::string_view bucket) {
  static const ErrorCode kCode{"ReplicationConfigurationNotFoundError", 404};
  return about_bucket(kCode, "The replication configuration was not found", bucket);
}
Error no_such_object_lock_configuration(std::string_view bucket) {
  static const ErrorCode kCode{"ObjectLockConfigurationNotFoundError", 404};
  return about_bucket(kCode, "Object Lock configuration does not exist for this bucket", bucket);
}
Error no_such_public_access_block(std::string_view bucket) {
  static const ErrorCode kCode{"NoSuchPublicAccessBlockConfiguration", 404};
  return about_bucket(kCode, "The public access block configuration was not found", bucket);
}
Error no_such_ownership_controls(std::string_view bucket) {
  static const ErrorCode kCode{"OwnershipControlsNotFoundError", 404};
  return about_bucket(kCode, "The bucket ownership controls were not found", bucket);
}

Error no_such_key(std::string_view key) {
  return Error{&kNoSuchKey, "The specified key does not exist.", Json::object({{"Key", key}})};
}
Error no_such_version(std::string_view key, std::string_view version) {
  static const ErrorCode kCode{"NoSuchVersion", 404};
  return Error{&kCode, "The specified version does not exist.",
               Json::object({{"Key", key}, {"VersionId", version}})};
}
Error key_too_long(std::size_t size) {
  static const ErrorCode kCode{"KeyTooLongError", 400};
  return Error{&kCode, "Your key is too long",
               Json::object({{"Size", size}, {"MaxSizeAllowed", 1024}})};
}
Error metadata_too_large(std::size_t size) {
  static const ErrorCode kCode{"MetadataTooLarge", 400};
  return Error{&kCode, "Your metadata headers exceed the maximum allowed metadata size",
               Json::object({{"Size", size}, {"MaxSizeAllowed", 2048}})};
}
Error entity_too_large(std::uint64_t size, std::uint64_t most) {
  static const ErrorCode kCode{"EntityTooLarge", 400};
  return Error{&kCode, "Your proposed upload exceeds the maximum allowed size",
               Json::object({{"ProposedSize", size}, {"MaxSizeAllowed", most}})};
}
Error incomplete_body() {
  static const ErrorCode kCode{"IncompleteBody", 400};
  return Error{
      &kCode,
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
      {}};
}
Error bad_digest(std::string_view expected, std::string_view calculated) {
  static const ErrorCode kCode{"BadDigest", 400};
  return Error{&kCode, "The Content-MD5 you specified did not match what we received.",
               Json::object({{"ExpectedDigest", expected}, {"CalculatedDigest", calculated}})};
}
Error invalid_digest(std::string_view given) {
  static const ErrorCode kCode{"InvalidDigest", 400};
  return Error{&kCode, "The Content-MD5 you specified was invalid.",
               Json::object({{"Content-MD5", given}})};
}
Error bad_checksum(std::string_view algorithm) {
  static const ErrorCode kCode{"BadDigest", 400};
  return Error{
      &kCode,
      "The " + std::string(algorithm) + " you specified did not match the calculated checksum.",
      {}};
}
Error invalid_checksum_header(std::string_view header) {
  return invalid_request("Value for " + std::string(header) + " header is invalid.");
}
Error precondition_failed(std::string_view condition) {
  static const ErrorCode kCode{"PreconditionFailed", 412};
  return Error{&kCode, "At least one of the pre-conditions you specified did not hold",
               Json::object({{"Condition", condition}})};
}
Error invalid_range(std::string_view range, std::uint64_t size) {
  static const ErrorCode kCode{"InvalidRange", 416};
  return Error{&kCode, "The requested range is not satisfiable",
               Json::object({{"RangeRequested", range}, {"ActualObjectSize", size}})};
}
Error invalid_part_number(int wanted, int count) {
  static const ErrorCode kCode{"InvalidPartNumber", 416};
  return Error{&kCode, "The requested partnumber is not satisfiable",
               Json::object({{"PartNumberRequested", wanted}, {"ActualPartCount", count}})};
}
Error invalid_storage_class() {
  static const ErrorCode kCode{"InvalidStorageClass", 400};
  return Error{&kCode, "The storage class you specified is not valid", {}};
}
Error copy_to_itself() {
  return invalid_request(
      "This copy request is illegal because it is trying to copy an object to itself without "
      "changing the object's metadata, storage class, website redirect location or encryption "
      "attributes.");
}

Error no_such_upload(std::string_view upload_id) {
  static const ErrorCode kCode{"NoSuchUpload", 404};
  return Error{&kCode,
               "The specified upload does not exist. The upload ID may be invalid, or the upload "
               "may have been aborted or completed.",
               Json::object({{"UploadId", upload_id}})};
}
Error invalid_part(std::string_view upload_id, int number, std::string_view etag) {
  static const ErrorCode kCode{"InvalidPart", 400};
  return Error{&kCode,
               "One or more of the specified parts could not be found.  The part may not have been "
               "uploaded, or the specified entity tag may not match the part's entity tag.",
               Json::object({{"UploadId", upload_id}, {"PartNumber", number}, {"ETag", etag}})};
}
Error invalid_part_order(std::string_view upload_id) {
  static const ErrorCode kCode{"InvalidPartOrder", 400};
  return Error{&kCode,
               "The list of parts was not in ascending order. Parts must be ordered by part "
               "number.",
               Json::object({{"UploadId", upload_id}})};
}
Error entity_too_small(std::uint64_t size, int number, std::string_view etag) {
  static const ErrorCode kCode{"EntityTooSmall", 400};
  return Error{&kCode, "Your proposed upload is smaller than the minimum allowed size",
               Json::object({{"ProposedSize", size},
                             {"MinSizeAllowed", 5242880},
                             {"PartNumber", number},
                             {"ETag", etag}})};
}

Error access_denied() { return Error{&kAccessDenied, "Access Denied", {}}; }
Error method_not_allowed(std::string_view method) {
  return Error{&kMethodNotAllowed, "The specified method is not allowed against this resource.",
               Json::object({{"Method", method}, {"ResourceType", "OBJECT"}})};
}
Error acl_not_supported() {
  static const ErrorCode kCode{"AccessControlListNotSupported", 400};
  return Error{&kCode, "The bucket does not allow ACLs", {}};
}
Error acl_with_owner_enforced() {
  static const ErrorCode kCode{"InvalidBucketAclWithObjectOwnership", 400};
  return Error{
      &kCode, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", {}};
}
Error acl_with_public_access_block() {
  static const ErrorCode kCode{"InvalidBucketAclWithBlockPublicAccessError", 400};
  return Error{&kCode, "Bucket cannot have public ACLs set with BlockPublicAccess enabled", {}};
}
Error malformed_acl() {
  static const ErrorCode kCode{"MalformedACLError", 400};
  return Error{&kCode,
               "The XML you provided was not well-formed or did not validate against our published "
               "schema",
               {}};
}
Error malformed_policy(std::string message) {
  static const ErrorCode kCode{"MalformedPolicy", 400};
  return Error{&kCode, std::move(message), {}};
}

Error invalid_argument(std::string message, std::string_view name, std::string_view value) {
  static const ErrorCode kCode{"InvalidArgument", 400};
  return Error{&kCode, std::move(message),
               Json::object({{"ArgumentName", name}, {"ArgumentValue", value}})};
}
Error invalid_request(std::string message) {
  static const ErrorCode kCode{"InvalidRequest", 400};
  return Error{&kCode, std::move(message), {}};
}
Error malformed_xml() {
  static const ErrorCode kCode{"MalformedXML", 400};
  return Error{&kCode,
               "The XML you provided was not well-formed or did not validate against our published "
               "schema",
               {}};
}
Error missing_body() {
  static const ErrorCode kCode{"MissingRequestBodyError", 400};
  return Error{&kCode, "Request Body is empty", {}};
}
Error invalid_tag(std::string message) {
  static const ErrorCode kCode{"InvalidTag", 400};
  return Error{&kCode, std::move(message), {}};
}
Error bad_request(std::string message) {
  static const ErrorCode kCode{"BadRequest", 400};
  return Error{&kCode, std::move(message), {}};
}

}  // namespace fairlead::s3
