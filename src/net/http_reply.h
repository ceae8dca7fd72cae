// The framing of one HTTP reply, without a socket: which of Content-Length, chunks or "until close"
// carries the body, what HEAD, 204 and 304 leave out, and whether the connection may go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_head.h"

namespace fairlead::net {

enum class AfterReply { kKeepAlive, kClose };

class Reply {
 public:
  struct Plan {
    const RequestHead& request;
    AfterReply after;  // kClose when the connection cannot be used again whatever the client wants
    std::string_view date;
  };

  // Appends the head. Without a length the body is chunked, or for HTTP/1.0 ended by the close.
  void begin(std::string& out, const Plan& plan, int status, const Headers& headers,
             std::optional<std::uint64_t> content_length);
  // How many bytes of a body piece may be sent: fewer than given beyond the length announced, none
  // when the reply has no body.
  std::size_t allowed(std::size_t n) const;
  // Frames a piece whose size was allowed: what goes before and after its bytes.
  void before_piece(std::string& out, std::size_t n);
  void after_piece(std::string& out, std::size_t n);
  // Ends the body. False: fewer bytes than announced were sent, the connection must be cut.
  bool end(std::string& out);

  bool begun() const { return status_ != 0; }
  bool ended() const { return ended_; }
  bool keep_alive() const { return keep_alive_; }
  int status() const { return status_; }
  std::uint64_t body_bytes() const { return sent_; }

 private:
  enum class Framing : std::uint8_t { kNoBody, kLength, kChunked, kUntilClose };
  void append_framing(std::string& out, const Plan& plan, bool own_length,
                      std::optional<std::uint64_t> content_length);
  int status_ = 0;
  bool ended_ = false;
  bool keep_alive_ = false;
  Framing framing_ = Framing::kNoBody;
  std::uint64_t length_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace fairlead::net
