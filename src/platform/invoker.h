// Invoker: run a function and wait for its answer. Implemented by the lambda service.
#pragma once

#include <string>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

struct InvokeRequest {
  std::string function_arn;  // with or without a qualifier
  std::string payload;       // JSON text
  // Who invokes, for the function's resource policy: the principal and its aws:SourceArn.
  std::string source_principal;  // "apigateway.amazonaws.com"; empty: `cx.caller` decides
  std::string source_arn;
};

struct InvokeReply {
  std::string payload;          // the answer, or the error object
  bool function_error = false;  // X-Amz-Function-Error: Unhandled
  std::string request_id;
};

class Invoker {
 public:
  virtual ~Invoker() = default;
  // Errors: function missing, not permitted, throttled, `cx.deadline_ms` passed (kInvokeTimedOut).
  virtual Result<InvokeReply> invoke(Context& cx, const InvokeRequest& request) = 0;
};

extern const ErrorCode kInvokeTimedOut;  // the caller's deadline passed; the function goes on

}  // namespace fairlead::platform
