// Who may do what with a bucket and its objects: bucket policy, ACLs, public access block. What the
// caller's own IAM policies say was the edge's question.
#pragma once

#include <string_view>

#include "base/result.h"
#include "platform/operation.h"
#include "services/s3/records.h"
#include "services/s3/s3.h"

namespace fairlead::s3 {

using platform::Context;
using platform::HeaderList;
using platform::Reply;
using platform::Request;

struct Ask {
  std::string_view action;         // "s3:GetObject"
  std::string_view key = {};       // object actions
  const Object* object = nullptr;  // its ACL counts too
  const Json* input = nullptr;     // for conditions on parameters
  std::string_view referer = {};
};

bool is_allowed(const Context& cx, const Bucket& bucket, const Ask& ask);
Status require(const Context& cx, const Bucket& bucket, const Ask& ask);  // AccessDenied

// The bucket that `input` names; ExpectedBucketOwner must be its owner. NoSuchBucket, AccessDenied.
Result<Bucket> named_bucket(S3& s3, const Json& input);
// The same, and the caller may do `action` on the bucket.
Result<Bucket> enter(S3& s3, const Context& cx, const Json& input, std::string_view action);
// The object that `input` names, and the caller may do `action` on it. Whoever may not list the
// bucket is told AccessDenied instead of NoSuchKey.
struct Found {
  Bucket bucket;
  Object object;
};
Result<Found> enter_object(S3& s3, const Context& cx, const Json& input, std::string_view action);

// Reads the bucket's record, lets `change` alter it, and writes it, with nobody in between.
template <class F>
Result<Json> change_bucket(S3& s3, const Context& cx, const Json& input, std::string_view action,
                           F&& change);
Status save_bucket(S3& s3, const Bucket& bucket);

template <class F>
Result<Json> change_bucket(S3& s3, const Context& cx, const Json& input, std::string_view action,
                           F&& change) {
  const auto guard = s3.lock_settings(input["Bucket"].string_or(""));
  Bucket bucket = TRY(enter(s3, cx, input, action));
  TRY(change(bucket));
  TRY(save_bucket(s3, bucket));
  return Json::object({});
}

}  // namespace fairlead::s3
