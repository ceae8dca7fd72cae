// x-amz-copy-source: which object a copy reads, with its permission and conditions checked.
#pragma once

#include "services/s3/access.h"
#include "services/s3/bodies.h"

namespace fairlead::s3 {

// InvalidArgument, NoSuchBucket, NoSuchKey, AccessDenied, PreconditionFailed.
Result<Found> open_copy_source(S3& s3, const Context& cx, const Json& input);

// Copies `length` bytes from `first` of the source into a blob of their own.
Result<Received> copy_bytes(S3& s3, const Object& source, std::uint64_t first, std::uint64_t length,
                            Algorithm algorithm);

}  // namespace fairlead::s3
