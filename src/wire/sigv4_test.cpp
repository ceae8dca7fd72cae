// Signatures in headers and in URLs: what is accepted, and AWS's words for each refusal.
#include "wire/sigv4.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"

namespace fairlead::wire {
namespace {

constexpr std::int64_t kNow = 1'768'254'600'000;  // 20260112T215000Z
const SigningIdentity kIdentity = {"AKID", "secret", "", "us-east-1", "dynamodb"};

struct Signed {
  std::string method = "POST", path = "/", query, body = "{}";
  std::vector<HeaderPair> headers = {{"Host", "localhost:4566"},
                                     {"X-Amz-Target", "DynamoDB_20120810.GetItem"}};
  HttpInput input() const { return {method, path, query, headers, body}; }
  void sign_as(const SigningIdentity& identity, std::int64_t when = kNow) {
    for (HeaderPair& pair : sign(identity, input(), when)) headers.push_back(std::move(pair));
  }
};

std::string outcome(const Signed& request, AuthStyle style, std::int64_t now = kNow,
                    std::string_view secret = "secret") {
  const auto claim = read_claim(request.input(), style);
  if (!claim.ok()) return std::string(claim.error().code->name) + ": " + claim.error().message;
  if (!claim->has_value()) return "anonymous";
  const std::string hash = hex_encode(sha256(request.body));
  const Status verdict = verify(**claim, request.input(), secret, hash, now);
  if (verdict.ok()) return "ok";
  return std::string(verdict.error().code->name) + ": " + verdict.error().message;
}

TEST(SigV4, SignsAndVerifies) {
  Signed request;
  EXPECT_EQ(outcome(request, AuthStyle::kJson), "anonymous");
  request.sign_as(kIdentity);
  EXPECT_EQ(outcome(request, AuthStyle::kJson), "ok");
  EXPECT_EQ(outcome(request, AuthStyle::kJson, kNow + 299'000), "ok");
  EXPECT_TRUE(outcome(request, AuthStyle::kJson, kNow, "other")
                  .starts_with("InvalidSignatureException: The request signature we calculated"));
  EXPECT_TRUE(
      outcome(request, AuthStyle::kQuery, kNow, "other").starts_with("SignatureDoesNotMatch: "));
  request.body = "{ }";
  EXPECT_TRUE(outcome(request, AuthStyle::kJson).starts_with("InvalidSignatureException: "));
  EXPECT_TRUE(outcome(request, AuthStyle::kS3)
                  .starts_with("XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256'"));
}

TEST(SigV4, ClockSkew) {
  Signed request;
  request.sign_as(kIdentity, parse_sigv4_time("20260112T214458Z"));
  EXPECT_EQ(outcome(request, AuthStyle::kExecuteApi),
            "InvalidSignatureException: Signature expired: 20260112T214458Z is now earlier than "
            "20260112T214500Z (20260112T215000Z - 5 min.)");
  EXPECT_EQ(outcome(request, AuthStyle::kS3), "ok");  // a quarter of an hour there
  Signed early;
  early.sign_as(kIdentity, kNow + 301'000);
  EXPECT_EQ(outcome(early, AuthStyle::kJson),
            "InvalidSignatureException: Signature not yet current: 20260112T215501Z is still later "
            "than 20260112T215500Z (20260112T215000Z + 5 min.)");
  Signed late;
  late.sign_as(kIdentity, kNow - 901'000);
  EXPECT_TRUE(outcome(late, AuthStyle::kS3).starts_with("RequestTimeTooSkewed: The difference"));
}

TEST(SigV4, UnsignedHeaders) {
  Signed request;
  request.sign_as(kIdentity);
  request.headers.emplace_back("x-amz-user-agent", "added on the way");
  EXPECT_EQ(outcome(request, AuthStyle::kJson), "ok");
  request.headers.emplace_back("X-Amz-Security-Token", "token");
  EXPECT_EQ(outcome(request, AuthStyle::kJson),
            "InvalidSignatureException: 'x-amz-security-token' must be a 'SignedHeader' in the AWS "
            "Authorization.");
  EXPECT_EQ(outcome(request, AuthStyle::kS3),
            "AccessDenied: There were headers present in the request which were not signed");
}

TEST(SigV4, BrokenHeaders) {
  struct Row {
    const char* authorization;
    AuthStyle style;
    const char* expected;
  };
  const Row rows[] = {
      {"AWS4-HMAC-SHA256 Signature=a", AuthStyle::kJson,
       "IncompleteSignatureException: Authorization header requires 'Credential' parameter. "
       "Authorization header requires 'SignedHeaders' parameter. Authorization header requires "
       "existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded "
       "with Base64) Authorization="},
      {"AWS4-ECDSA-P256-SHA256 Credential=a", AuthStyle::kJson,
       "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'"},
      {"AWS AKID:signature", AuthStyle::kS3,
       "InvalidRequest: The authorization mechanism you have provided is not supported. Please use "
       "AWS4-HMAC-SHA256."},
      {"Bearer x", AuthStyle::kQuery, "IncompleteSignature: Unsupported AWS 'algorithm': 'Bearer'"},
  };
  for (const Row& row : rows) {
    Signed request;
    request.headers.emplace_back("Authorization", row.authorization);
    EXPECT_TRUE(outcome(request, row.style).starts_with(row.expected))
        << outcome(request, row.style);
  }
}

TEST(SigV4, Scopes) {
  const auto with = [](const std::string& credential) {
    Signed request;
    request.headers.emplace_back("X-Amz-Date", "20260112T215000Z");
    request.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + credential +
                                                      ", SignedHeaders=host, Signature=00");
    return request;
  };
  EXPECT_EQ(outcome(with("AKID/20260112/us-east-1/aws4_request"), AuthStyle::kJson),
            "IncompleteSignatureException: Credential must have exactly 5 slash-delimited "
            "elements, e.g. keyid/date/region/service/term, got "
            "'AKID/20260112/us-east-1/aws4_request'");
  EXPECT_EQ(outcome(with("AKID/20260111/us-east-1/dynamodb/aws4_request"), AuthStyle::kJson),
            "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from "
            "ISO-8601 version of date from HTTP: '20260111' != '20260112', from "
            "'20260112T215000Z'.");
  EXPECT_EQ(outcome(with("AKID/20260112/us-east-1/dynamodb/aws5"), AuthStyle::kJson),
            "InvalidSignatureException: Credential should be scoped with a valid terminator: "
            "'aws4_request', not 'aws5'. ");
  const auto claim =
      read_claim(with("AKID/20260112/eu-west-1/iam/aws4_request").input(), AuthStyle::kExecuteApi);
  ASSERT_TRUE(claim.ok());
  EXPECT_EQ(check_scope(**claim, "us-east-1", "execute-api").error().message,
            "Credential should be scoped to correct service: 'execute-api'. ");
  EXPECT_EQ(check_scope(**claim, "us-east-1", "iam").error().message,
            "Credential should be scoped to a valid region, not 'eu-west-1'. ");
  EXPECT_TRUE(check_scope(**claim, "", "iam").ok());
  Signed no_hash = with("AKID/20260112/us-east-1/s3/aws4_request");
  EXPECT_EQ(outcome(no_hash, AuthStyle::kS3),
            "InvalidRequest: Missing required header for this request: x-amz-content-sha256");
}

TEST(SigV4, ExecuteApiPathsOnceOrTwiceEncoded) {
  SigningIdentity identity = kIdentity;
  identity.service = "execute-api";
  Signed twice{.path = "/prod/@connections/abc%3D"};
  twice.sign_as(identity);
  EXPECT_EQ(outcome(twice, AuthStyle::kExecuteApi), "ok");
  Signed once{.path = "/prod/@connections/abc%3D"};
  identity.service = "s3";  // signs paths once encoded
  once.sign_as(identity);
  EXPECT_EQ(outcome(once, AuthStyle::kExecuteApi), "ok");
  EXPECT_NE(outcome(once, AuthStyle::kRestJson), "ok");
  once.headers.back().second.back() = 'x';
  const std::string text = outcome(once, AuthStyle::kExecuteApi);
  EXPECT_NE(text.find("The Canonical String for this request should have been\n'POST\n"),
            std::string::npos);
}

TEST(SigV4, S3PathsAreTakenAsTheyAre) {
  const auto canonical = [](const char* path) {
    const std::vector<HeaderPair> none;
    const std::string text =
        canonical_request({}, {"GET", path, "", none, ""}, PathRule::kEncodedOnce, "");
    return text.substr(4, text.find('\n', 4) - 4);
  };
  EXPECT_EQ(canonical("/bkt/a b@c"), "/bkt/a%20b%40c");
  EXPECT_EQ(canonical("/bkt/a%20b%40c"), "/bkt/a%20b%40c");
  EXPECT_EQ(canonical("/bkt/a%2Fb"), "/bkt/a%2Fb");
  EXPECT_EQ(canonical("/bkt//a/../b/"), "/bkt//a/../b/");
  EXPECT_EQ(canonical("/bkt/100%"), "/bkt/100%25");
  EXPECT_EQ(canonical("/"), "/");
  EXPECT_EQ(canonical(""), "/");
}

TEST(SigV4, Presigned) {
  SigningIdentity identity = kIdentity;
  identity.service = "s3";
  identity.session_token = "tok+en/=";
  Signed get{.method = "GET", .path = "/bkt/a%20b", .body = "", .headers = {{"Host", "h"}}};
  get.query = "x-id=GetObject";
  get.query = presign(identity, get.input(), 60, kNow);
  EXPECT_EQ(outcome(get, AuthStyle::kS3), "ok");
  EXPECT_EQ(outcome(get, AuthStyle::kS3, kNow + 60'000), "ok");
  EXPECT_EQ(outcome(get, AuthStyle::kS3, kNow + 60'001), "AccessDenied: Request has expired");
  const auto claim = read_claim(get.input(), AuthStyle::kS3);
  EXPECT_EQ((*claim)->session_token, "tok+en/=");
  EXPECT_EQ((*claim)->body_hash, BodyHash::kUnsigned);
  Signed changed = get;
  changed.query += "&versionId=1";
  EXPECT_TRUE(outcome(changed, AuthStyle::kS3).starts_with("SignatureDoesNotMatch: "));
  Signed both = get;
  both.sign_as(identity);
  EXPECT_TRUE(outcome(both, AuthStyle::kS3).find("Only one auth mechanism") != std::string::npos);

  const auto query_outcome = [](const std::string& query, AuthStyle style) {
    Signed request{.method = "GET", .path = "/", .query = query, .body = "", .headers = {}};
    return outcome(request, style);
  };
  EXPECT_TRUE(query_outcome("X-Amz-Algorithm=AWS4-HMAC-SHA256", AuthStyle::kS3)
                  .starts_with("AuthorizationQueryParametersError: Query-string authentication"));
  EXPECT_EQ(query_outcome("X-Amz-Algorithm=AWS4-HMAC-SHA256", AuthStyle::kQuery),
            "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'. "
            "Re-examine the query-string parameters.");
  const std::string base =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260112%2Fr%2Fs3%2Faws4_request"
      "&X-Amz-Date=20260112T215000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Expires=";
  EXPECT_TRUE(query_outcome(base + "604801", AuthStyle::kS3).find("less than a week") !=
              std::string::npos);
  EXPECT_TRUE(query_outcome(base + "-1", AuthStyle::kS3).find("non-negative") != std::string::npos);
  EXPECT_TRUE(query_outcome(base + "x", AuthStyle::kS3).find("a number") != std::string::npos);
  EXPECT_TRUE(query_outcome("AWSAccessKeyId=a&Signature=b&Expires=1", AuthStyle::kS3)
                  .starts_with("InvalidRequest: "));
}

TEST(SigV4, KeysAreCachedWithoutMixingThemUp) {
  const std::string first = signing_key("secret", "20260112", "us-east-1", "iam");
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(signing_key("secret", "20260112", "us-east-1", "iam"), first);
  EXPECT_NE(signing_key("secret", "20260113", "us-east-1", "iam"), first);
  // The example of the AWS documentation.
  EXPECT_EQ(hex_encode(signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830",
                                   "us-east-1", "iam")),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigV4, AuthStyles) {
  const auto style = [](const char* service) {
    const ServiceModel model = Models::house().find_service(service);
    return auth_style({model, model.protocol()});
  };
  EXPECT_EQ(style("dynamodb"), AuthStyle::kJson);
  EXPECT_EQ(style("lambda"), AuthStyle::kRestJson);
  EXPECT_EQ(style("apigatewaymanagementapi"), AuthStyle::kExecuteApi);
  EXPECT_EQ(style("iam"), AuthStyle::kQuery);
  EXPECT_EQ(style("route53"), AuthStyle::kQuery);
  EXPECT_EQ(style("s3"), AuthStyle::kS3);
}

}  // namespace
}  // namespace fairlead::wire
