// Every error that S3 answers, with its wording in errors.cpp.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::s3 {

extern const ErrorCode kNoSuchBucket, kNoSuchKey, kAccessDenied, kNoSuchWebsiteConfiguration,
    kMethodNotAllowed;

// Buckets
Error no_such_bucket(std::string_view bucket);
Error bucket_already_exists(std::string_view bucket);
Error bucket_already_owned_by_you(std::string_view bucket);
Error bucket_not_empty(std::string_view bucket);
Error invalid_bucket_name(std::string_view bucket);
Error invalid_location_constraint(std::string_view location);
Error illegal_location_constraint(std::string_view location);

// Settings that are not there
Error no_such_tag_set(std::string_view bucket);
Error no_such_bucket_policy(std::string_view bucket);
Error no_such_website_configuration(std::string_view bucket);
Error no_such_cors_configuration(std::string_view bucket);
Error no_such_lifecycle_configuration(std::string_view bucket);
Error no_such_replication_configuration(std::string_view bucket);
Error no_such_object_lock_configuration(std::string_view bucket);
Error no_such_public_access_block(std::string_view bucket);
Error no_such_ownership_controls(std::string_view bucket);

// Objects
Error no_such_key(std::string_view key);
Error no_such_version(std::string_view key, std::string_view version);
Error key_too_long(std::size_t size);
Error metadata_too_large(std::size_t size);
Error entity_too_large(std::uint64_t size, std::uint64_t most);
Error incomplete_body();
Error bad_digest(std::string_view expected, std::string_view calculated);
Error invalid_digest(std::string_view given);
Error bad_checksum(std::string_view algorithm);
Error invalid_checksum_header(std::string_view algorithm);
Error precondition_failed(std::string_view condition);
Error invalid_range(std::string_view range, std::uint64_t size);
Error invalid_part_number(int wanted, int count);
Error invalid_storage_class();
Error copy_to_itself();

// Multipart uploads
Error no_such_upload(std::string_view upload_id);
Error invalid_part(std::string_view upload_id, int number, std::string_view etag);
Error invalid_part_order(std::string_view upload_id);
Error entity_too_small(std::uint64_t size, int number, std::string_view etag);

// Access
Error access_denied();
Error method_not_allowed(std::string_view method);
Error acl_not_supported();
Error acl_with_owner_enforced();
Error acl_with_public_access_block();
Error malformed_acl();
Error malformed_policy(std::string message);

// What was asked
Error invalid_argument(std::string message, std::string_view name, std::string_view value);
Error invalid_request(std::string message);
Error malformed_xml();
Error missing_body();
Error invalid_tag(std::string message);
Error bad_request(std::string message);

}  // namespace fairlead::s3
