// What can go wrong between us and a peer, as values. None of these is an AWS error: the rooms
// above translate.
#pragma once

#include "base/result.h"

namespace fairlead::net {

inline constexpr ErrorCode kPeerGone{"PeerGone", 400};            // connection closed or reset
inline constexpr ErrorCode kPeerSlow{"PeerSlow", 408};            // no progress within the time-out
inline constexpr ErrorCode kBodyTooLarge{"BodyTooLarge", 413};    // beyond the limit asked for
inline constexpr ErrorCode kBodyMalformed{"BodyMalformed", 400};  // bad chunk framing
inline constexpr ErrorCode kCannotListen{"CannotListen", 500};  // address in use, no permission, …
inline constexpr ErrorCode kTlsFailed{"TlsFailed", 500};        // OpenSSL or the certificate files
inline constexpr ErrorCode kReplyMisuse{"ReplyMisuse", 500};    // a reply begun twice, and so on

Error peer_gone();
Error peer_slow();
Error body_too_large(std::size_t limit);
Error body_malformed();
Error cannot_listen(const std::string& where, int error_number);
Error tls_failed(const std::string& what);
Error reply_misuse(const char* what);

}  // namespace fairlead::net
