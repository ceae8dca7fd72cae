// ACLs, policies, public access block and object ownership: what they accept and what they decide.
#include "services/s3/names.h"
#include "services/s3/policy.h"
#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

constexpr const char* kPublicRead = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
  "Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]})";

Json bucket() { return Json::object({{"Bucket", "bucket"}}); }
Json object() { return Json::object({{"Bucket", "bucket"}, {"Key", "k"}}); }
Json with(Json json, std::string_view name, Json value) {
  json.set(name, std::move(value));
  return json;
}

class Access : public S3Test {
 protected:
  Json put_policy(const std::string& policy) {
    return run("PutBucketPolicy", with(bucket(), "Policy", policy));
  }
  void block(const char* setting) {
    run("PutPublicAccessBlock",
        with(bucket(), "PublicAccessBlockConfiguration", Json::object({{setting, true}})));
  }
};

TEST_F(Access, PublicReadByAclAsTheChatDeploysIt) {
  make_open_bucket();
  EXPECT_FALSE(put("k", "hello", Json::object({{"ACL", "public-read"}})).has("error"));
  put("private", "x");
  become("");
  EXPECT_EQ(body_of("k"), "hello");
  EXPECT_EQ(body_of("private"), "(AccessDenied)");
  EXPECT_EQ(body_of("none"), "(AccessDenied)");  // who may not list is not told
  EXPECT_EQ(run("ListObjectsV2", bucket())["error"].string_or(""), "AccessDenied");
  EXPECT_EQ(put("k", "y")["error"].string_or(""), "AccessDenied");
  EXPECT_EQ(run("DeleteObject", object())["error"].string_or(""), "AccessDenied");
  become("000000000000");
  block("IgnorePublicAcls");
  become("");
  EXPECT_EQ(body_of("k"), "(AccessDenied)");
}

TEST_F(Access, PublicReadByPolicy) {
  make_bucket();
  put("k", "hello");
  const Json refused = put_policy(kPublicRead);
  EXPECT_EQ(refused["error"].string_or(""), "AccessDenied");  // BlockPublicPolicy
  run("DeletePublicAccessBlock", bucket());
  EXPECT_FALSE(put_policy(kPublicRead).has("error"));
  EXPECT_EQ(run("GetBucketPolicy", bucket())["Policy"].string_or(""), kPublicRead);
  EXPECT_TRUE(run("GetBucketPolicyStatus", bucket())["PolicyStatus"]["IsPublic"].bool_or(false));
  for (const char* reader : {"", "111111111111"}) {
    become(reader);
    EXPECT_EQ(body_of("k"), "hello");
    EXPECT_EQ(body_of("none"), "(AccessDenied)");
    EXPECT_EQ(run("GetBucketPolicy", bucket())["error"].string_or(""), "AccessDenied");
  }
  become("000000000000");
  block("RestrictPublicBuckets");
  become("");
  EXPECT_EQ(body_of("k"), "(AccessDenied)");
  become("000000000000");
  EXPECT_EQ(body_of("k"), "hello");
  run("DeleteBucketPolicy", bucket());
  EXPECT_EQ(run("GetBucketPolicy", bucket())["error"].string_or(""), "NoSuchBucketPolicy");
}

TEST_F(Access, DenyBindsTheOwnerButNotFromThePolicy) {
  make_bucket();
  put("k", "hello");
  EXPECT_FALSE(put_policy(R"({"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*",
    "Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"]}})")
                   .has("error"));
  EXPECT_EQ(body_of("k"), "(AccessDenied)");
  EXPECT_EQ(run("ListObjectsV2", bucket())["error"].string_or(""), "AccessDenied");
  EXPECT_FALSE(run("DeleteBucketPolicy", bucket()).has("error"));
  EXPECT_EQ(body_of("k"), "hello");
}

TEST_F(Access, DeploymentBucketsThatDemandTlsWorkFromLoopback) {
  make_bucket();
  EXPECT_FALSE(put_policy(R"({"Version":"2012-10-17","Statement":[{"Action":"s3:*","Effect":"Deny",
    "Principal":"*","Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"],
    "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})")
                   .has("error"));
  EXPECT_FALSE(put("k", "x").has("error"));
  cx.source_ip = "10.1.2.3";
  EXPECT_EQ(put("k", "y")["error"].string_or(""), "AccessDenied");
  cx.scheme = "https";
  EXPECT_FALSE(put("k", "y").has("error"));
}

