// The heads of HTTP/1.x messages (RFC 9112), strictly: bytes in, a head or a refusal out.
//
// What two parsers could read in two ways is refused, because that is how requests are smuggled:
// obs-fold, space before a colon, a bare CR or LF, Content-Length beside Transfer-Encoding. The
// parser takes what it can from each piece, so the caller keeps no bytes for it; the body that
// follows goes to BodyDecoder (http_body.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_body.h"
#include "net/http_head.h"

namespace fairlead::net {

enum class ParseState {
  kNeedMore,  // all bytes were used; feed more
  kHead,      // head() is complete; bytes after `consumed` are the body or the next message
  kError,     // error() says what to answer; then close
};

// Lines and header fields, for both kinds of head.
class HeadParser {
 public:
  // Uses bytes from the front and says how many. After kHead or kError call reset() first.
  ParseState feed(std::string_view bytes, std::size_t& consumed);
  const HttpError& error() const { return error_; }
  // Nothing of a message has arrived yet: the connection may be closed without harm.
  bool idle() const { return head_bytes_ == 0; }

 protected:
  HeadParser() = default;
  ~HeadParser() = default;
  void reset_lines();
  bool fail(int status, const char* text);  // always false
  virtual bool read_start_line(std::string_view line) = 0;
  virtual bool finish_head() = 0;
  virtual bool starts_well(char first) const = 0;
  virtual MessageHead& message() = 0;
  bool read_version(std::string_view text);
  bool read_framing();

 private:
  bool take_line(std::string_view line, bool& complete);
  bool read_field(std::string_view line);

  std::string partial_line_;
  std::size_t head_bytes_ = 0;
  int empty_lines_ = 0;  // before the start line
  bool in_fields_ = false;
  HttpError error_;
};

class RequestParser final : public HeadParser {
 public:
  RequestHead& head() { return head_; }  // may be moved from
  void reset();                          // ready for the next request on the connection

 private:
  bool read_start_line(std::string_view line) override;
  bool finish_head() override;
  bool starts_well(char first) const override;
  MessageHead& message() override { return head_; }
  bool read_target(std::string_view target);
  bool check_host();

  RequestHead head_;
  std::string authority_;  // of a target in absolute form
};

class ResponseParser final : public HeadParser {
 public:
  ResponseHead& head() { return head_; }
  void reset();

 private:
  bool read_start_line(std::string_view line) override;
  bool finish_head() override;
  bool starts_well(char first) const override;
  MessageHead& message() override { return head_; }

  ResponseHead head_;
};

// RFC 9110 5.6.2 and 5.5: what a method, a header name and a header value may be made of.
bool is_http_token(std::string_view text);
bool is_field_value(std::string_view text);

}  // namespace fairlead::net
