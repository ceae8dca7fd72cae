// DownloadLinks: addresses for the zips of functions and layers. An address names the blob and when
// it runs out, signed with a key that this process made for itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/context.h"

namespace fairlead::lambda {

class DownloadLinks {
 public:
  DownloadLinks();

  // http://127.0.0.1:4566/_fairlead/lambda-code/<token>, at the host that the caller asked; good
  // for ten minutes, as AWS's are.
  std::string make(const platform::Context& cx, const std::string& blob, std::int64_t now_ms) const;
  // The blob of a token that is ours and has not run out.
  std::optional<std::string> open(std::string_view token, std::int64_t now_ms) const;

 private:
  std::string signature(std::string_view blob, std::string_view expires) const;
  std::string key_;
};

}  // namespace fairlead::lambda