TEST_F(Access, OtherAccountsByPolicyAndGrant) {
  make_bucket();
  run("PutBucketOwnershipControls",
      with(bucket(), "OwnershipControls",
           Json::object({{"Rules", Json::array({Json::object(
                                       {{"ObjectOwnership", "BucketOwnerPreferred"}})})}})));
  EXPECT_FALSE(put_policy(R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["111111111111",
    "arn:aws:iam::222222222222:role/writer"]},"Action":["s3:Put*","s3:ListBucket"],
    "Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/in/*"]}]})")
                   .has("error"));
  become("111111111111");
  EXPECT_FALSE(put("in/a", "x").has("error"));
  EXPECT_EQ(put("out/a", "x")["error"].string_or(""), "AccessDenied");
  EXPECT_EQ(body_of("in/a"), "x");  // its writer owns it: the default ACL
  EXPECT_EQ(body_of("missing"), "(NoSuchKey)");
  become("222222222222");
  EXPECT_EQ(put("in/b", "x")["error"].string_or(""), "AccessDenied");
  cx.caller.arn = "arn:aws:sts::222222222222:assumed-role/writer/session";
  EXPECT_FALSE(put("in/b", "x", Json::object({{"ACL", "bucket-owner-full-control"}})).has("error"));
  become("000000000000");
  EXPECT_EQ(
      run("GetObjectAcl", Json::object({{"Bucket", "bucket"}, {"Key", "in/b"}}))["Owner"]["ID"]
          .string_or(""),
      canonical_id("000000000000"));
  EXPECT_EQ(
      run("GetObjectAcl", Json::object({{"Bucket", "bucket"}, {"Key", "in/a"}}))["Owner"]["ID"]
          .string_or(""),
      canonical_id("111111111111"));
}

TEST_F(Access, AclsAreOffByDefault) {
  make_bucket();
  put("k", "x");
  struct Case {
    const char* operation;
    Json input;
  };
  for (const Case& c : {Case{"PutBucketAcl", with(bucket(), "ACL", "public-read")},
                        Case{"PutObjectAcl", with(object(), "ACL", "public-read")},
                        Case{"PutObject", with(object(), "ACL", "public-read")},
                        Case{"PutObject", with(object(), "GrantRead", "uri=\"x\"")},
                        Case{"CreateMultipartUpload", with(object(), "ACL", "public-read")}}) {
    const Json answer = run(c.operation, c.input);
    EXPECT_EQ(answer["error"].string_or(""), "AccessControlListNotSupported") << c.operation;
    EXPECT_EQ(answer["message"].string_or(""), "The bucket does not allow ACLs");
  }
  EXPECT_FALSE(put("k", "x", Json::object({{"ACL", "bucket-owner-full-control"}})).has("error"));
  const std::string id = canonical_id("000000000000");
  for (const char* operation : {"GetBucketAcl", "GetObjectAcl"}) {
    EXPECT_EQ(write_json(run(operation, object())),
              R"({"Owner":{"ID":")" + id + R"("},"Grants":[{"Grantee":{"ID":")" + id +
                  R"(","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]})");
  }
}

TEST_F(Access, AclsFromEverySource) {
  make_open_bucket();
  put("k", "x");
  const std::string id = canonical_id("111111111111");
  run("PutObjectAcl",
      with(object(), "GrantRead",
           "id=\"" + id + "\", uri=http://acs.amazonaws.com/groups/global/AllUsers"));
  EXPECT_EQ(run("GetObjectAcl", object())["Grants"].size(), 2u);
  become("111111111111");
  EXPECT_EQ(body_of("k"), "x");
  become("000000000000");
  Json grant = Json::object({{"Grantee", Json::object({{"Type", "CanonicalUser"}, {"ID", id}})},
                             {"Permission", "READ_ACP"}});
  run("PutObjectAcl",
      with(object(), "AccessControlPolicy", Json::object({{"Grants", Json::array({grant})}})));
  become("111111111111");
  EXPECT_EQ(body_of("k"), "(AccessDenied)");
  EXPECT_FALSE(run("GetObjectAcl", object()).has("error"));
  become("000000000000");
  run("PutBucketAcl", with(bucket(), "ACL", "public-read-write"));
  become("");
  EXPECT_EQ(run("ListObjectsV2", bucket())["KeyCount"].int_or(0), 1);
  EXPECT_FALSE(put("anonymous", "y").has("error"));
  become("000000000000");
  block("BlockPublicAcls");
  for (const char* operation : {"PutBucketAcl", "PutObjectAcl", "PutObject"}) {
    EXPECT_EQ(run(operation, with(object(), "ACL", "public-read"))["error"].string_or(""),
              "AccessDenied")
        << operation;
  }
  struct Case {
    Json input;
    const char* error;
  };
  for (const Case& c :
       {Case{with(object(), "ACL", "everybody"), "InvalidArgument"},
        Case{object(), "MissingSecurityHeader"},
        Case{with(object(), "GrantRead", "id=short"), "InvalidArgument"},
        Case{with(object(), "GrantRead", "nonsense"), "InvalidArgument"},
        Case{with(object(), "GrantRead", "emailAddress=a@b.c"), "UnresolvableGrantByEmailAddress"},
        Case{with(with(object(), "ACL", "private"), "GrantRead", "id=x"), "InvalidRequest"},
        Case{with(object(), "AccessControlPolicy",
                  Json::object(
                      {{"Grants", Json::array({Json::object({{"Permission", "DANCE"}})})}})),
             "MalformedACLError"}}) {
    EXPECT_EQ(run("PutObjectAcl", c.input)["error"].string_or(""), c.error) << write_json(c.input);
  }
}

