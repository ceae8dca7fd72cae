// The head of an HTTP/1.x message as the parser hands it over: names and values as they were sent,
// and what the framing headers mean, worked out once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::net {

struct Header {
  std::string name;   // as sent; compare with find(), which ignores case
  std::string value;  // without the white space around it
};

using Headers = std::vector<Header>;

// The first header of that name, or nullptr. Names are compared without case.
const std::string* find_header(const Headers& headers, std::string_view name);
// True when a comma-separated header (any of its lines) lists `token`; without case.
bool header_lists(const Headers& headers, std::string_view name, std::string_view token);

// What requests and responses share.
struct MessageHead {
  Headers headers;
  int minor_version = 1;  // HTTP/1.<minor>: 0 or 1
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;  // the connection may be used again after this message
  bool upgrade = false;    // "Connection: upgrade" together with an Upgrade header

  const std::string* find(std::string_view name) const { return find_header(headers, name); }
};

struct RequestHead : MessageHead {
  std::string method;
  // Origin form ("/path?query"), "*" (OPTIONS) or host:port (CONNECT). A target in absolute form
  // is turned into origin form and its authority replaces the Host header (RFC 9112 3.2.2).
  std::string target;
  bool expect_continue = false;  // the client waits for "100 Continue" before it sends the body

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

struct ResponseHead : MessageHead {
  int status = 0;
  std::string reason;
};

}  // namespace fairlead::net
