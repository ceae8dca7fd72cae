// Signature Version 4: reading a request's claim, verifying it, and signing requests of our own.
// No I/O and no clock: whoever calls looks up the secret and says what time it is.
//
//   auto claim = TRY(read_claim(http, style));     // nullopt: anonymous
//   secret = … claim->access_key …                 // or unknown_access_key(style, …)
//   TRY(check_scope(*claim, region, service));
//   TRY(verify(*claim, http, secret, body_sha256, now_ms));
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/auth_errors.h"
#include "wire/protocol.h"

namespace fairlead::wire {

enum class SignatureForm { kHeader, kPresigned };
enum class BodyHash {
  kComputed,                  // nothing was said: hash the body
  kLiteral,                   // x-amz-content-sha256 has the hash; it must match the body
  kUnsigned,                  // UNSIGNED-PAYLOAD
  kStreamingSigned,           // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
  kStreamingSignedTrailer,    // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
  kStreamingUnsignedTrailer,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
};

struct SignatureClaim {
  SignatureForm form = SignatureForm::kHeader;
  AuthStyle style = AuthStyle::kJson;
  std::string access_key, session_token;
  std::string date, region, service;        // of the credential scope; date is "20150830"
  std::string timestamp;                    // "20150830T123600Z"
  std::int64_t time_ms = 0;                 // the same since the epoch
  std::int64_t expires_s = 0;               // presigned only
  std::vector<std::string> signed_headers;  // lower case, in the claim's order
  std::string signature;                    // 64 hex digits
  BodyHash body_hash = BodyHash::kComputed;
  std::string body_sha256;  // what stands in the canonical request; empty when kComputed

  std::string scope() const;  // 20150830/us-east-1/service/aws4_request
};

// nullopt: the request is not signed at all. SigV2 and SigV4A are refused by name.
Result<std::optional<SignatureClaim>> read_claim(const HttpInput& input, AuthStyle style);

// "Credential should be scoped to …". An empty `region` accepts every region.
Status check_scope(const SignatureClaim& claim, std::string_view region, std::string_view service);

// The signature, the signed headers and the time. `body_sha256_hex` is the hash of the body; empty
// when the body is still to come (then call check_body later) or is not hashed. With kComputed and
// an empty hash the empty body's is taken.
Status verify(const SignatureClaim& claim, const HttpInput& input, std::string_view secret,
              std::string_view body_sha256_hex, std::int64_t now_ms);

// For kLiteral after a streamed body: the promised hash against the real one.
Status check_body(const SignatureClaim& claim, std::string_view body_sha256_hex);

// The derived key, 32 bytes. Kept in a small table shared by all threads.
std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service);

// How the path goes into the canonical request.
enum class PathRule { kNormalisedEncodedTwice, kEncodedTwice, kEncodedOnce };

// Exposed for tests and for error messages.
std::string canonical_request(const SignatureClaim& claim, const HttpInput& input, PathRule rule,
                              std::string_view body_sha256);
std::string string_to_sign(const SignatureClaim& claim, std::string_view canonical);

// Signing, for the CLI, our own calls and tests.
struct SigningIdentity {
  std::string access_key, secret, session_token;
  std::string region, service;
};
// The headers to add: x-amz-date, x-amz-content-sha256, x-amz-security-token, authorization. Signs
// host (which `input` must have) and every header of `input`.
std::vector<HeaderPair> sign(const SigningIdentity& identity, const HttpInput& input,
                             std::int64_t now_ms);
// The whole query string (without '?') of a presigned URL; signs the host header.
std::string presign(const SigningIdentity& identity, const HttpInput& input, std::int64_t expires_s,
                    std::int64_t now_ms);

}  // namespace fairlead::wire