TEST_F(Access, OwnershipControls) {
  make_open_bucket();
  run("PutBucketAcl", with(bucket(), "ACL", "public-read"));
  const auto controls = [](const char* rule) {
    return with(
        bucket(), "OwnershipControls",
        Json::object({{"Rules", Json::array({Json::object({{"ObjectOwnership", rule}})})}}));
  };
  EXPECT_EQ(
      run("PutBucketOwnershipControls", controls("BucketOwnerEnforced"))["error"].string_or(""),
      "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(run("PutBucketOwnershipControls", controls("Mine"))["error"].string_or(""),
            "MalformedXML");
  run("DeleteBucketOwnershipControls", bucket());
  EXPECT_EQ(run("GetBucketOwnershipControls", bucket())["message"].string_or(""),
            "The bucket ownership controls were not found");
  EXPECT_FALSE(put("k", "x", Json::object({{"ACL", "public-read"}})).has("error"));
}

TEST_F(Access, PublicAccessBlock) {
  make_bucket();
  block("BlockPublicAcls");
  EXPECT_EQ(write_json(run("GetPublicAccessBlock", bucket())),
            R"({"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":false,)"
            R"("BlockPublicPolicy":false,"RestrictPublicBuckets":false}})");
  run("DeletePublicAccessBlock", bucket());
  EXPECT_EQ(run("GetPublicAccessBlock", bucket())["message"].string_or(""),
            "The public access block configuration was not found");
}

struct Malformed {
  const char *policy, *code, *message;
};

