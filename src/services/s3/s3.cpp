// Lookups and locks that every handler uses.
#include "services/s3/s3.h"

#include <functional>

#include "services/s3/errors.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

constexpr std::size_t kLockStripes = 4096;
constexpr std::size_t kUploadStripes = 256;
constexpr std::size_t kSharesOfABucket = 32;

std::string share_name(std::string_view bucket, std::size_t share) {
  return "object/" + std::string(bucket) + "/" + std::to_string(share);
}

std::string share_of(std::string_view bucket, std::string_view key) {
  return share_name(bucket, std::hash<std::string_view>{}(key) % kSharesOfABucket);
}

}  // namespace

S3::S3(storage::Store& store, storage::Blobs& blobs, Clock& clock)
    : store_(store),
      blobs_(blobs),
      clock_(clock),
      locks_(kLockStripes),
      upload_locks_(kUploadStripes) {}

std::int64_t S3::now_ms() const { return clock_.now_ms() / 1000 * 1000; }

bool S3::references(const std::string& blob) const {
  const auto named = store_.get(storage::Family::kMeta, blob_key(blob));
  return !named.ok() || named->has_value();
}

Result<std::optional<Bucket>> S3::find_bucket(std::string_view name) {
  const auto record = TRY(storage::get_document(store_, bucket_key(name)));
  if (!record) return std::optional<Bucket>();
  return std::optional<Bucket>(bucket_from(*record));
}

Result<Bucket> S3::bucket(std::string_view name) {
  auto found = TRY(find_bucket(name));
  if (!found) return no_such_bucket(name);
  return std::move(*found);
}

Result<std::optional<Object>> S3::find_object(std::string_view bucket, std::string_view key) {
  const auto record = TRY(storage::get_document(store_, object_key(bucket, key)));
  if (!record) return std::optional<Object>();
  return std::optional<Object>(object_from(std::string(key), *record));
}

Result<Upload> S3::upload(std::string_view bucket, std::string_view key, std::string_view id) {
  const auto record = TRY(storage::get_document(store_, upload_key(bucket, key, id)));
  if (!record) return no_such_upload(id);
  return upload_from(*record);
}

storage::KeyLocks::Guard S3::lock_object(std::string_view bucket, std::string_view key) {
  return locks_.lock(share_of(bucket, key));
}

storage::KeyLocks::Guard S3::lock_objects(std::string_view bucket,
                                          const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  for (const std::string& key : keys) names.push_back(share_of(bucket, key));
  return locks_.lock_all(names);
}

storage::KeyLocks::Guard S3::lock_bucket(std::string_view bucket) {
  std::vector<std::string> names{"settings/" + std::string(bucket)};
  for (std::size_t share = 0; share < kSharesOfABucket; ++share) {
    names.push_back(share_name(bucket, share));
  }
  return locks_.lock_all(names);
}

storage::KeyLocks::Guard S3::lock_settings(std::string_view bucket) {
  return locks_.lock("settings/" + std::string(bucket));
}

storage::KeyLocks::Guard S3::lock_upload(std::string_view upload_id) {
  return upload_locks_.lock(upload_id);
}

}  // namespace fairlead::s3
