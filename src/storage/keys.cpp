// The key codec: escaped text, big-endian numbers, and their reader.
#include "storage/keys.h"

namespace fairlead::storage {

namespace {

constexpr char kZero = '\0';
constexpr char kEscapedZero = '\xFF';  // 00 FF: a zero byte of the field
constexpr char kEnd = '\x01';          // 00 01: the end of the field, before any other byte

void append_big_endian(std::string& out, std::uint64_t n) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(n >> shift));
}

}  // namespace

KeyWriter& KeyWriter::text(std::string_view field) {
  key_.reserve(key_.size() + field.size() + 2);
  for (;;) {
    const std::size_t zero = field.find(kZero);
    if (zero == std::string_view::npos) break;
    key_.append(field.substr(0, zero + 1));
    key_.push_back(kEscapedZero);
    field.remove_prefix(zero + 1);
  }
  key_.append(field);
  key_.push_back(kZero);
  key_.push_back(kEnd);
  return *this;
}

KeyWriter& KeyWriter::number(std::uint64_t field) {
  append_big_endian(key_, field);
  return *this;
}

KeyWriter& KeyWriter::number_descending(std::uint64_t field) {
  append_big_endian(key_, ~field);
  return *this;
}

KeyWriter& KeyWriter::raw(std::string_view bytes) {
  key_.append(bytes);
  return *this;
}

KeyReader::KeyReader(std::string_view key, std::string_view prefix) : rest_(key) {
  ok_ = key.substr(0, prefix.size()) == prefix;
  if (ok_) rest_.remove_prefix(prefix.size());
}

std::optional<std::string> KeyReader::text() {
  if (!ok_) return std::nullopt;
  std::string field;
  for (;;) {
    const std::size_t zero = rest_.find(kZero);
    if (zero == std::string_view::npos || zero + 1 >= rest_.size()) break;
    const char mark = rest_[zero + 1];
    field.append(rest_.substr(0, zero));
    rest_.remove_prefix(zero + 2);
    if (mark == kEnd) return field;
    if (mark != kEscapedZero) break;
    field.push_back(kZero);
  }
  ok_ = false;
  return std::nullopt;
}

std::optional<std::uint64_t> KeyReader::number() {
  if (!ok_ || rest_.size() < 8) {
    ok_ = false;
    return std::nullopt;
  }
  std::uint64_t n = 0;
  for (int i = 0; i < 8; ++i) n = n << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(8);
  return n;
}

std::optional<std::uint64_t> KeyReader::number_descending() {
  const auto n = number();
  if (!n) return std::nullopt;
  return ~*n;
}

}  // namespace fairlead::storage
