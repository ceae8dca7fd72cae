// Writing HTTP/1.1 messages: heads and chunks onto a string that the connection then sends.
// A header whose name or value could start another header (CR, LF, NUL …) is dropped, not sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_head.h"

namespace fairlead::net {

std::string_view reason_phrase(int status);  // "" for a status without a registered phrase

// "HTTP/1.1 200 OK\r\n"; an empty reason becomes the registered phrase.
void append_status_line(std::string& out, int status, std::string_view reason = {});
void append_request_line(std::string& out, std::string_view method, std::string_view target);
// "name: value\r\n". False, and nothing appended, when the bytes are not those of a header.
bool append_header(std::string& out, std::string_view name, std::string_view value);
bool append_header(std::string& out, std::string_view name, std::uint64_t value);
void append_headers(std::string& out, const Headers& headers);
void end_head(std::string& out);  // the empty line

// One chunk; nothing for empty data (an empty chunk would end the body).
void append_chunk(std::string& out, std::string_view data);
void append_last_chunk(std::string& out, const Headers& trailers = {});

// The Date header's value, formatted once a second. One for each loop (not thread-safe).
class DateCache {
 public:
  std::string_view at(std::int64_t now_ms);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace fairlead::net
