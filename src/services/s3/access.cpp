// The decision: an explicit deny, then ownership, then an allow of the policy, then the ACLs.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
#include "services/s3/access.h"

#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/policy.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

// Traffic that never leaves the machine counts as encrypted: SAM's, CDK's and Serverless' buckets
// deny everything else, and their tools talk to us over http://127.0.0.1.
bool is_secure(const Context& cx) {
  return cx.scheme == "https" || cx.source_ip.empty() || cx.source_ip.starts_with("127.") ||
         cx.source_ip == "::1" || cx.source_ip.starts_with("::ffff:127.");
}

std::optional<std::string> non_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

PolicyQuestion question_of(const Context& cx, const Bucket& bucket, const Ask& ask) {
  PolicyQuestion question;
  question.action = ask.action;
  question.resource = ask.key.empty() ? bucket_arn(bucket.name) : object_arn(bucket.name, ask.key);
  question.account = account_of(cx);
  question.principal_arn = cx.caller.arn;
  question.condition_value =
      [&cx, &ask, account = question.account](std::string_view key) -> std::optional<std::string> {
    if (key == "aws:securetransport") return is_secure(cx) ? "true" : "false";
    if (key == "aws:sourceip") return non_empty(cx.source_ip);
    if (key == "aws:useragent") return non_empty(cx.user_agent);
    if (key == "aws:referer") return non_empty(std::string(ask.referer));
    if (key == "aws:principalarn") return non_empty(cx.caller.arn);
    if (key == "aws:principalaccount") return non_empty(account);
    if (!ask.input) return std::nullopt;
    if (key == "s3:prefix") return non_empty((*ask.input)["Prefix"].string_or(""));
    if (key == "s3:delimiter") return non_empty((*ask.input)["Delimiter"].string_or(""));
    if (key == "s3:x-amz-acl") return non_empty((*ask.input)["ACL"].string_or(""));
    return std::nullopt;
  };
  return question;
}

bool is_about_the_policy(std::string_view action) {
  return action == "s3:GetBucketPolicy" || action == "s3:PutBucketPolicy" ||
         action == "s3:DeleteBucketPolicy";
}

bool acl_allows(const Bucket& bucket, const Ask& ask, const std::string& account) {
  struct Row {
    std::string_view action, permission;
    bool on_object;
  };
  static constexpr Row kRows[] = {{"s3:GetObject", "READ", true},
                                  {"s3:GetObjectAcl", "READ_ACP", true},
                                  {"s3:PutObjectAcl", "WRITE_ACP", true},
                                  {"s3:ListBucket", "READ", false},
                                  {"s3:ListBucketMultipartUploads", "READ", false},
                                  {"s3:PutObject", "WRITE", false},
                                  {"s3:DeleteObject", "WRITE", false},
                                  {"s3:GetBucketAcl", "READ_ACP", false},
                                  {"s3:PutBucketAcl", "WRITE_ACP", false}};
  if (bucket.acls_disabled()) return false;
  for (const Row& row : kRows) {
    if (row.action != ask.action) continue;
    if (row.on_object && !ask.object) return false;
    const Json& grants = row.on_object ? ask.object->grants : bucket.grants;
    const std::string& owner = row.on_object ? ask.object->owner : bucket.owner;
    return grants_allow(
        grants, owner, row.permission, account,
        bucket.blocks("IgnorePublicAcls") ? PublicGrants::kIgnored : PublicGrants::kCount);
  }
  return false;
}

}  // namespace

bool is_allowed(const Context& cx, const Bucket& bucket, const Ask& ask) {
  const std::string account = account_of(cx);
  const bool own = account == bucket.owner;
  const bool service = cx.caller.kind == platform::Principal::Kind::kService;
  const PolicyAnswer answer = ask_policy(bucket.policy, question_of(cx, bucket, ask));
  if (answer == PolicyAnswer::kDeny) return own && is_about_the_policy(ask.action);
  if (own || service) return true;
  // The policy's own operations are for the owner's account alone.
  if (is_about_the_policy(ask.action)) return false;
  if (answer == PolicyAnswer::kAllow) {
    return !bucket.blocks("RestrictPublicBuckets") || !is_public_policy(bucket.policy);
  }
  return acl_allows(bucket, ask, account);
}

Status require(const Context& cx, const Bucket& bucket, const Ask& ask) {
  if (!is_allowed(cx, bucket, ask)) return access_denied();
  return {};
}

Result<Bucket> named_bucket(S3& s3, const Json& input) {
  Bucket bucket = TRY(s3.bucket(input["Bucket"].string_or("")));
  const std::string expected = input["ExpectedBucketOwner"].string_or(bucket.owner);
  if (expected != bucket.owner) return access_denied();
  return bucket;
}

Result<Bucket> enter(S3& s3, const Context& cx, const Json& input, std::string_view action) {
  Bucket bucket = TRY(named_bucket(s3, input));
  TRY(require(cx, bucket, {.action = action, .input = &input}));
  return bucket;
}

Result<Found> enter_object(S3& s3, const Context& cx, const Json& input, std::string_view action) {
  Found found{TRY(named_bucket(s3, input)), {}};
  const std::string key = input["Key"].string_or("");
  TRY(check_key(key));
  const std::string version = input["VersionId"].string_or("");
  if (!version.empty() && version != "null") {
    return invalid_argument("Invalid version id specified", "versionId", version);
  }
  auto object = TRY(s3.find_object(found.bucket.name, key));
  if (!object) {
    if (is_allowed(cx, found.bucket, {.action = "s3:ListBucket"})) return no_such_key(key);
    return access_denied();
  }
  TRY(require(cx, found.bucket,
              {.action = action, .key = key, .object = &*object, .input = &input}));
  found.object = std::move(*object);
  return found;
}

Status save_bucket(S3& s3, const Bucket& bucket) {
  storage::Batch batch;
  storage::put_document(batch, bucket_key(bucket.name), to_json(bucket));
  return s3.store().commit(std::move(batch));
}

}  // namespace fairlead::s3
