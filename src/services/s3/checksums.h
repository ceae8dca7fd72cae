// Digests of a body while it passes: its MD5 for the ETag, and the checksum that the client chose.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/hashes.h"
#include "platform/operation.h"

namespace fairlead::s3 {

enum class Algorithm { kCrc32, kCrc32c, kCrc64nvme, kSha1, kSha256 };
inline constexpr int kAlgorithms = 5;

const char* name_of(Algorithm algorithm);    // "CRC32"
std::string member_of(Algorithm algorithm);  // "ChecksumCRC32"
std::size_t digest_bytes(Algorithm algorithm);
// By its name in any case; false when there is no such algorithm.
bool read_algorithm(std::string_view name, Algorithm& algorithm);

class Checksum {
 public:
  explicit Checksum(Algorithm algorithm);
  void update(std::string_view bytes);
  std::string finish();  // raw bytes

 private:
  Algorithm algorithm_;
  std::uint64_t crc_ = 0;
  std::unique_ptr<Digest> digest_;
};
std::string checksum_of(Algorithm algorithm, std::string_view bytes);

// What a request says about the digests of its body.
struct Expectation {
  std::string md5;                              // raw, or empty
  Algorithm algorithm = Algorithm::kCrc64nvme;  // S3's own choice when the client made none
  std::string checksum;                         // raw, or empty: to be calculated
};
// InvalidDigest, InvalidRequest.
Result<Expectation> read_expectation(const platform::Request& request, Algorithm fallback);

// The same promises about a body that was read whole (the XML of a setting): InvalidDigest,
// BadDigest.
Status check_body(const platform::Request& request);

}  // namespace fairlead::s3
