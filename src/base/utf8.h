// UTF-8 (RFC 3629): whole-string and incremental validation, repair, and case-free comparison.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead {

bool is_valid_utf8(std::string_view bytes);
std::string repair_utf8(std::string_view bytes);  // each bad sequence becomes U+FFFD
std::size_t utf8_length(std::string_view text);   // code points
void append_utf8(std::string& out, std::uint32_t code_point);

// Validation of text that comes in pieces (WebSocket fragments).
class Utf8Validator {
 public:
  bool feed(std::string_view bytes);             // false: already wrong
  bool complete() const { return state_ == 0; }  // no character is cut in the middle
  void reset() { state_ = 0; }

 private:
  std::uint32_t state_ = 0;
};

}  // namespace fairlead
