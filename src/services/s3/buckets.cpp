// Buckets: made, looked at, listed and deleted. A name belongs to one account of the whole house.
#include "base/base64.h"
#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

constexpr std::string_view kFirstRegion = "us-east-1";

// The endpoint of us-east-1 makes buckets anywhere, every other one only its own.
Result<std::string> read_region(const Context& cx, const Json& input) {
  std::string wanted = input["CreateBucketConfiguration"]["LocationConstraint"].string_or("");
  if (wanted == "EU") wanted = "eu-west-1";
  if (wanted.empty()) {
    if (cx.region == kFirstRegion) return cx.region;
    return illegal_location_constraint("unspecified");
  }
  if (wanted == kFirstRegion) return invalid_location_constraint(wanted);
  if (cx.region != kFirstRegion && wanted != cx.region) return illegal_location_constraint(wanted);
  return wanted;
}

Result<Bucket> read_new_bucket(const Context& cx, const Json& input) {
  Bucket bucket;
  bucket.name = input["Bucket"].string_or("");
  if (!is_valid_bucket_name(bucket.name)) return invalid_bucket_name(bucket.name);
  if (input["ObjectLockEnabledForBucket"].bool_or(false)) {
    return platform::not_implemented("Object Lock");
  }
  bucket.owner = account_of(cx);
  if (bucket.owner.empty()) return access_denied();
  bucket.region = TRY(read_region(cx, input));
  // The defaults since April 2023.
  bucket.ownership = input["ObjectOwnership"].string_or("BucketOwnerEnforced");
  if (bucket.ownership != "BucketOwnerEnforced" && bucket.ownership != "BucketOwnerPreferred" &&
      bucket.ownership != "ObjectWriter") {
    return invalid_argument("Invalid x-amz-object-ownership header: " + bucket.ownership,
                            "x-amz-object-ownership", bucket.ownership);
  }
  bucket.public_access_block = Json::object({{"BlockPublicAcls", true},
                                             {"IgnorePublicAcls", true},
                                             {"BlockPublicPolicy", true},
                                             {"RestrictPublicBuckets", true}});
  auto grants = TRY(read_acl(input, bucket.owner, bucket.owner));
  if (grants && grants->size() > 1) {
    if (bucket.acls_disabled()) return acl_with_owner_enforced();
    if (is_public(*grants)) return acl_with_public_access_block();
  }
  if (grants && !bucket.acls_disabled()) bucket.grants = std::move(*grants);
  return bucket;
}

std::string location_of(const Context& cx, const Bucket& bucket) {
  if (bucket.region == kFirstRegion) return "/" + bucket.name;
  return cx.scheme + "://" +
         (cx.host.empty() ? bucket.name + ".s3.amazonaws.com" : cx.host + "/" + bucket.name);
}

bool has_objects(S3& s3, std::string_view bucket) {
  const std::string prefix = objects_prefix(bucket);
  return s3.store().range(storage::Family::kMeta, prefix, storage::after_prefix(prefix))->valid();
}

// Uploads that were never completed go with their bucket.
Result<std::vector<Piece>> drop_uploads(S3& s3, std::string_view bucket, storage::Batch& batch) {
  std::vector<Piece> pieces;
  for (const auto& [key, record] :
       TRY(storage::list_documents(s3.store(), uploads_prefix(bucket)))) {
    batch.erase(storage::Family::kMeta, key);
    const std::string parts = parts_prefix(upload_from(record).id);
    for (const auto& [part_at, part] : TRY(storage::list_documents(s3.store(), parts))) {
      batch.erase(storage::Family::kMeta, part_at);
      pieces.push_back(part_from(part).piece);
    }
  }
  drop_blob_names(batch, pieces);
  return pieces;
}

}  // namespace

Result<Reply> create_bucket(S3& s3, Context& cx, Request& request) {
  Bucket bucket = TRY(read_new_bucket(cx, request.input));
  bucket.created_ms = s3.now_ms();
  Reply reply;
  reply.output = Json::object({{"Location", location_of(cx, bucket)}});
  const auto guard = s3.lock_settings(bucket.name);
  if (auto existing = TRY(s3.find_bucket(bucket.name))) {
    if (existing->owner != bucket.owner) return bucket_already_exists(bucket.name);
    // In us-east-1 one's own bucket may be "created" again; it stays as it is.
    if (cx.region == kFirstRegion && existing->region == bucket.region) return reply;
    return bucket_already_owned_by_you(bucket.name);
  }
  TRY(save_bucket(s3, bucket));
  return reply;
}

Result<Json> head_bucket(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:ListBucket"));
  return Json::object({{"BucketRegion", bucket.region}, {"AccessPointAlias", false}});
}

Result<Json> delete_bucket(S3& s3, Context& cx, const Json& input) {
  std::vector<Piece> pieces;
  {
    const auto guard = s3.lock_bucket(input["Bucket"].string_or(""));
    const Bucket bucket = TRY(enter(s3, cx, input, "s3:DeleteBucket"));
    if (has_objects(s3, bucket.name)) return bucket_not_empty(bucket.name);
    storage::Batch batch;
    pieces = TRY(drop_uploads(s3, bucket.name, batch));
    batch.erase(storage::Family::kMeta, bucket_key(bucket.name));
    TRY(s3.store().commit(std::move(batch)));
  }
  remove_blobs(s3, pieces);
  return Json::object({});
}

Result<Json> list_buckets(S3& s3, Context& cx, const Json& input) {
  const std::string account = account_of(cx);
  if (account.empty()) return access_denied();
  const std::int64_t most = input["MaxBuckets"].int_or(10'000);
  if (most < 1 || most > 10'000) {
    return invalid_argument("Argument max-buckets must be an integer between 1 and 10000",
                            "max-buckets", std::to_string(most));
  }
  const std::string prefix = input["Prefix"].string_or("");
  const std::string region = input["BucketRegion"].string_or("");
  const auto after = base64url_decode(input["ContinuationToken"].string_or(""));
  if (!after) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                            input["ContinuationToken"].string_or(""));
  }
  Json buckets = Json::array();
  Json output = Json::object({{"Owner", owner_json(account)}});
  for (const auto& [key, record] : TRY(storage::list_documents(s3.store(), kBucketPrefix))) {
    const Bucket bucket = bucket_from(record);
    if (bucket.owner != account || !bucket.name.starts_with(prefix) || bucket.name <= *after) {
      continue;
    }
    if (!region.empty() && bucket.region != region) continue;
    if (static_cast<std::int64_t>(buckets.size()) == most) {
      output.set("ContinuationToken",
                 base64url_encode(buckets.items().back()["Name"].string_or("")));
      break;
    }
    Json item = Json::object({{"Name", bucket.name}, {"CreationDate", epoch(bucket.created_ms)}});
    if (input.has("MaxBuckets") || !region.empty()) item.set("BucketRegion", bucket.region);
    buckets.push_back(std::move(item));
  }
  output.set("Buckets", std::move(buckets));
  if (!prefix.empty()) output.set("Prefix", prefix);
  return output;
}

Result<Json> get_bucket_location(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketLocation"));
  Json output = Json::object({});
  if (bucket.region != kFirstRegion) output.set("LocationConstraint", bucket.region);
  return output;
}

}  // namespace fairlead::s3
