// The wording of net's errors.
#include "net/errors.h"

#include <cstring>

namespace fairlead::net {

Error peer_gone() { return {&kPeerGone, "The peer closed the connection", {}}; }
Error peer_slow() { return {&kPeerSlow, "The peer made no progress in time", {}}; }

Error body_too_large(std::size_t limit) {
  return {&kBodyTooLarge, "The body is larger than " + std::to_string(limit) + " bytes", {}};
}

Error body_malformed() { return {&kBodyMalformed, "The body's framing is broken", {}}; }

Error cannot_listen(const std::string& where, int error_number) {
  return {&kCannotListen, "Cannot listen on " + where + ": " + std::strerror(error_number), {}};
}

Error tls_failed(const std::string& what) { return {&kTlsFailed, what, {}}; }
Error reply_misuse(const char* what) { return {&kReplyMisuse, what, {}}; }

}  // namespace fairlead::net
