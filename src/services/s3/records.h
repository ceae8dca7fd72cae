// What is kept in the store for buckets, objects and uploads, and under which keys
// (docs/formats/keys-s3.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::s3 {

struct Bucket {
  std::string name;
  std::string owner;  // account
  std::string region;
  std::int64_t created_ms = 0;
  std::string ownership;     // ObjectOwnership; empty: no ownership controls (ObjectWriter)
  Json grants;               // the ACL's Grants; null: private
  Json public_access_block;  // the four booleans, or null
  std::string policy;        // as it was put, or empty
  Json tags;                 // TagSet, or null
  Json website;              // WebsiteConfiguration, or null

  bool acls_disabled() const { return ownership == "BucketOwnerEnforced"; }
  bool blocks(std::string_view setting) const {  // "BlockPublicAcls", …
    return public_access_block[setting].bool_or(false);
  }
};

// A stretch of an object's bytes: one for a plain object, one for each part of a multipart one.
struct Piece {
  std::string blob;  // empty for no bytes
  std::uint64_t size = 0;
};

struct Object {
  std::string key;
  std::string owner;  // account
  std::uint64_t size = 0;
  std::string etag;  // without quotes
  std::int64_t modified_ms = 0;
  // The header members as they were put: ContentType, CacheControl, ContentDisposition,
  // ContentEncoding, ContentLanguage, Expires, WebsiteRedirectLocation, StorageClass.
  Json headers;
  Json metadata;   // x-amz-meta-*, or null
  Json grants;     // as for buckets
  Json tags;       // TagSet, or null
  Json checksums;  // {"ChecksumCRC32": base64, …, "ChecksumType": …}, or null
  std::vector<Piece> pieces;
  bool multipart = false;

  std::string quoted_etag() const { return '"' + etag + '"'; }
};

struct Upload {
  std::string bucket, key, id;
  std::int64_t initiated_ms = 0;
  std::string initiator;  // account
  std::string checksum_algorithm, checksum_type;
  Object draft;  // headers, metadata, grants, tags, owner
};

struct UploadedPart {
  int number = 0;
  Piece piece;
  std::string etag;
  std::int64_t modified_ms = 0;
  Json checksums;
};

Json to_json(const Bucket& bucket);
Bucket bucket_from(const Json& record);
Json to_json(const Object& object);
Object object_from(std::string key, const Json& record);
Json to_json(const Upload& upload);
Upload upload_from(const Json& record);
Json to_json(const UploadedPart& part);
UploadedPart part_from(const Json& record);

// Keys, all in Family::kMeta.
inline constexpr std::string_view kBucketPrefix = "s3/b/";
std::string bucket_key(std::string_view bucket);
std::string objects_prefix(std::string_view bucket);  // + the object's key as it is
std::string object_key(std::string_view bucket, std::string_view key);
std::string uploads_prefix(std::string_view bucket);
std::string upload_key(std::string_view bucket, std::string_view key, std::string_view id);
std::string parts_prefix(std::string_view upload_id);
std::string part_key(std::string_view upload_id, int number);
std::string blob_key(std::string_view blob);  // exists while a record names the blob

// Names or un-names the pieces' blobs in the batch.
void add_blob_names(storage::Batch& batch, const std::vector<Piece>& pieces);
void drop_blob_names(storage::Batch& batch, const std::vector<Piece>& pieces);

}  // namespace fairlead::s3
