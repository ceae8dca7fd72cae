// The checksums that S3's clients send and ask for, incrementally.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hashes.h"

namespace fairlead::wire {

enum class ChecksumKind { kCrc32, kCrc32c, kCrc64Nvme, kSha1, kSha256 };

// "x-amz-checksum-crc32" (any case) and "CRC32"; nullopt: none of ours.
std::optional<ChecksumKind> checksum_of_header(std::string_view header_name);
std::optional<ChecksumKind> checksum_of_algorithm(std::string_view algorithm);
std::string_view checksum_algorithm(ChecksumKind kind);  // "CRC64NVME"
std::string_view checksum_header(ChecksumKind kind);     // "x-amz-checksum-crc64nvme"
std::string_view checksum_member(ChecksumKind kind);     // "ChecksumCRC64NVME"

class Checksum {
 public:
  explicit Checksum(ChecksumKind kind);
  ChecksumKind kind() const { return kind_; }
  void update(std::string_view bytes);
  std::string finish();  // raw bytes, big-endian; once

 private:
  ChecksumKind kind_;
  std::uint64_t crc_ = 0;
  std::optional<Digest> digest_;
};

}  // namespace fairlead::wire
