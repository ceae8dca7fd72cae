// The pure part of multipart uploads: which checksums were chosen, and what object a list of parts
// makes.
#pragma once

#include <vector>

#include "base/result.h"
#include "services/s3/records.h"

namespace fairlead::s3 {

inline constexpr int kMostParts = 10'000;
inline constexpr std::uint64_t kLeastPartBytes = 5 * 1024 * 1024;  // all but the last

// ChecksumAlgorithm and ChecksumType of CreateMultipartUpload into the upload.
Status read_checksum_choice(const Json& input, Upload& upload);

// The object that CompleteMultipartUpload asks for. MalformedXML, InvalidPart, InvalidPartOrder,
// EntityTooSmall, BadDigest.
Result<Object> plan_object(const Upload& upload, const std::vector<UploadedPart>& parts,
                           const Json& input);

}  // namespace fairlead::s3
