// The refusals of authentication, worded as each family of services words them.
//
// The same fault has up to four names: InvalidSignatureException from a JSON service,
// SignatureDoesNotMatch from query services and S3. AuthStyle picks the family.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/protocol.h"

namespace fairlead::wire {

// kRestJson answers 403 where kJson answers 400; kExecuteApi also shows the canonical string.
enum class AuthStyle { kJson, kRestJson, kExecuteApi, kQuery, kS3 };
AuthStyle auth_style(const Dialect& dialect);

Error missing_authentication_token(AuthStyle style);  // not signed (S3: AccessDenied)
Error unknown_access_key(AuthStyle style, std::string_view access_key);
Error invalid_token(AuthStyle style);  // the session token is not ours
Error expired_token(AuthStyle style);
Error access_denied(AuthStyle style, std::string message);  // AccessDeniedException, AccessDenied
Error incomplete_signature(AuthStyle style, std::string message);
Error invalid_signature(AuthStyle style, std::string message);
Error wrong_signature(AuthStyle style, std::string_view canonical, std::string_view to_sign,
                      std::string_view access_key, std::string_view signature);
Error unsupported_algorithm(AuthStyle style, std::string_view what);  // SigV2, SigV4A
Error bad_presign_parameter(AuthStyle style, std::string message);
Error headers_not_signed(AuthStyle style, std::string_view names);  // comma-separated
Error clock_skew(AuthStyle style, std::string message, std::string_view request_time,
                 std::int64_t now_ms);
Error presign_expired(AuthStyle style, std::int64_t expires_s, std::int64_t expired_at_ms,
                      std::int64_t now_ms);
Error body_hash_mismatch(AuthStyle style, std::string_view claimed, std::string_view computed);
Error missing_content_sha256();  // S3
Error malformed_scope(AuthStyle style, std::string s3_message, std::string message,
                      std::string_view s3_region);

}  // namespace fairlead::wire
