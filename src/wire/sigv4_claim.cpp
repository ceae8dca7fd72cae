// Reading what a request claims: the Authorization header, or the parameters of a presigned URL.
#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/http_input.h"
#include "wire/sigv4.h"

namespace fairlead::wire {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kMaxExpires_s = 604'800;
constexpr std::size_t kMaxSignedHeaders = 200;

using Claim = std::optional<SignatureClaim>;

// Credential=AKID/20150830/us-east-1/service/aws4_request
Status take_credential(std::string_view credential, SignatureClaim& claim) {
  const auto parts = split(credential, '/');
  if (parts.size() != 5) {
    return incomplete_signature(claim.style,
                                "Credential must have exactly 5 slash-delimited elements, e.g. "
                                "keyid/date/region/service/term, got '" +
                                    std::string(credential.substr(0, 256)) + "'");
  }
  if (parts[4] != "aws4_request") {
    return malformed_scope(claim.style,
                           "The authorization header is malformed; incorrect terminal \"" +
                               std::string(parts[4].substr(0, 64)) +
                               "\". This endpoint uses \"aws4_request\".",
                           "Credential should be scoped with a valid terminator: 'aws4_request', "
                           "not '" +
                               std::string(parts[4].substr(0, 64)) + "'. ",
                           {});
  }
  claim.access_key = parts[0];
  claim.date = parts[1];
  claim.region = parts[2];
  claim.service = parts[3];
  return {};
}

Status take_signed_headers(std::string_view names, SignatureClaim& claim) {
  for (const std::string_view name : split(names, ';')) {
    if (!name.empty()) claim.signed_headers.push_back(to_lower(name));
  }
  if (claim.signed_headers.size() > kMaxSignedHeaders) {
    return incomplete_signature(claim.style, "Too many signed headers.");
  }
  return {};
}

Status take_date(std::string_view text, SignatureClaim& claim) {
  const std::string copy(text.substr(0, 64));
  claim.time_ms = parse_sigv4_time(copy);
  if (claim.time_ms == -1) claim.time_ms = parse_http_date(copy);
  if (claim.time_ms == -1) claim.time_ms = parse_iso8601(copy);
  if (claim.time_ms == -1) {
    return incomplete_signature(claim.style, "Date must be in ISO-8601 'basic format'. Got '" +
                                                 copy +
                                                 "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  claim.timestamp = sigv4_time(claim.time_ms);
  if (claim.timestamp.substr(0, 8) == claim.date) return {};
  const std::string day = claim.timestamp.substr(0, 8);
  return malformed_scope(claim.style,
                         "The authorization header is malformed; Invalid credential date \"" +
                             claim.date.substr(0, 64) +
                             "\". This date is not the same as X-Amz-Date: \"" + day + "\".",
                         "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                         "of date from HTTP: '" +
                             claim.date.substr(0, 64) + "' != '" + day + "', from '" +
                             claim.timestamp + "'.",
                         {});
}

Status take_body_hash(std::string_view hash, SignatureClaim& claim) {
  claim.body_sha256 = hash;
  if (hash.empty()) {
    claim.body_hash = BodyHash::kComputed;
  } else if (hash == "UNSIGNED-PAYLOAD") {
    claim.body_hash = BodyHash::kUnsigned;
  } else if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") {
    claim.body_hash = BodyHash::kStreamingSigned;
  } else if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    claim.body_hash = BodyHash::kStreamingSignedTrailer;
  } else if (hash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    claim.body_hash = BodyHash::kStreamingUnsignedTrailer;
  } else if (hash.starts_with("STREAMING-")) {
    return unsupported_algorithm(claim.style, hash);
  } else {
    claim.body_hash = BodyHash::kLiteral;
  }
  return {};
}

struct HeaderParts {
  std::string_view credential, signed_headers, signature;
};

HeaderParts split_authorization(std::string_view fields) {
  HeaderParts parts;
  for (std::string_view field : split(fields, ',')) {
    // Some clients part the fields by spaces alone.
    while (!(field = trim(field)).empty()) {
      const std::size_t end = std::min(field.find(' '), field.size());
      const std::string_view one = field.substr(0, end);
      field.remove_prefix(end);
      const std::size_t equals = std::min(one.find('='), one.size());
      const std::string_view value = one.substr(std::min(equals + 1, one.size()));
      if (one.starts_with("Credential=")) parts.credential = value;
      if (one.starts_with("SignedHeaders=")) parts.signed_headers = value;
      if (one.starts_with("Signature=")) parts.signature = value;
    }
  }
  return parts;
}

// All that is missing, in one message; the header itself is shown only as a digest.
Status require_parts(const HeaderParts& parts, std::string_view date, std::string_view header,
                     AuthStyle style) {
  std::string message;
  const auto require = [&](bool there, const char* sentence) {
    if (there) return;
    if (!message.empty()) message += ' ';
    message += sentence;
  };
  require(!parts.credential.empty(), "Authorization header requires 'Credential' parameter.");
  require(!parts.signature.empty(), "Authorization header requires 'Signature' parameter.");
  require(!parts.signed_headers.empty(),
          "Authorization header requires 'SignedHeaders' parameter.");
  require(!date.empty(),
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (message.empty()) return {};
  message += " (Hashed with SHA-256 and encoded with Base64) Authorization=";
  return incomplete_signature(style, message + base64_encode(sha256(header)));
}

Result<Claim> from_header(const HttpInput& input, std::string_view header, AuthStyle style) {
  const std::string_view algorithm = header.substr(0, header.find(' '));
  if (algorithm != kAlgorithm) return unsupported_algorithm(style, algorithm);
  const HeaderParts parts = split_authorization(header.substr(algorithm.size()));
  std::string_view date = header_or_empty(input, "x-amz-date");
  if (date.empty()) date = header_or_empty(input, "date");
  TRY(require_parts(parts, date, header, style));

  SignatureClaim claim;
  claim.style = style;
  claim.signature = parts.signature;
  TRY(take_credential(parts.credential, claim));
  TRY(take_signed_headers(parts.signed_headers, claim));
  TRY(take_date(date, claim));
  claim.session_token = header_or_empty(input, "x-amz-security-token");
  const std::string_view hash = header_or_empty(input, "x-amz-content-sha256");
  if (hash.empty() && style == AuthStyle::kS3) return missing_content_sha256();
  TRY(take_body_hash(hash, claim));
  return Claim(std::move(claim));
}

struct Presigned {
  std::string credential, date, expires, signed_headers, signature, token, hash;
};

Presigned presigned_parameters(std::string_view query) {
  Presigned found;
  for (auto& [name, value] : parse_query(query, QueryStyle::kForm)) {
    if (name == "X-Amz-Credential")
      found.credential = std::move(value);
    else if (name == "X-Amz-Date")
      found.date = std::move(value);
    else if (name == "X-Amz-Expires")
      found.expires = std::move(value);
    else if (name == "X-Amz-SignedHeaders")
      found.signed_headers = std::move(value);
    else if (name == "X-Amz-Signature")
      found.signature = std::move(value);
    else if (name == "X-Amz-Security-Token")
      found.token = std::move(value);
    else if (name == "X-Amz-Content-Sha256")
      found.hash = std::move(value);
  }
  return found;
}

Status require_presigned(const Presigned& found, AuthStyle style) {
  const std::pair<const char*, const std::string*> needed[] = {
      {"X-Amz-Credential", &found.credential},
      {"X-Amz-Date", &found.date},
      {"X-Amz-Expires", &found.expires},
      {"X-Amz-SignedHeaders", &found.signed_headers},
      {"X-Amz-Signature", &found.signature}};
  for (const auto& [name, value] : needed) {
    if (!value->empty()) continue;
    if (style == AuthStyle::kS3) {
      return bad_presign_parameter(
          style,
          "Query-string authentication version 4 requires the X-Amz-Algorithm, "
          "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
          "X-Amz-Expires parameters.");
    }
    return bad_presign_parameter(style, "AWS query-string parameters must include '" +
                                            std::string(name) +
                                            "'. Re-examine the query-string parameters.");
  }
  return {};
}

Result<std::int64_t> read_expires(const std::string& text, AuthStyle style) {
  if (text.starts_with('-') && is_digits(std::string_view(text).substr(1))) {
    return bad_presign_parameter(style, "X-Amz-Expires must be non-negative");
  }
  if (!is_digits(text)) return bad_presign_parameter(style, "X-Amz-Expires should be a number");
  const std::int64_t seconds = text.size() > 9 ? kMaxExpires_s + 1 : std::stoll(text);
  if (seconds > kMaxExpires_s) {
    return bad_presign_parameter(style,
                                 "X-Amz-Expires must be less than a week (in seconds); that is, "
                                 "the given X-Amz-Expires must be less than 604800 seconds");
  }
  return seconds;
}

Result<Claim> from_query(const HttpInput& input, std::string_view algorithm, AuthStyle style) {
  if (algorithm != kAlgorithm) return unsupported_algorithm(style, algorithm);
  const Presigned found = presigned_parameters(input.query);
  TRY(require_presigned(found, style));
  SignatureClaim claim;
  claim.form = SignatureForm::kPresigned;
  claim.style = style;
  claim.signature = found.signature;
  claim.session_token = found.token;
  TRY(take_credential(found.credential, claim));
  TRY(take_signed_headers(found.signed_headers, claim));
  TRY(take_date(found.date, claim));
  claim.expires_s = TRY(read_expires(found.expires, style));
  std::string_view hash = found.hash;
  if (hash.empty()) hash = header_or_empty(input, "x-amz-content-sha256");
  if (hash.empty() && style == AuthStyle::kS3) hash = "UNSIGNED-PAYLOAD";
  TRY(take_body_hash(hash, claim));
  return Claim(std::move(claim));
}

}  // namespace

std::string SignatureClaim::scope() const {
  return date + "/" + region + "/" + service + "/aws4_request";
}

Result<std::optional<SignatureClaim>> read_claim(const HttpInput& input, AuthStyle style) {
  const std::string_view header = header_or_empty(input, "authorization");
  const auto algorithm = raw_parameter(input.query, "X-Amz-Algorithm");
  if (!header.empty() && algorithm && style == AuthStyle::kS3) {
    return bad_presign_parameter(
        style,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
        "Signature query string parameter or the Authorization header should be specified");
  }
  if (!header.empty()) return from_header(input, header, style);
  if (algorithm) return from_query(input, *algorithm, style);
  // SigV2 in the query: S3's (AWSAccessKeyId, Expires) and everyone else's (SignatureVersion).
  const bool old = raw_parameter(input.query, "AWSAccessKeyId").has_value() &&
                   raw_parameter(input.query, "Signature").has_value();
  if (old) return unsupported_algorithm(style, "AWS (Signature Version 2)");
  return Claim();
}

}  // namespace fairlead::wire
