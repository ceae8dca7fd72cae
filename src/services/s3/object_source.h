// Objects for other services, read as GetObject reads them for the same caller.
#pragma once

#include "platform/object_source.h"
#include "services/s3/s3.h"

namespace fairlead::s3 {

class Objects : public platform::ObjectSource {
 public:
  explicit Objects(S3& s3) : s3_(s3) {}
  Result<std::string> read_object(platform::Context& cx, const platform::ObjectName& name,
                                  std::size_t most) override;

 private:
  S3& s3_;
};

}  // namespace fairlead::s3
