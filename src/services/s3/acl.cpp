// Grants from every way to say them.
#include "services/s3/acl.h"

#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"

namespace fairlead::s3 {

namespace {

constexpr std::string_view kAllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view kAuthenticatedUsers =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr std::string_view kLogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

Json grant(Json grantee, std::string_view permission) {
  return Json::object({{"Grantee", std::move(grantee)}, {"Permission", permission}});
}
Json user(std::string_view id) { return Json::object({{"ID", id}, {"Type", "CanonicalUser"}}); }
Json group(std::string_view uri) { return Json::object({{"Type", "Group"}, {"URI", uri}}); }

Json owner_grants(std::string_view owner) {
  return Json::array({grant(user(canonical_id(owner)), "FULL_CONTROL")});
}

Result<Json> canned_grants(const std::string& name, std::string_view owner,
                           std::string_view bucket_owner) {
  Json grants = owner_grants(owner);
  if (name == "private" || name == "aws-exec-read") return grants;
  if (name == "public-read" || name == "public-read-write") {
    grants.push_back(grant(group(kAllUsers), "READ"));
    if (name == "public-read-write") grants.push_back(grant(group(kAllUsers), "WRITE"));
    return grants;
  }
  if (name == "authenticated-read") {
    grants.push_back(grant(group(kAuthenticatedUsers), "READ"));
    return grants;
  }
  if (name == "log-delivery-write") {
    grants.push_back(grant(group(kLogDelivery), "WRITE"));
    grants.push_back(grant(group(kLogDelivery), "READ_ACP"));
    return grants;
  }
  if (name == "bucket-owner-read" || name == "bucket-owner-full-control") {
    if (owner != bucket_owner) {
      grants.push_back(grant(user(canonical_id(bucket_owner)),
                             name == "bucket-owner-read" ? "READ" : "FULL_CONTROL"));
    }
    return grants;
  }
  return invalid_argument("", "x-amz-acl", name);
}

Result<Json> grantee_of(std::string_view kind, std::string_view value) {
  if (kind == "id") {
    if (value.size() != 64) return invalid_argument("Invalid id", "CanonicalUser/ID", value);
    return user(value);
  }
  if (kind == "uri") {
    if (value != kAllUsers && value != kAuthenticatedUsers && value != kLogDelivery) {
      return invalid_argument("Invalid group uri", "Group/URI", value);
    }
    return group(value);
  }
  if (equals_ignoring_case(kind, "emailAddress")) {
    static const ErrorCode kCode{"UnresolvableGrantByEmailAddress", 400};
    return Error{
        &kCode, "The e-mail address you provided does not match any account on record.", {}};
  }
  return invalid_argument("Argument format not recognized", "x-amz-grant", kind);
}

// id="…", uri="…"
Status add_header_grants(Json& grants, const std::string& header, std::string_view permission) {
  for (std::string_view piece : split(header, ',')) {
    piece = trim(piece);
    const std::size_t equals = piece.find('=');
    if (equals == piece.npos) {
      return invalid_argument("Argument format not recognized", "x-amz-grant", header);
    }
    std::string_view value = trim(piece.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    grants.push_back(grant(TRY(grantee_of(trim(piece.substr(0, equals)), value)), permission));
  }
  return {};
}

struct GrantHeader {
  std::string_view member, permission;
};
constexpr GrantHeader kGrantHeaders[] = {{"GrantFullControl", "FULL_CONTROL"},
                                         {"GrantRead", "READ"},
                                         {"GrantReadACP", "READ_ACP"},
                                         {"GrantWrite", "WRITE"},
                                         {"GrantWriteACP", "WRITE_ACP"}};

bool has_grant_headers(const Json& input) {
  for (const GrantHeader& header : kGrantHeaders) {
    if (input.has(header.member)) return true;
  }
  return false;
}

Result<Json> body_grants(const Json& policy, std::string_view owner) {
  if (policy["Owner"]["ID"].string_or(canonical_id(owner)) != canonical_id(owner)) {
    return access_denied();
  }
  Json grants = Json::array();
  if (policy["Grants"].size() > 100) return malformed_acl();
  for (const Json& item : policy["Grants"].items()) {
    const Json& grantee = item["Grantee"];
    const std::string type = grantee["Type"].string_or("");
    const std::string permission = item["Permission"].string_or("");
    bool known = permission == "FULL_CONTROL";
    for (const GrantHeader& header : kGrantHeaders)
      known = known || permission == header.permission;
    if (!known) return malformed_acl();
    if (type == "CanonicalUser") {
      grants.push_back(grant(TRY(grantee_of("id", grantee["ID"].string_or(""))), permission));
    } else if (type == "Group") {
      grants.push_back(grant(TRY(grantee_of("uri", grantee["URI"].string_or(""))), permission));
    } else if (type == "AmazonCustomerByEmail") {
      TRY(grantee_of("emailAddress", ""));
    } else {
      return malformed_acl();
    }
  }
  return grants;
}

}  // namespace

Result<std::optional<Json>> read_acl(const Json& input, std::string_view owner,
                                     std::string_view bucket_owner) {
  const std::string canned = input["ACL"].string_or("");
  const bool headers = has_grant_headers(input), body = input["AccessControlPolicy"].is_object();
  if (!canned.empty() && headers) {
    return invalid_request("Specifying both Canned ACLs and Header Grants is not allowed");
  }
  if (body && (headers || !canned.empty())) {
    static const ErrorCode kCode{"UnexpectedContent", 400};
    return Error{&kCode, "This request does not support content", {}};
  }
  if (!canned.empty()) return std::optional<Json>(TRY(canned_grants(canned, owner, bucket_owner)));
  if (body) return std::optional<Json>(TRY(body_grants(input["AccessControlPolicy"], owner)));
  if (!headers) return std::optional<Json>();
  Json grants = Json::array();
  for (const GrantHeader& header : kGrantHeaders) {
    if (input.has(header.member)) {
      TRY(add_header_grants(grants, input[header.member].string_or(""), header.permission));
    }
  }
  return std::optional<Json>(std::move(grants));
}

bool is_owner_only(const Json& input) {
  if (has_grant_headers(input) || input["AccessControlPolicy"].is_object()) return false;
  const std::string canned = input["ACL"].string_or("");
  return canned.empty() || canned == "bucket-owner-full-control";
}

bool is_public(const Json& grants) {
  for (const Json& item : grants.items()) {
    const std::string uri = item["Grantee"]["URI"].string_or("");
    if (uri == kAllUsers || uri == kAuthenticatedUsers) return true;
  }
  return false;
}

bool grants_allow(const Json& grants, std::string_view owner, std::string_view permission,
                  std::string_view account, PublicGrants public_grants) {
  if (grants.is_null()) return !account.empty() && account == owner;
  const std::string id = account.empty() ? std::string() : canonical_id(account);
  for (const Json& item : grants.items()) {
    const std::string given = item["Permission"].string_or("");
    if (given != permission && given != "FULL_CONTROL") continue;
    const Json& grantee = item["Grantee"];
    if (!id.empty() && grantee["ID"].string_or("") == id) return true;
    if (public_grants == PublicGrants::kIgnored) continue;
    const std::string uri = grantee["URI"].string_or("");
    if (uri == kAllUsers || (uri == kAuthenticatedUsers && !account.empty())) return true;
  }
  return false;
}

Json acl_output(const Json& grants, std::string_view owner) {
  return Json::object(
      {{"Owner", owner_json(owner)}, {"Grants", grants.is_null() ? owner_grants(owner) : grants}});
}

Status apply_object_acl(const Bucket& bucket, const Json& input, Object& object) {
  if (bucket.acls_disabled()) {
    if (!is_owner_only(input)) return acl_not_supported();
    object.owner = bucket.owner;
    object.grants = Json();
    return {};
  }
  if (bucket.ownership == "BucketOwnerPreferred" &&
      input["ACL"].string_or("") == "bucket-owner-full-control") {
    object.owner = bucket.owner;
  }
  auto grants = TRY(read_acl(input, object.owner, bucket.owner));
  if (!grants) return {};
  if (is_public(*grants) && bucket.blocks("BlockPublicAcls")) return access_denied();
  object.grants = std::move(*grants);
  return {};
}

}  // namespace fairlead::s3
