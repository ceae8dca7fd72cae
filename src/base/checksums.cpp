// Cyclic redundancy checks: eight table look-ups for eight bytes at a time, and the processor's own
// instruction for CRC-32C where it has one (each stored record is checked with it).
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "base/hashes.h"

namespace fairlead {

namespace {

static_assert(std::endian::native == std::endian::little);

template <class Word>
using Tables = std::array<std::array<Word, 256>, 8>;

// Table k answers for a byte that has k more bytes of the same step behind it. `polynomial` is in
// reflected form (lowest bit first), as all three checks are.
template <class Word>
constexpr Tables<Word> make_tables(Word polynomial) {
  Tables<Word> tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    Word value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? polynomial : 0);
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const Word before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables<std::uint32_t> kCrc32 = make_tables<std::uint32_t>(0xedb88320);
constexpr Tables<std::uint32_t> kCrc32c = make_tables<std::uint32_t>(0x82f63b78);
constexpr Tables<std::uint64_t> kCrc64Nvme = make_tables<std::uint64_t>(0x9a6c9329ac4bc9b5);

constexpr std::uint64_t load8(const char* from) {
  std::uint64_t word = 0;
  if (std::is_constant_evaluated()) {
    for (int i = 7; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(from[i]);
  } else {
    std::memcpy(&word, from, sizeof word);
  }
  return word;
}

template <class Word>
constexpr Word by_tables(const Tables<Word>& tables, std::string_view bytes, Word so_far) {
  Word crc = ~so_far;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = load8(at) ^ crc;
    crc = 0;
    for (std::size_t k = 8; k-- > 0; word >>= 8) crc ^= tables[k][word & 0xff];
  }
  for (; left > 0; ++at, --left) {
    crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  }
  return ~crc;
}

// Here because a test on a processor that has the instruction never comes to these tables.
static_assert(by_tables<std::uint32_t>(kCrc32c, "123456789", 0) == 0xe3069283);

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_processor(std::string_view bytes,
                                                            std::uint32_t so_far) {
  std::uint64_t crc = ~so_far;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) crc = __builtin_ia32_crc32di(crc, load8(at));
  auto narrow = static_cast<std::uint32_t>(crc);
  for (; left > 0; ++at, --left) {
    narrow = __builtin_ia32_crc32qi(narrow, static_cast<unsigned char>(*at));
  }
  return ~narrow;
}
#endif

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far) {
  return by_tables(kCrc32, bytes, so_far);
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return crc32c_by_processor(bytes, so_far);
#endif
  return by_tables(kCrc32c, bytes, so_far);
}

std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t so_far) {
  return by_tables(kCrc64Nvme, bytes, so_far);
}

}  // namespace fairlead
