// S3's five checksum algorithms behind one class.
#include "wire/checksum.h"

#include "base/text.h"

namespace fairlead::wire {
namespace {

struct Names {
  ChecksumKind kind;
  std::string_view algorithm, header, member;
};
constexpr Names kNames[] = {
    {ChecksumKind::kCrc32, "CRC32", "x-amz-checksum-crc32", "ChecksumCRC32"},
    {ChecksumKind::kCrc32c, "CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C"},
    {ChecksumKind::kCrc64Nvme, "CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"},
    {ChecksumKind::kSha1, "SHA1", "x-amz-checksum-sha1", "ChecksumSHA1"},
    {ChecksumKind::kSha256, "SHA256", "x-amz-checksum-sha256", "ChecksumSHA256"},
};

const Names& names_of(ChecksumKind kind) { return kNames[static_cast<int>(kind)]; }

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xFF);
  }
  return out;
}

}  // namespace

std::optional<ChecksumKind> checksum_of_header(std::string_view header_name) {
  for (const Names& names : kNames) {
    if (equals_ignoring_case(names.header, header_name)) return names.kind;
  }
  return std::nullopt;
}

std::optional<ChecksumKind> checksum_of_algorithm(std::string_view algorithm) {
  for (const Names& names : kNames) {
    if (equals_ignoring_case(names.algorithm, algorithm)) return names.kind;
  }
  return std::nullopt;
}

std::string_view checksum_algorithm(ChecksumKind kind) { return names_of(kind).algorithm; }
std::string_view checksum_header(ChecksumKind kind) { return names_of(kind).header; }
std::string_view checksum_member(ChecksumKind kind) { return names_of(kind).member; }

Checksum::Checksum(ChecksumKind kind) : kind_(kind) {
  if (kind == ChecksumKind::kSha1) digest_.emplace(Digest::Kind::kSha1);
  if (kind == ChecksumKind::kSha256) digest_.emplace(Digest::Kind::kSha256);
}

void Checksum::update(std::string_view bytes) {
  switch (kind_) {
    case ChecksumKind::kCrc32:
      crc_ = crc32(bytes, static_cast<std::uint32_t>(crc_));
      break;
    case ChecksumKind::kCrc32c:
      crc_ = crc32c(bytes, static_cast<std::uint32_t>(crc_));
      break;
    case ChecksumKind::kCrc64Nvme:
      crc_ = crc64nvme(bytes, crc_);
      break;
    case ChecksumKind::kSha1:
    case ChecksumKind::kSha256:
      digest_->update(bytes);
  }
}

std::string Checksum::finish() {
  if (digest_) return digest_->finish();
  return big_endian(crc_, kind_ == ChecksumKind::kCrc64Nvme ? 8 : 4);
}

}  // namespace fairlead::wire
