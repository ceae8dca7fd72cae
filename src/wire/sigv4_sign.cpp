// Signing: headers for a request of our own, and presigned URLs.
#include <algorithm>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/sigv4.h"

namespace fairlead::wire {
namespace {

PathRule path_rule(const SigningIdentity& identity) {
  return identity.service == "s3" ? PathRule::kEncodedOnce : PathRule::kNormalisedEncodedTwice;
}

SignatureClaim claim_of(const SigningIdentity& identity, SignatureForm form, std::int64_t now_ms) {
  SignatureClaim claim;
  claim.form = form;
  claim.access_key = identity.access_key;
  claim.region = identity.region;
  claim.service = identity.service;
  claim.timestamp = sigv4_time(now_ms);
  claim.date = claim.timestamp.substr(0, 8);
  claim.time_ms = now_ms;
  return claim;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ';';
    text += name;
  }
  return text;
}

std::string signature_of(const SigningIdentity& identity, const SignatureClaim& claim,
                         const HttpInput& input, std::string_view body_sha256) {
  const std::string canonical = canonical_request(claim, input, path_rule(identity), body_sha256);
  const std::string key = signing_key(identity.secret, claim.date, claim.region, claim.service);
  return hex_encode(hmac_sha256(key, string_to_sign(claim, canonical)));
}

}  // namespace

std::vector<HeaderPair> sign(const SigningIdentity& identity, const HttpInput& input,
                             std::int64_t now_ms) {
  SignatureClaim claim = claim_of(identity, SignatureForm::kHeader, now_ms);
  const std::string hash = hex_encode(sha256(input.body));
  std::vector<HeaderPair> added = {{"x-amz-date", claim.timestamp}, {"x-amz-content-sha256", hash}};
  if (!identity.session_token.empty()) {
    added.emplace_back("x-amz-security-token", identity.session_token);
  }
  std::vector<HeaderPair> all = input.headers;
  all.insert(all.end(), added.begin(), added.end());
  for (const HeaderPair& pair : all) claim.signed_headers.push_back(to_lower(pair.first));
  std::sort(claim.signed_headers.begin(), claim.signed_headers.end());
  const auto last = std::unique(claim.signed_headers.begin(), claim.signed_headers.end());
  claim.signed_headers.erase(last, claim.signed_headers.end());
  const HttpInput complete{input.method, input.path, input.query, all, input.body};
  added.emplace_back("authorization",
                     "AWS4-HMAC-SHA256 Credential=" + claim.access_key + "/" + claim.scope() +
                         ", SignedHeaders=" + joined(claim.signed_headers) +
                         ", Signature=" + signature_of(identity, claim, complete, hash));
  return added;
}

std::string presign(const SigningIdentity& identity, const HttpInput& input, std::int64_t expires_s,
                    std::int64_t now_ms) {
  SignatureClaim claim = claim_of(identity, SignatureForm::kPresigned, now_ms);
  claim.signed_headers = {"host"};
  std::string query(input.query);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!query.empty()) query += '&';
    query.append(name).append("=").append(percent_encode(value));
  };
  add("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  add("X-Amz-Credential", claim.access_key + "/" + claim.scope());
  add("X-Amz-Date", claim.timestamp);
  add("X-Amz-Expires", std::to_string(expires_s));
  if (!identity.session_token.empty()) add("X-Amz-Security-Token", identity.session_token);
  add("X-Amz-SignedHeaders", "host");
  const std::string hash =
      identity.service == "s3" ? "UNSIGNED-PAYLOAD" : hex_encode(sha256(input.body));
  const HttpInput complete{input.method, input.path, query, input.headers, input.body};
  add("X-Amz-Signature", signature_of(identity, claim, complete, hash));
  return query;
}

}  // namespace fairlead::wire
