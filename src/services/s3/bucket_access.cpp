// The settings that say who may use a bucket: ACL, policy, public access block, object ownership.
#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"
#include "services/s3/policy.h"

namespace fairlead::s3 {

Result<Json> put_bucket_acl(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketAcl", [&](Bucket& bucket) -> Status {
    const bool harmless = is_owner_only(input) || input["ACL"].string_or("") == "private";
    auto grants = TRY(read_acl(input, bucket.owner, bucket.owner));
    if (!grants) {
      static const ErrorCode kCode{"MissingSecurityHeader", 400};
      return Error{&kCode, "Your request was missing a required header",
                   Json::object({{"MissingHeaderName", "x-amz-acl"}})};
    }
    if (bucket.acls_disabled()) {
      if (!harmless) return acl_not_supported();
      return {};
    }
    if (is_public(*grants) && bucket.blocks("BlockPublicAcls")) return access_denied();
    bucket.grants = std::move(*grants);
    return {};
  });
}

Result<Json> get_bucket_acl(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketAcl"));
  return acl_output(bucket.acls_disabled() ? Json() : bucket.grants, bucket.owner);
}

Result<Json> put_bucket_policy(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketPolicy", [&](Bucket& bucket) -> Status {
    const std::string policy = input["Policy"].string_or("");
    if (policy.empty()) return missing_body();
    TRY(check_policy(policy, bucket.name));
    if (bucket.blocks("BlockPublicPolicy") && is_public_policy(policy)) return access_denied();
    bucket.policy = policy;
    return {};
  });
}

Result<Json> get_bucket_policy(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketPolicy"));
  if (bucket.policy.empty()) return no_such_bucket_policy(bucket.name);
  return Json::object({{"Policy", bucket.policy}});
}

Result<Json> delete_bucket_policy(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:DeleteBucketPolicy", [](Bucket& bucket) -> Status {
    bucket.policy.clear();
    return {};
  });
}

Result<Json> get_bucket_policy_status(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketPolicyStatus"));
  if (bucket.policy.empty()) return no_such_bucket_policy(bucket.name);
  return Json::object(
      {{"PolicyStatus", Json::object({{"IsPublic", is_public_policy(bucket.policy)}})}});
}

Result<Json> put_public_access_block(S3& s3, Context& cx, const Json& input) {
  const Json& given = input["PublicAccessBlockConfiguration"];
  return change_bucket(s3, cx, input, "s3:PutBucketPublicAccessBlock",
                       [&](Bucket& bucket) -> Status {
                         if (!given.is_object() || given.empty()) return malformed_xml();
                         bucket.public_access_block = Json::object({});
                         for (const char* name : {"BlockPublicAcls", "IgnorePublicAcls",
                                                  "BlockPublicPolicy", "RestrictPublicBuckets"}) {
                           bucket.public_access_block.set(name, given[name].bool_or(false));
                         }
                         return {};
                       });
}

Result<Json> get_public_access_block(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketPublicAccessBlock"));
  if (bucket.public_access_block.is_null()) return no_such_public_access_block(bucket.name);
  return Json::object({{"PublicAccessBlockConfiguration", bucket.public_access_block}});
}

Result<Json> delete_public_access_block(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketPublicAccessBlock",
                       [](Bucket& bucket) -> Status {
                         bucket.public_access_block = Json();
                         return {};
                       });
}

Result<Json> put_bucket_ownership_controls(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketOwnershipControls",
                       [&](Bucket& bucket) -> Status {
                         const Json& rules = input["OwnershipControls"]["Rules"];
                         if (rules.size() != 1) return malformed_xml();
                         const std::string rule = rules.items()[0]["ObjectOwnership"].string_or("");
                         if (rule != "BucketOwnerEnforced" && rule != "BucketOwnerPreferred" &&
                             rule != "ObjectWriter") {
                           return malformed_xml();
                         }
                         // Grants to others would lose their meaning silently.
                         if (rule == "BucketOwnerEnforced" && bucket.grants.size() > 1) {
                           return acl_with_owner_enforced();
                         }
                         bucket.ownership = rule;
                         return {};
                       });
}

Result<Json> get_bucket_ownership_controls(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketOwnershipControls"));
  if (bucket.ownership.empty()) return no_such_ownership_controls(bucket.name);
  Json rules = Json::array({Json::object({{"ObjectOwnership", bucket.ownership}})});
  return Json::object({{"OwnershipControls", Json::object({{"Rules", std::move(rules)}})}});
}

Result<Json> delete_bucket_ownership_controls(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketOwnershipControls",
                       [](Bucket& bucket) -> Status {
                         bucket.ownership.clear();
                         return {};
                       });
}

}  // namespace fairlead::s3
