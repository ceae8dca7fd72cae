// Settings that tools ask for and that cannot be made yet: each answers as a bucket does where
// nobody has set anything. The operations that would set them have no row, and so answer 501.
#include "services/s3/errors.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"

namespace fairlead::s3 {

Result<Json> get_bucket_versioning(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetBucketVersioning"));
  return Json::object({});
}

Result<Json> get_bucket_encryption(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetEncryptionConfiguration"));
  Json rule = Json::object(
      {{"ApplyServerSideEncryptionByDefault", Json::object({{"SSEAlgorithm", kEncryption}})},
       {"BucketKeyEnabled", false}});
  return Json::object({{"ServerSideEncryptionConfiguration",
                        Json::object({{"Rules", Json::array({std::move(rule)})}})}});
}

Result<Json> get_bucket_logging(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetBucketLogging"));
  return Json::object({});
}

Result<Json> get_bucket_accelerate(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetAccelerateConfiguration"));
  return Json::object({});
}

Result<Json> get_bucket_request_payment(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetBucketRequestPayment"));
  return Json::object({{"Payer", "BucketOwner"}});
}

Result<Json> get_bucket_lifecycle(S3& s3, Context& cx, const Json& input) {
  return no_such_lifecycle_configuration(
      TRY(enter(s3, cx, input, "s3:GetLifecycleConfiguration")).name);
}

Result<Json> get_bucket_replication(S3& s3, Context& cx, const Json& input) {
  return no_such_replication_configuration(
      TRY(enter(s3, cx, input, "s3:GetReplicationConfiguration")).name);
}

Result<Json> get_object_lock(S3& s3, Context& cx, const Json& input) {
  return no_such_object_lock_configuration(
      TRY(enter(s3, cx, input, "s3:GetBucketObjectLockConfiguration")).name);
}

Result<Json> get_bucket_notification(S3& s3, Context& cx, const Json& input) {
  TRY(enter(s3, cx, input, "s3:GetBucketNotification"));
  return Json::object({});
}

}  // namespace fairlead::s3
