// Digests and checksums, as raw bytes (use hex_encode or base64_encode on them).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace fairlead {

std::string sha256(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string md5(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far = 0);   // IEEE, zlib's
std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far = 0);  // Castagnoli
std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t so_far = 0);
bool equal_constant_time(std::string_view a, std::string_view b);

// A digest of bytes that come in pieces.
class Digest {
 public:
  enum class Kind { kSha256, kSha1, kMd5 };
  explicit Digest(Kind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  void update(std::string_view bytes);
  std::string finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairlead
