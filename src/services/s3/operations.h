// The handlers that the table in operations.cpp names, by the file that holds them.
#pragma once

#include "services/s3/access.h"

namespace fairlead::s3 {

// buckets.cpp
Result<Reply> create_bucket(S3& s3, Context& cx, Request& request);
Result<Json> head_bucket(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket(S3& s3, Context& cx, const Json& input);
Result<Json> list_buckets(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_location(S3& s3, Context& cx, const Json& input);

// bucket_settings.cpp
Result<Json> put_bucket_tagging(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_tagging(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket_tagging(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_cors(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket_cors(S3& s3, Context& cx, const Json& input);
Result<Json> put_bucket_website(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_website(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket_website(S3& s3, Context& cx, const Json& input);

// bucket_access.cpp
Result<Json> put_bucket_acl(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_acl(S3& s3, Context& cx, const Json& input);
Result<Json> put_bucket_policy(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_policy(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket_policy(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_policy_status(S3& s3, Context& cx, const Json& input);
Result<Json> put_public_access_block(S3& s3, Context& cx, const Json& input);
Result<Json> get_public_access_block(S3& s3, Context& cx, const Json& input);
Result<Json> delete_public_access_block(S3& s3, Context& cx, const Json& input);
Result<Json> put_bucket_ownership_controls(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_ownership_controls(S3& s3, Context& cx, const Json& input);
Result<Json> delete_bucket_ownership_controls(S3& s3, Context& cx, const Json& input);

// unset_settings.cpp: what a bucket answers for settings that nobody can make yet
Result<Json> get_bucket_versioning(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_encryption(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_logging(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_accelerate(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_request_payment(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_lifecycle(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_replication(S3& s3, Context& cx, const Json& input);
Result<Json> get_object_lock(S3& s3, Context& cx, const Json& input);
Result<Json> get_bucket_notification(S3& s3, Context& cx, const Json& input);

// put_object.cpp, get_object.cpp, copy_object.cpp, delete_object.cpp
Result<Reply> put_object(S3& s3, Context& cx, Request& request);
Result<Reply> get_object(S3& s3, Context& cx, Request& request);
Result<Reply> head_object(S3& s3, Context& cx, Request& request);
Result<Json> copy_object(S3& s3, Context& cx, const Json& input);
Result<Json> delete_object(S3& s3, Context& cx, const Json& input);
Result<Json> delete_objects(S3& s3, Context& cx, const Json& input);

// object_settings.cpp
Result<Json> put_object_acl(S3& s3, Context& cx, const Json& input);
Result<Json> get_object_acl(S3& s3, Context& cx, const Json& input);
Result<Json> put_object_tagging(S3& s3, Context& cx, const Json& input);
Result<Json> get_object_tagging(S3& s3, Context& cx, const Json& input);
Result<Json> delete_object_tagging(S3& s3, Context& cx, const Json& input);

// list_objects.cpp
Result<Json> list_objects_v2(S3& s3, Context& cx, const Json& input);
Result<Json> list_objects(S3& s3, Context& cx, const Json& input);

// multipart.cpp, list_multipart.cpp
Result<Json> create_multipart_upload(S3& s3, Context& cx, const Json& input);
Result<Reply> upload_part(S3& s3, Context& cx, Request& request);
Result<Json> upload_part_copy(S3& s3, Context& cx, const Json& input);
Result<Json> complete_multipart_upload(S3& s3, Context& cx, const Json& input);
Result<Json> abort_multipart_upload(S3& s3, Context& cx, const Json& input);
Result<Json> list_parts(S3& s3, Context& cx, const Json& input);
Result<Json> list_multipart_uploads(S3& s3, Context& cx, const Json& input);

}  // namespace fairlead::s3
