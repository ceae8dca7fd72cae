// Access: whose key is this, and what is its secret. Implemented by the iam service.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

struct Credential {
  std::string secret;
  std::string session_token;    // empty for long-term keys
  std::int64_t expires_ms = 0;  // 0: never
  Principal principal;
};

class Access {
 public:
  virtual ~Access() = default;
  // Nothing when the key is unknown. Long-term keys: the development root key `test`, or any
  // twelve-digit key (root of that account, secret `test`). Session keys are minted below.
  virtual std::optional<Credential> find(std::string_view access_key) = 0;
  // Short-lived credentials of an execution role, for a function's environment.
  virtual Result<Credential> assume_for_service(Context& cx, const std::string& role_arn,
                                                const std::string& session_name) = 0;
};

}  // namespace fairlead::platform
