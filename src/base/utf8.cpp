// UTF-8 by a table-free state machine. The state packs how many continuation bytes are missing and
// the range that the next one must lie in, so that overlong forms, surrogates and everything past
// U+10FFFF are refused at the first byte that is wrong.
#include "base/utf8.h"

#include <cstring>

namespace fairlead {

namespace {

constexpr std::uint32_t kAccept = 0;
constexpr std::uint32_t kReject = 0xffffffff;

// missing | lowest next byte << 8 | highest next byte << 16
constexpr std::uint32_t expect(std::uint32_t missing, std::uint32_t low = 0x80,
                               std::uint32_t high = 0xbf) {
  return missing | low << 8 | high << 16;
}

std::uint32_t after_lead(unsigned char byte) {
  if (byte < 0x80) return kAccept;
  if (byte < 0xc2) return kReject;
  if (byte < 0xe0) return expect(1);
  if (byte == 0xe0) return expect(2, 0xa0, 0xbf);
  if (byte == 0xed) return expect(2, 0x80, 0x9f);
  if (byte < 0xf0) return expect(2);
  if (byte == 0xf0) return expect(3, 0x90, 0xbf);
  if (byte < 0xf4) return expect(3);
  if (byte == 0xf4) return expect(3, 0x80, 0x8f);
  return kReject;
}

std::uint32_t step(std::uint32_t state, unsigned char byte) {
  if (state == kAccept) return after_lead(byte);
  if (state == kReject) return kReject;
  if (byte < ((state >> 8) & 0xff) || byte > ((state >> 16) & 0xff)) return kReject;
  const std::uint32_t missing = (state & 0xff) - 1;
  return missing == 0 ? kAccept : expect(missing);
}

std::size_t skip_ascii(std::string_view bytes, std::size_t from) {
  while (bytes.size() - from >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + from, 8);
    if (word & 0x8080808080808080) break;
    from += 8;
  }
  while (from < bytes.size() && static_cast<unsigned char>(bytes[from]) < 0x80) ++from;
  return from;
}

std::uint32_t run(std::uint32_t state, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (state == kAccept) {
      i = skip_ascii(bytes, i);
      if (i == bytes.size()) break;
    }
    state = step(state, static_cast<unsigned char>(bytes[i]));
    if (state == kReject) break;
  }
  return state;
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) { return run(kAccept, bytes) == kAccept; }

std::string repair_utf8(std::string_view bytes) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  std::uint32_t state = kAccept;
  std::size_t from = 0;  // where the current character starts
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool inside = state != kAccept;
    state = step(state, static_cast<unsigned char>(bytes[i]));
    if (state == kAccept) {
      out.append(bytes, from, i + 1 - from);
      from = i + 1;
    } else if (state == kReject) {
      out += kReplacement;
      state = kAccept;
      if (inside) --i;  // the byte that broke the character may begin the next one
      from = i + 1;
    }
  }
  if (state != kAccept) out += kReplacement;
  return out;
}

std::size_t utf8_length(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) code_point = 0xfffd;
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xc0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xe0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool Utf8Validator::feed(std::string_view bytes) {
  state_ = run(state_, bytes);
  return state_ != kReject;
}

}  // namespace fairlead
