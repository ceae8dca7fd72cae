// Downloads: bytes behind an address that only this server hands out and that runs out, as
// presigned addresses do (GetFunction's Code.Location). Implemented by the lambda service, asked by
// the edge for /_fairlead/lambda-code/<token>.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "platform/operation.h"

namespace fairlead::platform {

struct Download {
  std::unique_ptr<BodyReader> body;
  std::uint64_t length = 0;
};

class Downloads {
 public:
  virtual ~Downloads() = default;
  // Nothing when the token is not one of ours, has run out, or its bytes are gone.
  virtual std::optional<Download> open_download(std::string_view token) = 0;
};

}  // namespace fairlead::platform
