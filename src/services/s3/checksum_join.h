// Checksums of a multipart object out of those of its parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/s3/checksums.h"

namespace fairlead::s3 {

// The CRC of A and B together, from the CRC of each and the length of B. Only for the three CRCs.
std::string join_crc(Algorithm algorithm, std::string_view a, std::string_view b,
                     std::uint64_t length_of_b);

bool is_crc(Algorithm algorithm);

}  // namespace fairlead::s3
