// Holding a claim against the request: time, scope, which headers are signed, the signature.
#include <algorithm>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/sigv4.h"

namespace fairlead::wire {
namespace {

constexpr std::int64_t kSkew_ms = 5 * 60 * 1000;
constexpr std::int64_t kSkewS3_ms = 15 * 60 * 1000;
constexpr std::string_view kEmptySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Status check_time(const SignatureClaim& claim, std::int64_t now_ms) {
  const bool s3 = claim.style == AuthStyle::kS3;
  const std::int64_t skew = s3 ? kSkewS3_ms : kSkew_ms;
  const std::string minutes = s3 ? "15 min.)" : "5 min.)";
  if (claim.time_ms > now_ms + skew) {
    return clock_skew(claim.style,
                      "Signature not yet current: " + claim.timestamp + " is still later than " +
                          sigv4_time(now_ms + skew) + " (" + sigv4_time(now_ms) + " + " + minutes,
                      claim.timestamp, now_ms);
  }
  if (claim.form == SignatureForm::kPresigned) {
    const std::int64_t end = claim.time_ms + claim.expires_s * 1000;
    if (now_ms > end) return presign_expired(claim.style, claim.expires_s, end, now_ms);
    return {};
  }
  if (claim.time_ms >= now_ms - skew) return {};
  return clock_skew(claim.style,
                    "Signature expired: " + claim.timestamp + " is now earlier than " +
                        sigv4_time(now_ms - skew) + " (" + sigv4_time(now_ms) + " - " + minutes,
                    claim.timestamp, now_ms);
}

bool is_signed(const SignatureClaim& claim, std::string_view name) {
  return std::any_of(claim.signed_headers.begin(), claim.signed_headers.end(),
                     [&](const std::string& each) { return equals_ignoring_case(each, name); });
}

// The host and every x-amz-* header; a user agent may be added on the way.
Status check_signed_headers(const SignatureClaim& claim, const HttpInput& input) {
  if (!is_signed(claim, "host") && !is_signed(claim, ":authority")) {
    return headers_not_signed(claim.style, "host");
  }
  std::string missing;
  for (const HeaderPair& pair : input.headers) {
    const std::string_view name = pair.first;
    if (name.size() < 6 || !equals_ignoring_case(name.substr(0, 6), "x-amz-")) continue;
    if (equals_ignoring_case(name, "x-amz-user-agent") || is_signed(claim, name)) continue;
    if (!missing.empty()) missing += ", ";
    missing += to_lower(name);
  }
  if (!missing.empty()) return headers_not_signed(claim.style, missing);
  return {};
}

std::string sign_with(const std::string& key, const SignatureClaim& claim,
                      std::string_view canonical) {
  return hex_encode(hmac_sha256(key, string_to_sign(claim, canonical)));
}

std::string_view hash_in_request(const SignatureClaim& claim, std::string_view computed) {
  if (claim.body_hash != BodyHash::kComputed) return claim.body_sha256;
  return computed.empty() ? kEmptySha256 : computed;
}

}  // namespace

Status check_scope(const SignatureClaim& claim, std::string_view region, std::string_view service) {
  const bool presigned = claim.form == SignatureForm::kPresigned;
  const std::string lead = presigned ? "Error parsing the X-Amz-Credential parameter; "
                                     : "The authorization header is malformed; ";
  if (claim.service != service) {
    const std::string expected(service);
    return malformed_scope(claim.style,
                           lead + "incorrect service \"" + claim.service.substr(0, 64) +
                               "\". This endpoint belongs to \"" + expected + "\".",
                           "Credential should be scoped to correct service: '" + expected + "'. ",
                           {});
  }
  if (region.empty() || claim.region == region) return {};
  const std::string given = claim.region.substr(0, 64);
  return malformed_scope(
      claim.style,
      lead + "the region '" + given + "' is wrong; expecting '" + std::string(region) + "'",
      "Credential should be scoped to a valid region, not '" + given + "'. ", region);
}

Status check_body(const SignatureClaim& claim, std::string_view body_sha256_hex) {
  if (claim.body_hash != BodyHash::kLiteral) return {};
  if (equals_ignoring_case(claim.body_sha256, body_sha256_hex)) return {};
  return body_hash_mismatch(claim.style, claim.body_sha256, body_sha256_hex);
}

Status verify(const SignatureClaim& claim, const HttpInput& input, std::string_view secret,
              std::string_view body_sha256_hex, std::int64_t now_ms) {
  TRY(check_time(claim, now_ms));
  TRY(check_signed_headers(claim, input));
  const std::string key = signing_key(secret, claim.date, claim.region, claim.service);
  const std::string_view hash = hash_in_request(claim, body_sha256_hex);
  const bool s3 = claim.style == AuthStyle::kS3;
  const PathRule rule = s3 ? PathRule::kEncodedOnce : PathRule::kNormalisedEncodedTwice;
  const std::string canonical = canonical_request(claim, input, rule, hash);
  bool right = equal_constant_time(sign_with(key, claim, canonical), claim.signature);
  if (!right && claim.style == AuthStyle::kExecuteApi) {
    // Some clients encode the path of a connection only once (reference 14.5).
    const std::string once = canonical_request(claim, input, PathRule::kEncodedOnce, hash);
    right = equal_constant_time(sign_with(key, claim, once), claim.signature);
  }
  if (!right) {
    return wrong_signature(claim.style, canonical, string_to_sign(claim, canonical),
                           claim.access_key, claim.signature);
  }
  if (!body_sha256_hex.empty()) return check_body(claim, body_sha256_hex);
  return {};
}

}  // namespace fairlead::wire