TEST(Policy, RefusesWhatIsMalformed) {
  using Case = Malformed;
  for (const Case& c :
       {Case{"nonsense", "MalformedPolicy",
             "Policies must be valid JSON and the first byte must be '{'"},
        Case{"[]", "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"},
        Case{"{}", "MalformedPolicy", "Missing required field Statement"},
        Case{R"({"Version":"2020-01-01","Statement":[]})", "MalformedPolicy",
             "The policy must contain a valid version string"},
        Case{R"({"Statement":[],"Extra":1})", "MalformedPolicy", "Unknown field Extra"},
        Case{R"({"Statement":[{"Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b"}]})",
             "MalformedPolicy", "Missing required field Effect"},
        Case{
            R"({"Statement":[{"Effect":"Maybe","Principal":"*","Action":"s3:*",
          "Resource":"arn:aws:s3:::b"}]})",
            "MalformedPolicy", "Invalid effect: Maybe"},
        Case{R"({"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b"}]})",
             "MalformedPolicy", "Missing required field Principal"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"me","Action":"s3:*",
          "Resource":"arn:aws:s3:::b"}]})",
            "MalformedPolicy", "Invalid principal in policy"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"joe"},"Action":"s3:*",
          "Resource":"arn:aws:s3:::b"}]})",
            "MalformedPolicy", "Invalid principal in policy"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"ec2:*",
          "Resource":"arn:aws:s3:::b"}]})",
            "MalformedPolicy", "Policy has invalid action"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
          "Resource":"arn:aws:s3:::other"}]})",
            "MalformedPolicy", "Policy has invalid resource"},
        Case{R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]})",
             "MalformedPolicy", "Missing required field Resource"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
          "Resource":"arn:aws:s3:::b","Sidd":"x"}]})",
            "MalformedPolicy", "Unknown field Sidd"},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
          "Resource":"arn:aws:s3:::b","Condition":{"DateLessThan":{"aws:CurrentTime":"x"}}}]})",
            "NotImplemented",
            "The condition operator DateLessThan in a bucket policy is not implemented by Fairlead "
            "yet."},
        Case{
            R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
          "Resource":"arn:aws:s3:::b","Condition":{"StringEquals":{"aws:SourceVpc":"x"}}}]})",
            "NotImplemented",
            "The condition key aws:SourceVpc in a bucket policy is not implemented by Fairlead "
            "yet."}}) {
    const Status status = check_policy(c.policy, "b");
    ASSERT_FALSE(status.ok()) << c.policy;
    EXPECT_STREQ(status.error().code->name, c.code);
    EXPECT_EQ(status.error().message, c.message);
  }
  EXPECT_FALSE(check_policy(std::string(21'000, ' '), "b").ok());
}

struct Decision {
  const char *effect, *rest;
  PolicyAnswer answer;
  bool is_public;
};

// Asked for s3:GetObject on bucket b, key dir/k, by account 1…1's user u, from 10.0.0.7.
const Decision kDecisions[] = {
    Decision{"Allow", R"("Principal":"*","Action":"s3:getobject","Resource":"arn:aws:s3:::b/*")",
             PolicyAnswer::kAllow, true},
    Decision{"Allow", R"("Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::b/dir/?")",
             PolicyAnswer::kAllow, true},
    Decision{"Allow", R"("Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b")",
             PolicyAnswer::kSilent, true},
    Decision{"Allow",
             R"("Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"*",
          "Resource":"arn:aws:s3:::b/*")",
             PolicyAnswer::kAllow, false},
    Decision{"Allow",
             R"("Principal":{"AWS":"222222222222"},"Action":"*","Resource":"arn:aws:s3:::b/*")",
             PolicyAnswer::kSilent, false},
    Decision{"Deny",
             R"("NotPrincipal":{"AWS":"222222222222"},"Action":"*","Resource":"arn:aws:s3:::b/*")",
             PolicyAnswer::kDeny, false},
    Decision{"Deny", R"("Principal":"*","NotAction":"s3:GetObject","Resource":"arn:aws:s3:::b/*")",
             PolicyAnswer::kSilent, false},
    Decision{"Deny", R"("Principal":"*","Action":"*","NotResource":"arn:aws:s3:::b/dir/*")",
             PolicyAnswer::kSilent, false},
    Decision{"Allow",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"IpAddress":{"aws:SourceIp":["192.168.0.0/16","10.0.0.0/29"]}})",
             PolicyAnswer::kAllow, false},
    Decision{"Allow",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.8/29"}})",
             PolicyAnswer::kSilent, false},
    Decision{"Allow",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.7"}})",
             PolicyAnswer::kSilent, true},
    Decision{"Allow",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"StringLike":{"aws:Referer":"http://x/*"}})",
             PolicyAnswer::kSilent, true},
    Decision{"Deny",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"Null":{"aws:Referer":"true"}})",
             PolicyAnswer::kDeny, false},
    Decision{"Deny",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"StringNotLike":{"aws:Referer":"http://x/*"}})",
             PolicyAnswer::kDeny, false},
    Decision{"Allow",
             R"("Principal":"*","Action":"*","Resource":"arn:aws:s3:::b/*",
          "Condition":{"StringLikeIfExists":{"aws:Referer":"http://x/*"}})",
             PolicyAnswer::kAllow, true}};

TEST(Policy, Decides) {
  for (const Decision& c : kDecisions) {
    const std::string text =
        std::string(R"({"Statement":[{"Effect":")") + c.effect + "\"," + c.rest + "}]}";
    ASSERT_TRUE(check_policy(text, "b").ok()) << text << check_policy(text, "b").error().message;
    PolicyQuestion question{"s3:GetObject", "arn:aws:s3:::b/dir/k", "111111111111",
                            "arn:aws:iam::111111111111:user/u",
                            [](std::string_view key) -> std::optional<std::string> {
                              if (key == "aws:sourceip") return "10.0.0.7";
                              return std::nullopt;
                            }};
    EXPECT_EQ(ask_policy(text, question), c.answer) << text;
    EXPECT_EQ(is_public_policy(text), c.is_public) << text;
  }
}

}  // namespace
}  // namespace fairlead::s3
