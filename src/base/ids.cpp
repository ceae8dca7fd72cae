// Randomness from getrandom(2), and the identifiers made of it.
#include "base/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/base64.h"
#include "base/check.h"

namespace fairlead {

namespace {

constexpr std::size_t kMarkerAt = 8;
constexpr unsigned char kConnectionMarker = 0x02;
constexpr unsigned char kRequestMarker = 0x05;

void system_entropy(void* into, std::size_t n) {
  auto* to = static_cast<unsigned char*>(into);
  while (n > 0) {
    const ssize_t got = getrandom(to, n, 0);
    if (got < 0) {
      CHECK(errno == EINTR);
      continue;
    }
    to += got;
    n -= static_cast<std::size_t>(got);
  }
}

// One for each thread: 512 bytes are one system call, and enough for 32 UUIDs.
struct Pool {
  std::array<unsigned char, 512> bytes;
  std::size_t used = 512;

  void take(void* into, std::size_t n) {
    if (used + n > bytes.size()) {
      system_entropy(bytes.data(), bytes.size());
      used = 0;
    }
    std::memcpy(into, bytes.data() + used, n);
    std::memset(bytes.data() + used, 0, n);  // what was handed out is not kept
    used += n;
  }
};
thread_local Pool pool;

std::string random_from(std::string_view alphabet, std::size_t n) {
  const std::size_t fair = 256 - 256 % alphabet.size();  // bytes from here on would favour a few
  std::string out;
  out.reserve(n);
  while (out.size() < n) {
    unsigned char bytes[32];
    const std::size_t want = std::min(n - out.size(), sizeof bytes);
    random_bytes(bytes, want);
    for (std::size_t i = 0; i < want; ++i) {
      if (bytes[i] < fair) out += alphabet[bytes[i] % alphabet.size()];
    }
  }
  return out;
}

// 40 bits that never repeat within a process and that nobody can foresee: a counter sent through a
// Feistel network (a permutation, so that distinct counts stay distinct) under keys drawn at start.
class Sequence {
 public:
  Sequence() {
    random_bytes(keys_.data(), sizeof keys_);
    counter_ = random_u64();
    random_bytes(&process_tag_, 1);
  }

  std::uint64_t next40() {
    const std::uint64_t count = counter_.fetch_add(1, std::memory_order_relaxed);
    std::uint32_t left = static_cast<std::uint32_t>(count >> 20) & kHalf;
    std::uint32_t right = static_cast<std::uint32_t>(count) & kHalf;
    for (std::size_t round = 0; round + 1 < keys_.size(); round += 2) {
      const std::uint32_t mixed = mix(right, keys_[round], keys_[round + 1]);
      left = std::exchange(right, left ^ mixed);
    }
    return std::uint64_t{left} << 20 | right;
  }
  unsigned char process_tag() const { return process_tag_; }

 private:
  static constexpr std::uint32_t kHalf = (1u << 20) - 1;

  // The upper bits of two full 64 by 64 bit products under secret keys.
  static std::uint32_t mix(std::uint32_t half, std::uint64_t key_a, std::uint64_t key_b) {
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
      const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
      return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
    };
    const std::uint64_t once = fold(half ^ key_a, key_b | 1);
    return static_cast<std::uint32_t>(fold(once ^ key_b, key_a | 1) >> 40) & kHalf;
  }

  std::array<std::uint64_t, 12> keys_;  // two for each of six rounds
  std::atomic<std::uint64_t> counter_;
  unsigned char process_tag_ = 0;
};

// bytes 0-3  time in units of 1.024 s, so that ids rise with time (until the year 2109)
// bytes 4-6  upper 24 bits of the sequence
// byte  7    tag of the process, as AWS's front-ends have one
// byte  8    marker: which kind of id
// bytes 9-10 lower 16 bits of the sequence
// Two ids of one process differ by the sequence; two of different processes by the tag, or else by
// 40 unforeseeable bits within the same second.
std::string gateway_id(std::int64_t now_ms, unsigned char marker) {
  static Sequence sequence;
  const auto time = static_cast<std::uint32_t>(now_ms >> 10);
  const std::uint64_t count = sequence.next40();
  const unsigned char bytes[11] = {static_cast<unsigned char>(time >> 24),
                                   static_cast<unsigned char>(time >> 16),
                                   static_cast<unsigned char>(time >> 8),
                                   static_cast<unsigned char>(time),
                                   static_cast<unsigned char>(count >> 32),
                                   static_cast<unsigned char>(count >> 24),
                                   static_cast<unsigned char>(count >> 16),
                                   sequence.process_tag(),
                                   marker,
                                   static_cast<unsigned char>(count >> 8),
                                   static_cast<unsigned char>(count)};
  return base64url_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

}  // namespace

void random_bytes(void* into, std::size_t n) {
  if (n <= 64) {
    pool.take(into, n);
  } else {
    system_entropy(into, n);
  }
}

std::uint64_t random_u64() {
  std::uint64_t value = 0;
  random_bytes(&value, sizeof value);
  return value;
}

std::string uuid_v4() {
  constexpr char kDigits[] = "0123456789abcdef";
  unsigned char bytes[16];
  random_bytes(bytes, sizeof bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string out(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    out[at++] = kDigits[bytes[i] >> 4];
    out[at++] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::string random_lower_alnum(std::size_t n) {
  return random_from("abcdefghijklmnopqrstuvwxyz0123456789", n);
}

// Base32 digits, which is what AWS's unique ids are made of.
std::string random_upper_alnum(std::size_t n) {
  return random_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", n);
}

std::string random_hex(std::size_t n) { return random_from("0123456789abcdef", n); }

std::string new_connection_id(std::int64_t now_ms) { return gateway_id(now_ms, kConnectionMarker); }

std::string new_gateway_request_id(std::int64_t now_ms) {
  return gateway_id(now_ms, kRequestMarker);
}

bool is_connection_id(std::string_view text) {
  if (text.size() != 16 || text.back() != '=' || text[14] == '=') return false;
  const auto bytes = base64url_decode(text);
  return bytes && static_cast<unsigned char>((*bytes)[kMarkerAt]) == kConnectionMarker;
}

}  // namespace fairlead
