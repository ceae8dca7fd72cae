// Wording of the edge's own refusals (S3's, where AWS has no common one).
#include "edge/errors.h"

namespace fairlead::edge {

namespace {
const ErrorCode kRequestTooLarge{"RequestEntityTooLargeException", 413};
const ErrorCode kRequestTimeout{"RequestTimeout", 400};
const ErrorCode kIncompleteBody{"IncompleteBody", 400};
const ErrorCode kInternalFailure{"InternalFailure", 500};
}  // namespace

Error request_too_large() { return {&kRequestTooLarge, "Request Entity Too Large", {}}; }

Error request_timeout() {
  return {&kRequestTimeout,
          "Your socket connection to the server was not read from or written to within the timeout "
          "period. Idle connections will be closed.",
          {}};
}

Error incomplete_body() {
  return {&kIncompleteBody,
          "You did not provide the number of bytes specified by the Content-Length HTTP header",
          {}};
}

Error internal_failure() {
  return {&kInternalFailure,
          "The request processing has failed because of an unknown error, exception or failure.",
          {}};
}

}  // namespace fairlead::edge
