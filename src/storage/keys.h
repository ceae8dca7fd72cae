// Key codec: fields packed so that byte order is field order, whatever the fields hold.
//   std::string key = KeyWriter("ag/").text(account).text(region).text(api_id).take();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead::storage {

// text: bytes with 0x00 escaped as 00 FF and ended by 00 01, so "a" sorts before "a\0" and "ab".
class KeyWriter {
 public:
  explicit KeyWriter(std::string_view prefix) : key_(prefix) {}
  KeyWriter& text(std::string_view field);
  KeyWriter& number(std::uint64_t field);             // 8 bytes, big-endian
  KeyWriter& number_descending(std::uint64_t field);  // newest first
  KeyWriter& raw(std::string_view bytes);             // already ordered bytes, as they are
  std::string take() { return std::move(key_); }
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

// Reads back what KeyWriter wrote; empty results mean that the key is not of this shape.
class KeyReader {
 public:
  KeyReader(std::string_view key, std::string_view prefix);
  std::optional<std::string> text();
  std::optional<std::uint64_t> number();
  std::optional<std::uint64_t> number_descending();
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace fairlead::storage
