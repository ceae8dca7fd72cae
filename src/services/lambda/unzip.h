// Unpacking a deployment package into a folder, trusting nothing in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace fairlead::lambda {

struct UnzipLimits {
  std::uint64_t max_bytes = limits::kMaxLambdaUnzipped;
  std::uint64_t max_entries = 65'535;
};

// Writes the entries of `zip` below `folder`, which must exist and be empty. File modes are kept
// and made readable for all (set-id bits are not). Refused as a whole, as AWS words it: what is no
// zip or holds no file, names that are absolute or lead outside, symbolic links that lead outside,
// special files, encrypted or damaged entries, more than the limits. What was written so far stays:
// the caller removes `folder`. Nothing is synced to the disk. Blocks the thread while it reads and
// writes.
Status unzip(std::string_view zip, const std::string& folder, const UnzipLimits& limits = {});

}  // namespace fairlead::lambda
