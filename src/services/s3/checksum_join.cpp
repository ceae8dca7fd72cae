// Appending n zero bytes to a message multiplies its CRC by x^(8n) modulo the polynomial; the CRC
// of A and B is that of A moved past B, plus that of B. (All three CRCs start and end inverted,
// which cancels out.)
#include "services/s3/checksum_join.h"

#include "base/check.h"

namespace fairlead::s3 {

namespace {

struct Polynomial {
  std::uint64_t reflected;
  int bits;
};

Polynomial polynomial_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return {0xEDB88320u, 32};
    case Algorithm::kCrc32c:
      return {0x82F63B78u, 32};
    case Algorithm::kCrc64nvme:
      return {0x9A6C9329AC4BC9B5u, 64};
    default:
      break;
  }
  CHECK(is_crc(algorithm));
  return {};
}

// In reflected notation the highest bit is x^0.
std::uint64_t multiply(std::uint64_t a, std::uint64_t b, const Polynomial& p) {
  std::uint64_t product = 0;
  for (std::uint64_t bit = std::uint64_t{1} << (p.bits - 1); bit != 0; bit >>= 1) {
    if (a & bit) product ^= b;
    b = (b >> 1) ^ (b & 1 ? p.reflected : 0);
  }
  return product;
}

// x^(8n) modulo the polynomial.
std::uint64_t power_of_bytes(std::uint64_t n, const Polynomial& p) {
  std::uint64_t result = std::uint64_t{1} << (p.bits - 1);      // x^0
  std::uint64_t square = std::uint64_t{1} << (p.bits - 1 - 8);  // x^8
  for (; n > 0; n >>= 1) {
    if (n & 1) result = multiply(square, result, p);
    square = multiply(square, square, p);
  }
  return result;
}

std::uint64_t number_of(std::string_view big_endian) {
  std::uint64_t n = 0;
  for (const char c : big_endian) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

}  // namespace

bool is_crc(Algorithm algorithm) {
  return algorithm == Algorithm::kCrc32 || algorithm == Algorithm::kCrc32c ||
         algorithm == Algorithm::kCrc64nvme;
}

std::string join_crc(Algorithm algorithm, std::string_view a, std::string_view b,
                     std::uint64_t length_of_b) {
  const Polynomial p = polynomial_of(algorithm);
  const std::uint64_t joined =
      multiply(power_of_bytes(length_of_b, p), number_of(a), p) ^ number_of(b);
  std::string bytes;
  for (int shift = p.bits - 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(joined >> shift));
  }
  return bytes;
}

}  // namespace fairlead::s3
