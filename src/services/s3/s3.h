// S3: buckets, objects, their settings, and the website endpoint.
//
// Records live in the store (records.h), bytes in blobs. An object becomes visible, whole, by the
// commit of its record; the blobs of what it replaced are removed after that commit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "platform/operation.h"
#include "platform/website.h"
#include "services/s3/records.h"
#include "storage/blobs.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::s3 {

class S3 : public platform::Website {
 public:
  // All outlive this.
  S3(storage::Store& store, storage::Blobs& blobs, Clock& clock);

  // The website endpoint (website.cpp).
  platform::Reply serve(platform::Context& cx, const platform::WebsiteRequest& request) override;

  // Whether a record of S3 names the blob, for Blobs::sweep (the app asks every service). In doubt,
  // when the store cannot be read, it does.
  bool references(const std::string& blob) const;

  // For the handlers.
  storage::Store& store() { return store_; }
  storage::Blobs& blobs() { return blobs_; }
  std::int64_t now_ms() const;  // whole seconds, as S3 keeps its times

  Result<std::optional<Bucket>> find_bucket(std::string_view name);
  Result<Bucket> bucket(std::string_view name);  // NoSuchBucket
  Result<std::optional<Object>> find_object(std::string_view bucket, std::string_view key);
  Result<Upload> upload(std::string_view bucket, std::string_view key, std::string_view id);

  // Writers of objects exclude each other by key; who holds the whole bucket excludes them all.
  storage::KeyLocks::Guard lock_object(std::string_view bucket, std::string_view key);
  storage::KeyLocks::Guard lock_objects(std::string_view bucket,
                                        const std::vector<std::string>& keys);
  storage::KeyLocks::Guard lock_bucket(std::string_view bucket);
  // Writers of settings: the bucket's record is read, changed and written under this.
  storage::KeyLocks::Guard lock_settings(std::string_view bucket);
  storage::KeyLocks::Guard lock_upload(std::string_view upload_id);

 private:
  storage::Store& store_;
  storage::Blobs& blobs_;
  Clock& clock_;
  storage::KeyLocks locks_;
  // Of their own, because completing an upload takes the object's lock while holding the upload's.
  storage::KeyLocks upload_locks_;
};

// Adds the service's rows (operations.cpp).
void add_s3(platform::Registry& registry, S3& s3);

}  // namespace fairlead::s3
