// Finding, eight bytes at a time, where JSON text stops standing for itself. Inside base only.
#pragma once

#include <cstdint>
#include <cstring>

namespace fairlead {

// The bytes that a JSON string cannot hold as they are.
constexpr bool json_needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

// Whether any of eight bytes needs an escape or is not ASCII. It may say so for a word that has
// neither (a borrow of the subtraction), never the other way round.
inline bool json_word_is_special(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t w) { return (w - kOnes) & ~w; };
  const std::uint64_t control = word - kOnes * 0x20;
  return ((has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\')) | control | word) &
          kHighs) != 0;
}

// The first byte in [at, end) that needs an escape, or `end`; `not_ascii` becomes true if a byte
// before it is not ASCII.
inline const char* json_plain_until(const char* at, const char* end, bool& not_ascii) {
  for (;;) {
    for (std::uint64_t word; end - at >= 8; at += 8) {
      std::memcpy(&word, at, 8);
      if (json_word_is_special(word)) break;
    }
    // Byte by byte past whatever was special in the word.
    const char* const until = end - at >= 8 ? at + 8 : end;
    for (; at < until; ++at) {
      const auto c = static_cast<unsigned char>(*at);
      if (json_needs_escape(c)) return at;
      not_ascii = not_ascii || c >= 0x80;
    }
    if (at == end) return end;
  }
}

}  // namespace fairlead
