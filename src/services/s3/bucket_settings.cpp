// Tagging, CORS and website settings of a bucket: stored, shown, removed.
#include "services/s3/errors.h"
#include "services/s3/operations.h"
#include "services/s3/tags.h"
#include "services/s3/website_config.h"

namespace fairlead::s3 {

Result<Json> put_bucket_tagging(S3& s3, Context& cx, const Json& input) {
  const Json& given = input["Tagging"]["TagSet"];
  return change_bucket(s3, cx, input, "s3:PutBucketTagging", [&](Bucket& bucket) -> Status {
    bucket.tags = TRY(read_tag_set(given, kMostBucketTags));
    if (bucket.tags.empty()) bucket.tags = Json();
    return {};
  });
}

Result<Json> get_bucket_tagging(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketTagging"));
  if (bucket.tags.is_null()) return no_such_tag_set(bucket.name);
  return Json::object({{"TagSet", bucket.tags}});
}

Result<Json> delete_bucket_tagging(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketTagging", [](Bucket& bucket) -> Status {
    bucket.tags = Json();
    return {};
  });
}

// No bucket has CORS rules: PutBucketCors answers 501 until they are applied (REST issue).
Result<Json> get_bucket_cors(S3& s3, Context& cx, const Json& input) {
  return no_such_cors_configuration(TRY(enter(s3, cx, input, "s3:GetBucketCORS")).name);
}

Result<Json> delete_bucket_cors(S3& s3, Context& cx, const Json& input) {
  (void)TRY(enter(s3, cx, input, "s3:PutBucketCORS"));
  return Json::object();
}

Result<Json> put_bucket_website(S3& s3, Context& cx, const Json& input) {
  const Json& given = input["WebsiteConfiguration"];
  return change_bucket(s3, cx, input, "s3:PutBucketWebsite", [&](Bucket& bucket) -> Status {
    TRY(check_website(given));
    bucket.website = given;
    return {};
  });
}

Result<Json> get_bucket_website(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketWebsite"));
  if (bucket.website.is_null()) return no_such_website_configuration(bucket.name);
  return bucket.website;
}

Result<Json> delete_bucket_website(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:DeleteBucketWebsite", [](Bucket& bucket) -> Status {
    bucket.website = Json();
    return {};
  });
}

}  // namespace fairlead::s3
