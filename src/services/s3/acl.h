// Access control lists: canned names, grant headers and bodies, all turned into a list of Grants.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "services/s3/records.h"

namespace fairlead::s3 {

// The ACL that a request asks for: `ACL`, the five `Grant…` members, or `AccessControlPolicy`.
// Nothing when it asks for none. `owner` is the account that will own what the ACL is on.
Result<std::optional<Json>> read_acl(const Json& input, std::string_view owner,
                                     std::string_view bucket_owner);

// Whether a bucket with ownership enforced still takes the request: no ACL, or one that gives
// nobody but the bucket's owner anything.
bool is_owner_only(const Json& input);

bool is_public(const Json& grants);  // AllUsers or AuthenticatedUsers

enum class PublicGrants { kCount, kIgnored };
// `grants` null: the owner alone. `account` empty: anonymous.
bool grants_allow(const Json& grants, std::string_view owner, std::string_view permission,
                  std::string_view account, PublicGrants public_grants);

// What GetBucketAcl and GetObjectAcl show.
Json acl_output(const Json& grants, std::string_view owner);

// Puts the ACL of a new object in place: AccessControlListNotSupported and AccessDenied (public
// access block) where the bucket says so; object ownership follows the bucket's rule.
Status apply_object_acl(const Bucket& bucket, const Json& input, Object& object);

}  // namespace fairlead::s3
