// Tagging, CORS and website settings of a bucket: stored, shown, removed.
#include "services/s3/errors.h"
#include "services/s3/operations.h"
#include "services/s3/tags.h"
#include "services/s3/website_config.h"

namespace fairlead::s3 {

namespace {

bool has_two_wildcards(const std::string& text) {
  const std::size_t first = text.find('*');
  return first != text.npos && text.find('*', first + 1) != text.npos;
}

Status check_cors_rule(const Json& rule) {
  if (rule["AllowedMethods"].empty() || rule["AllowedOrigins"].empty()) return malformed_xml();
  for (const Json& method : rule["AllowedMethods"].items()) {
    const std::string name = method.string_or("");
    if (name != "GET" && name != "PUT" && name != "POST" && name != "DELETE" && name != "HEAD") {
      return invalid_request(
          "Found unsupported HTTP method in CORS config. Unsupported method is " + name);
    }
  }
  for (const Json& origin : rule["AllowedOrigins"].items()) {
    if (has_two_wildcards(origin.string_or(""))) {
      return invalid_request("AllowedOrigin \"" + origin.string_or("") +
                             "\" can not have more than one wildcard.");
    }
  }
  for (const Json& header : rule["AllowedHeaders"].items()) {
    if (has_two_wildcards(header.string_or(""))) {
      return invalid_request("AllowedHeader \"" + header.string_or("") +
                             "\" can not have more than one wildcard.");
    }
  }
  for (const Json& header : rule["ExposeHeaders"].items()) {
    if (header.string_or("").find('*') != std::string::npos) {
      return invalid_request("ExposeHeader \"" + header.string_or("") +
                             "\" contains wildcard. We currently do not support wildcard for "
                             "ExposeHeader.");
    }
  }
  if (rule["ID"].string_or("").size() > 255) {
    return invalid_request("The ID of a CORS rule is limited to 255 characters.");
  }
  return {};
}

}  // namespace

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

Result<Json> put_bucket_cors(S3& s3, Context& cx, const Json& input) {
  const Json& given = input["CORSConfiguration"];
  return change_bucket(s3, cx, input, "s3:PutBucketCORS", [&](Bucket& bucket) -> Status {
    const Json& rules = given["CORSRules"];
    if (rules.empty()) return malformed_xml();
    if (rules.size() > 100) {
      return invalid_request(
          "The number of CORS rules should not exceed allowed limit of 100 rules.");
    }
    for (const Json& rule : rules.items()) TRY(check_cors_rule(rule));
    bucket.cors = given;
    return {};
  });
}

Result<Json> get_bucket_cors(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:GetBucketCORS"));
  if (bucket.cors.is_null()) return no_such_cors_configuration(bucket.name);
  return bucket.cors;
}

Result<Json> delete_bucket_cors(S3& s3, Context& cx, const Json& input) {
  return change_bucket(s3, cx, input, "s3:PutBucketCORS", [](Bucket& bucket) -> Status {
    bucket.cors = Json();
    return {};
  });
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
