// Codes, statuses and wording of failed authentication.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
// reference/websocket-api.md 14.6
#include "wire/auth_errors.h"

#include "base/base64.h"
#include "base/clock.h"

namespace fairlead::wire {
namespace {

// One fault as the four families name it.
struct Codes {
  ErrorCode json, rest, query, s3;

  const ErrorCode* of(AuthStyle style) const {
    switch (style) {
      case AuthStyle::kJson:
        return &json;
      case AuthStyle::kRestJson:
      case AuthStyle::kExecuteApi:
        return &rest;
      case AuthStyle::kQuery:
        return &query;
      case AuthStyle::kS3:
        return &s3;
    }
    return &json;
  }
};

const Codes kMissingToken = {{"MissingAuthenticationTokenException", 400},
                             {"MissingAuthenticationTokenException", 403},
                             {"MissingAuthenticationToken", 403},
                             {"AccessDenied", 403}};
const Codes kUnknownKey = {{"UnrecognizedClientException", 400},
                           {"UnrecognizedClientException", 403},
                           {"InvalidClientTokenId", 403},
                           {"InvalidAccessKeyId", 403}};
const Codes kInvalidToken = {{"UnrecognizedClientException", 400},
                             {"UnrecognizedClientException", 403},
                             {"InvalidClientTokenId", 403},
                             {"InvalidToken", 400}};
const Codes kExpiredToken = {{"ExpiredTokenException", 400},
                             {"ExpiredTokenException", 403},
                             {"ExpiredToken", 403},
                             {"ExpiredToken", 400}};
const Codes kAccessDenied = {{"AccessDeniedException", 400},
                             {"AccessDeniedException", 403},
                             {"AccessDenied", 403},
                             {"AccessDenied", 403}};
const Codes kIncomplete = {{"IncompleteSignatureException", 400},
                           {"IncompleteSignatureException", 403},
                           {"IncompleteSignature", 403},
                           {"AuthorizationHeaderMalformed", 400}};
const Codes kInvalidSignature = {{"InvalidSignatureException", 400},
                                 {"InvalidSignatureException", 403},
                                 {"SignatureDoesNotMatch", 403},
                                 {"SignatureDoesNotMatch", 403}};
const Codes kUnsupported = {{"IncompleteSignatureException", 400},
                            {"IncompleteSignatureException", 403},
                            {"IncompleteSignature", 403},
                            {"InvalidRequest", 400}};
const Codes kPresign = {{"IncompleteSignatureException", 400},
                        {"IncompleteSignatureException", 403},
                        {"IncompleteSignature", 403},
                        {"AuthorizationQueryParametersError", 400}};
const Codes kSkew = {{"InvalidSignatureException", 400},
                     {"InvalidSignatureException", 403},
                     {"SignatureDoesNotMatch", 403},
                     {"RequestTimeTooSkewed", 403}};
const ErrorCode kBodyHash = {"XAmzContentSHA256Mismatch", 400};
const ErrorCode kMissingHash = {"InvalidRequest", 400};

constexpr const char* kWrongSignature =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";
constexpr const char* kWrongSignatureS3 =
    "The request signature we calculated does not match the signature you provided. Check your key "
    "and signing method.";

// "47 45 54": how S3 shows what it hashed.
std::string spaced_hex(std::string_view bytes) {
  const std::string hex = hex_encode(bytes);
  std::string spaced;
  spaced.reserve(hex.size() * 3 / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    if (i != 0) spaced += ' ';
    spaced.append(hex, i, 2);
  }
  return spaced;
}

}  // namespace

AuthStyle auth_style(const Dialect& dialect) {
  if (dialect.protocol == Protocol::kJson) return AuthStyle::kJson;
  if (dialect.protocol == Protocol::kQuery) return AuthStyle::kQuery;
  const std::string_view name = dialect.service ? dialect.service.name() : "s3";
  if (dialect.protocol == Protocol::kRestXml) {
    return name == "s3" ? AuthStyle::kS3 : AuthStyle::kQuery;
  }
  return name == "apigatewaymanagementapi" ? AuthStyle::kExecuteApi : AuthStyle::kRestJson;
}

Error missing_authentication_token(AuthStyle style) {
  const char* message = "Request is missing Authentication Token";
  if (style == AuthStyle::kS3) message = "Access Denied";
  if (style == AuthStyle::kRestJson || style == AuthStyle::kExecuteApi) {
    message = "Missing Authentication Token";
  }
  return {kMissingToken.of(style), message, {}};
}

Error unknown_access_key(AuthStyle style, std::string_view access_key) {
  if (style != AuthStyle::kS3) {
    return {kUnknownKey.of(style), "The security token included in the request is invalid.", {}};
  }
  return {kUnknownKey.of(style),
          "The AWS Access Key Id you provided does not exist in our records.",
          Json::object({{"AWSAccessKeyId", access_key}})};
}

Error invalid_token(AuthStyle style) {
  const bool s3 = style == AuthStyle::kS3;
  return {kInvalidToken.of(style),
          s3 ? "The provided token is malformed or otherwise invalid."
             : "The security token included in the request is invalid.",
          {}};
}

Error expired_token(AuthStyle style) {
  const bool s3 = style == AuthStyle::kS3;
  return {kExpiredToken.of(style),
          s3 ? "The provided token has expired."
             : "The security token included in the request is expired",
          {}};
}

Error access_denied(AuthStyle style, std::string message) {
  return {kAccessDenied.of(style), std::move(message), {}};
}

Error incomplete_signature(AuthStyle style, std::string message) {
  if (style == AuthStyle::kS3) message = "The authorization header is malformed; " + message;
  return {kIncomplete.of(style), std::move(message), {}};
}

Error invalid_signature(AuthStyle style, std::string message) {
  return {kInvalidSignature.of(style), std::move(message), {}};
}

Error wrong_signature(AuthStyle style, std::string_view canonical, std::string_view to_sign,
                      std::string_view access_key, std::string_view signature) {
  if (style == AuthStyle::kS3) {
    return {kInvalidSignature.of(style), kWrongSignatureS3,
            Json::object({{"AWSAccessKeyId", access_key},
                          {"StringToSign", to_sign},
                          {"SignatureProvided", signature},
                          {"StringToSignBytes", spaced_hex(to_sign)},
                          {"CanonicalRequest", canonical},
                          {"CanonicalRequestBytes", spaced_hex(canonical)}})};
  }
  std::string message = kWrongSignature;
  if (style == AuthStyle::kExecuteApi) {
    message.append("\n\nThe Canonical String for this request should have been\n'");
    message.append(canonical).append("'\n\nThe String-to-Sign should have been\n'");
    message.append(to_sign).append("'\n");
  }
  return {kInvalidSignature.of(style), std::move(message), {}};
}

Error unsupported_algorithm(AuthStyle style, std::string_view what) {
  if (style == AuthStyle::kS3) {
    return {kUnsupported.of(style),
            "The authorization mechanism you have provided is not supported. Please use "
            "AWS4-HMAC-SHA256.",
            {}};
  }
  return {kUnsupported.of(style),
          "Unsupported AWS 'algorithm': '" + std::string(what.substr(0, 64)) +
              "'. Please use AWS4-HMAC-SHA256.",
          {}};
}

Error bad_presign_parameter(AuthStyle style, std::string message) {
  return {kPresign.of(style), std::move(message), {}};
}

Error headers_not_signed(AuthStyle style, std::string_view names) {
  if (style == AuthStyle::kS3) {
    return {kAccessDenied.of(style),
            "There were headers present in the request which were not signed",
            Json::object({{"HeadersNotSigned", names}})};
  }
  const std::string first(names.substr(0, names.find(',')));
  const std::string shown = first == "host" ? "'Host' or ':authority'" : "'" + first + "'";
  return {kInvalidSignature.of(style),
          shown + " must be a 'SignedHeader' in the AWS Authorization.",
          {}};
}

Error clock_skew(AuthStyle style, std::string message, std::string_view request_time,
                 std::int64_t now_ms) {
  if (style != AuthStyle::kS3) return {kSkew.of(style), std::move(message), {}};
  return {kSkew.of(style),
          "The difference between the request time and the current time is too large.",
          Json::object({{"RequestTime", request_time},
                        {"ServerTime", iso8601_seconds(now_ms)},
                        {"MaxAllowedSkewMilliseconds", 900'000}})};
}

Error presign_expired(AuthStyle style, std::int64_t expires_s, std::int64_t expired_at_ms,
                      std::int64_t now_ms) {
  if (style == AuthStyle::kS3) {
    return {kAccessDenied.of(style), "Request has expired",
            Json::object({{"X-Amz-Expires", expires_s},
                          {"Expires", iso8601_seconds(expired_at_ms)},
                          {"ServerTime", iso8601_seconds(now_ms)}})};
  }
  return {kSkew.of(style),
          "Signature expired: " + sigv4_time(expired_at_ms) + " is now earlier than " +
              sigv4_time(now_ms) + ".",
          {}};
}

Error body_hash_mismatch(AuthStyle style, std::string_view claimed, std::string_view computed) {
  if (style != AuthStyle::kS3) return {kInvalidSignature.of(style), kWrongSignature, {}};
  return {&kBodyHash,
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
          Json::object(
              {{"ClientComputedContentSHA256", claimed}, {"S3ComputedContentSHA256", computed}})};
}

Error missing_content_sha256() {
  return {&kMissingHash, "Missing required header for this request: x-amz-content-sha256", {}};
}

Error malformed_scope(AuthStyle style, std::string s3_message, std::string message,
                      std::string_view s3_region) {
  if (style != AuthStyle::kS3) return {kInvalidSignature.of(style), std::move(message), {}};
  const Json detail = s3_region.empty() ? Json() : Json::object({{"Region", s3_region}});
  return {kIncomplete.of(style), std::move(s3_message), detail};
}

}  // namespace fairlead::wire
