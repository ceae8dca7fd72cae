// The operation table of S3.
#include "services/s3/operations.h"

#include "services/s3/checksums.h"
#include "services/s3/names.h"

namespace fairlead::s3 {

using platform::json;
using platform::Operation;
using platform::raw;

namespace {

constexpr auto kRead = platform::OperationKind::kRead;
constexpr auto kWrite = platform::OperationKind::kWrite;

std::string bucket_of(const Context&, const Json& input) {
  return bucket_arn(input["Bucket"].string_or("*"));
}
std::string object_of(const Context&, const Json& input) {
  return object_arn(input["Bucket"].string_or("*"), input["Key"].string_or("*"));
}
std::string objects_of(const Context&, const Json& input) {
  return object_arn(input["Bucket"].string_or("*"), "*");
}

// Operations whose body is a document: its digests are checked before the handler sees it.
template <auto kFunction>
constexpr platform::Handler checked =
    [](void* service, Context& cx, Request& request) -> Result<Reply> {
  TRY(check_body(request));
  return json<kFunction>(service, cx, request);
};

// Permissions:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
const Operation kOperations[] = {
    // name, permission, resource, kind, handler
    {"CreateBucket", "s3:CreateBucket", bucket_of, kWrite, raw<create_bucket>},
    {"HeadBucket", "s3:ListBucket", bucket_of, kRead, json<head_bucket>},
    {"DeleteBucket", "s3:DeleteBucket", bucket_of, kWrite, json<delete_bucket>},
    {"ListBuckets", "s3:ListAllMyBuckets", platform::any_resource, kRead, json<list_buckets>},
    {"GetBucketLocation", "s3:GetBucketLocation", bucket_of, kRead, json<get_bucket_location>},

    {"PutBucketTagging", "s3:PutBucketTagging", bucket_of, kWrite, checked<put_bucket_tagging>},
    {"GetBucketTagging", "s3:GetBucketTagging", bucket_of, kRead, json<get_bucket_tagging>},
    {"DeleteBucketTagging", "s3:PutBucketTagging", bucket_of, kWrite, json<delete_bucket_tagging>},
    {"GetBucketCors", "s3:GetBucketCORS", bucket_of, kRead, json<get_bucket_cors>},
    {"DeleteBucketCors", "s3:PutBucketCORS", bucket_of, kWrite, json<delete_bucket_cors>},
    {"PutBucketWebsite", "s3:PutBucketWebsite", bucket_of, kWrite, checked<put_bucket_website>},
    {"GetBucketWebsite", "s3:GetBucketWebsite", bucket_of, kRead, json<get_bucket_website>},
    {"DeleteBucketWebsite", "s3:DeleteBucketWebsite", bucket_of, kWrite,
     json<delete_bucket_website>},

    {"PutBucketAcl", "s3:PutBucketAcl", bucket_of, kWrite, checked<put_bucket_acl>},
    {"GetBucketAcl", "s3:GetBucketAcl", bucket_of, kRead, json<get_bucket_acl>},
    {"PutBucketPolicy", "s3:PutBucketPolicy", bucket_of, kWrite, checked<put_bucket_policy>},
    {"GetBucketPolicy", "s3:GetBucketPolicy", bucket_of, kRead, json<get_bucket_policy>},
    {"DeleteBucketPolicy", "s3:DeleteBucketPolicy", bucket_of, kWrite, json<delete_bucket_policy>},
    {"GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", bucket_of, kRead,
     json<get_bucket_policy_status>},
    {"PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", bucket_of, kWrite,
     checked<put_public_access_block>},
    {"GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", bucket_of, kRead,
     json<get_public_access_block>},
    {"DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", bucket_of, kWrite,
     json<delete_public_access_block>},
    {"PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", bucket_of, kWrite,
     checked<put_bucket_ownership_controls>},
    {"GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", bucket_of, kRead,
     json<get_bucket_ownership_controls>},
    {"DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls", bucket_of, kWrite,
     json<delete_bucket_ownership_controls>},

    {"GetBucketVersioning", "s3:GetBucketVersioning", bucket_of, kRead,
     json<get_bucket_versioning>},
    {"GetBucketEncryption", "s3:GetEncryptionConfiguration", bucket_of, kRead,
     json<get_bucket_encryption>},
    {"GetBucketLogging", "s3:GetBucketLogging", bucket_of, kRead, json<get_bucket_logging>},
    {"GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", bucket_of, kRead,
     json<get_bucket_accelerate>},
    {"GetBucketRequestPayment", "s3:GetBucketRequestPayment", bucket_of, kRead,
     json<get_bucket_request_payment>},
    {"GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", bucket_of, kRead,
     json<get_bucket_lifecycle>},
    {"GetBucketReplication", "s3:GetReplicationConfiguration", bucket_of, kRead,
     json<get_bucket_replication>},
    {"GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", bucket_of, kRead,
     json<get_object_lock>},
    {"GetBucketNotificationConfiguration", "s3:GetBucketNotification", bucket_of, kRead,
     json<get_bucket_notification>},

    {"PutObject", "s3:PutObject", object_of, kWrite, raw<put_object>},
    {"GetObject", "s3:GetObject", object_of, kRead, raw<get_object>},
    {"HeadObject", "s3:GetObject", object_of, kRead, raw<head_object>},
    {"CopyObject", "s3:PutObject", object_of, kWrite, json<copy_object>},
    {"DeleteObject", "s3:DeleteObject", object_of, kWrite, json<delete_object>},
    {"DeleteObjects", "s3:DeleteObject", objects_of, kWrite, checked<delete_objects>,
     2 * 1024 * 1024},
    {"ListObjectsV2", "s3:ListBucket", bucket_of, kRead, json<list_objects_v2>},
    {"ListObjects", "s3:ListBucket", bucket_of, kRead, json<list_objects>},

    {"PutObjectAcl", "s3:PutObjectAcl", object_of, kWrite, checked<put_object_acl>},
    {"GetObjectAcl", "s3:GetObjectAcl", object_of, kRead, json<get_object_acl>},
    {"PutObjectTagging", "s3:PutObjectTagging", object_of, kWrite, checked<put_object_tagging>},
    {"GetObjectTagging", "s3:GetObjectTagging", object_of, kRead, json<get_object_tagging>},
    {"DeleteObjectTagging", "s3:DeleteObjectTagging", object_of, kWrite,
     json<delete_object_tagging>},

    {"CreateMultipartUpload", "s3:PutObject", object_of, kWrite, json<create_multipart_upload>},
    {"UploadPart", "s3:PutObject", object_of, kWrite, raw<upload_part>},
    {"UploadPartCopy", "s3:PutObject", object_of, kWrite, json<upload_part_copy>},
    {"CompleteMultipartUpload", "s3:PutObject", object_of, kWrite, json<complete_multipart_upload>,
     4 * 1024 * 1024},
    {"AbortMultipartUpload", "s3:AbortMultipartUpload", object_of, kWrite,
     json<abort_multipart_upload>},
    {"ListParts", "s3:ListMultipartUploadParts", object_of, kRead, json<list_parts>},
    {"ListMultipartUploads", "s3:ListBucketMultipartUploads", bucket_of, kRead,
     json<list_multipart_uploads>},
};

}  // namespace

void add_s3(platform::Registry& registry, S3& s3) { registry.add("s3", kOperations, &s3); }

}  // namespace fairlead::s3
