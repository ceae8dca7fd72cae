// SigV4 on every door: claim, key, session token, scope, signature, in that order, as AWS checks.
#include "edge/authenticate.h"

#include <utility>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/auth_errors.h"

namespace fairlead::edge {

namespace {

Status check_token(const wire::SignatureClaim& claim, const platform::Credential& credential,
                   std::int64_t now_ms) {
  if (!credential.session_token.empty()) {
    if (!equal_constant_time(claim.session_token, credential.session_token)) {
      return wire::invalid_token(claim.style);
    }
    if (credential.expires_ms != 0 && now_ms >= credential.expires_ms) {
      return wire::expired_token(claim.style);
    }
  }
  return {};
}

// The query without the session token.
std::string without_token(std::string_view query) {
  std::string left;
  for (const std::string_view field : split(query, '&')) {
    if (field.starts_with("X-Amz-Security-Token=")) continue;
    left.append(left.empty() ? "" : "&").append(field);
  }
  return left;
}

// Some clients of WebSocket APIs sign an address first and then put the token behind it.
Status verify(const wire::SignatureClaim& claim, const wire::HttpInput& http,
              const std::string& secret, const std::string& body_sha256, std::int64_t now_ms) {
  Status verified = wire::verify(claim, http, secret, body_sha256, now_ms);
  const bool maybe_behind = claim.form == wire::SignatureForm::kPresigned &&
                            claim.style == wire::AuthStyle::kExecuteApi &&
                            !claim.session_token.empty();
  if (verified.ok() || !maybe_behind) return verified;
  const std::string query = without_token(http.query);
  wire::HttpInput shorter = http;
  shorter.query = query;
  if (wire::verify(claim, shorter, secret, body_sha256, now_ms).ok()) return {};
  return verified;
}

}  // namespace

Status authenticate(Call& call, platform::Access& access, Unsigned policy, BodyIs body) {
  const wire::AuthStyle style = wire::auth_style(call.dialect);
  const wire::HttpInput http = call.http();
  auto claim = TRY(wire::read_claim(http, style));
  if (!claim) {
    if (policy == Unsigned::kAllowed) return {};
    return wire::missing_authentication_token(style);
  }
  const auto credential = access.find(claim->access_key);
  if (!credential) return wire::unknown_access_key(style, claim->access_key);
  TRY(check_token(*claim, *credential, call.cx.now_ms));
  TRY(wire::check_scope(*claim, "", call.dialect.service.signing_name()));

  std::string body_sha256;
  const bool hashed =
      claim->body_hash == wire::BodyHash::kComputed || claim->body_hash == wire::BodyHash::kLiteral;
  if (hashed && body == BodyIs::kRead) body_sha256 = hex_encode(sha256(call.body));
  TRY(verify(*claim, http, credential->secret, body_sha256, call.cx.now_ms));

  call.cx.caller = credential->principal;
  call.cx.account = credential->principal.account;
  call.cx.region = claim->region;
  call.secret = credential->secret;
  call.claim = std::move(claim);
  return {};
}

Status authenticate_execute_api(Call& call, platform::Access& access) {
  call.dialect = {wire::Models::house().find_service("apigatewaymanagementapi"),
                  wire::Protocol::kRestJson};
  const std::string account = call.cx.account, region = call.cx.region;
  Status known = authenticate(call, access, Unsigned::kRefused, BodyIs::kRead);
  call.cx.account = account;
  call.cx.region = region;
  if (!known.ok()) return known;
  return wire::check_scope(*call.claim, region, "execute-api");
}

}  // namespace fairlead::edge
