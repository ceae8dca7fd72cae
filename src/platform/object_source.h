// ObjectSource: the bytes of an object, for services that take their input from a bucket (function
// code, templates). Implemented by the s3 service.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

struct ObjectName {
  std::string bucket, key;
  std::string version;  // empty: the newest
};

class ObjectSource {
 public:
  virtual ~ObjectSource() = default;
  // The whole object, read as `cx.caller`. Errors are S3's own (NoSuchBucket, NoSuchKey,
  // AccessDenied), EntityTooLarge beyond `most` bytes. Parks.
  virtual Result<std::string> read_object(Context& cx, const ObjectName& name,
                                          std::size_t most) = 0;
};

}  // namespace fairlead::platform
