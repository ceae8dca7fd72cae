// Line by line through a head; each refusal carries its status and what was wrong.
#include "net/http_parser.h"

#include <array>
#include <optional>

#include "base/limits.h"
#include "base/text.h"

namespace fairlead::net {
namespace {

constexpr int kMaxEmptyLines = 4;  // before a request line; RFC 9112 2.2 asks to tolerate one
constexpr std::size_t kMaxLengthDigits = 18;

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr auto kTokenTable = make_token_table();

bool is_token_byte(char c) { return kTokenTable[static_cast<unsigned char>(c)]; }

// Visible ASCII without '#': a target never carries its fragment.
bool is_target(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f || c == '#') return false;
  }
  return !text.empty();
}

// host [":" port] as in a Host header: names, IPv4, "[IPv6]". Empty is allowed (RFC 9112 3.2).
bool is_authority(std::string_view text) {
  for (const char c : text) {
    const bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      std::string_view("-._~!$&'()*+,;=:[]%").find(c) != std::string_view::npos;
    if (!fine) return false;
  }
  return true;
}

std::optional<std::uint64_t> read_length(std::string_view text) {
  if (!is_digits(text) || text.size() > kMaxLengthDigits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

// All Content-Length lines and list members must say the same number.
bool merge_lengths(std::string_view list, std::optional<std::uint64_t>& length) {
  for (const std::string_view item : split(list, ',')) {
    const auto value = read_length(trim(item));
    if (!value || (length && *length != *value)) return false;
    length = value;
  }
  return true;
}

}  // namespace

bool is_http_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_byte(c)) return false;
  }
  return !text.empty();
}

bool is_field_value(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
  }
  return true;
}

void HeadParser::reset_lines() {
  partial_line_.clear();
  head_bytes_ = 0;
  empty_lines_ = 0;
  in_fields_ = false;
  error_ = {};
}

bool HeadParser::fail(int status, const char* text) {
  error_ = {status, text};
  return false;
}

ParseState HeadParser::feed(std::string_view bytes, std::size_t& consumed) {
  consumed = 0;
  while (consumed < bytes.size()) {
    const std::string_view rest = bytes.substr(consumed);
    const std::size_t end = rest.find('\n');
    const std::size_t taken = end == std::string_view::npos ? rest.size() : end + 1;
    const std::size_t line_size = partial_line_.size() + taken;
    // A first byte that cannot begin a message (TLS on a plain port) is answered at once.
    if (!in_fields_ && partial_line_.empty() && !starts_well(rest[0])) {
      fail(400, "This is not an HTTP message");
      return ParseState::kError;
    }
    if (!in_fields_ && line_size > limits::kMaxRequestLine) {
      fail(414, "The request line is too long");
      return ParseState::kError;
    }
    if (head_bytes_ + taken > limits::kMaxRequestHead) {
      fail(431, "The headers are too large");
      return ParseState::kError;
    }
    head_bytes_ += taken;
    consumed += taken;
    if (end == std::string_view::npos) {
      partial_line_.append(rest);
      return ParseState::kNeedMore;
    }
    bool complete = false;
    bool fine;
    if (partial_line_.empty()) {
      fine = take_line(rest.substr(0, taken), complete);
    } else {
      partial_line_.append(rest.substr(0, taken));
      fine = take_line(partial_line_, complete);
      partial_line_.clear();
    }
    if (!fine) return ParseState::kError;
    if (complete) return ParseState::kHead;
  }
  return ParseState::kNeedMore;
}

bool HeadParser::take_line(std::string_view line, bool& complete) {
  line.remove_suffix(1);
  if (line.empty() || line.back() != '\r') return fail(400, "A line does not end with CR LF");
  line.remove_suffix(1);
  if (line.find('\r') != std::string_view::npos) return fail(400, "A line has a bare CR");
  if (!in_fields_) {
    if (line.empty()) {
      head_bytes_ = 0;
      return ++empty_lines_ <= kMaxEmptyLines || fail(400, "Empty lines instead of a message");
    }
    in_fields_ = true;
    return read_start_line(line);
  }
  if (!line.empty()) return read_field(line);
  complete = true;
  return read_framing() && finish_head();
}

bool HeadParser::read_field(std::string_view line) {
  Headers& headers = message().headers;
  if (line[0] == ' ' || line[0] == '\t') return fail(400, "A header is folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return fail(400, "A header has no colon");
  if (!is_http_token(line.substr(0, colon))) return fail(400, "A header's name is not a token");
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return fail(400, "A header's value has a control character");
  if (headers.size() == limits::kMaxHeaders) return fail(431, "Too many headers");
  headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return true;
}

bool HeadParser::read_version(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || !digit(text[5]) || text[6] != '.' ||
      !digit(text[7])) {
    return fail(400, "The HTTP version is not well-formed");
  }
  if (text[5] != '1') return fail(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here");
  // A higher minor version is answered as the highest that we know (RFC 9110 2.5).
  message().minor_version = text[7] == '0' ? 0 : 1;
  return true;
}

// Content-Length, Transfer-Encoding and Connection: how long the message is and what comes after.
bool HeadParser::read_framing() {
  MessageHead& head = message();
  bool encoded = false;
  bool other_coding = false;
  int codings = 0;
  for (const Header& header : head.headers) {
    if (equals_ignoring_case(header.name, "content-length")) {
      if (!merge_lengths(header.value, head.content_length)) {
        return fail(400, "Content-Length is not one number");
      }
    } else if (equals_ignoring_case(header.name, "transfer-encoding")) {
      encoded = true;
      for (const std::string_view coding : split(header.value, ',')) {
        ++codings;
        if (!equals_ignoring_case(trim(coding), "chunked")) other_coding = true;
      }
    }
  }
  if (encoded) {
    if (head.content_length) return fail(400, "Content-Length beside Transfer-Encoding");
    if (head.minor_version == 0) return fail(400, "Transfer-Encoding in HTTP/1.0");
    if (other_coding) return fail(501, "Only the transfer coding \"chunked\" is supported");
    if (codings != 1) return fail(400, "Transfer-Encoding names \"chunked\" twice");
    head.chunked = true;
  }
  const bool close = header_lists(head.headers, "connection", "close");
  head.keep_alive =
      !close && (head.minor_version == 1 || header_lists(head.headers, "connection", "keep-alive"));
  head.upgrade =
      head.find("upgrade") != nullptr && header_lists(head.headers, "connection", "upgrade");
  return true;
}

void RequestParser::reset() {
  reset_lines();
  head_ = RequestHead();
  authority_.clear();
}

bool RequestParser::starts_well(char first) const {
  return is_token_byte(first) || first == '\r' || first == '\n';
}

bool RequestParser::read_start_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(400, "The request line does not have three parts");
  }
  if (!read_version(line.substr(last + 1))) return false;
  if (!is_http_token(line.substr(0, first))) return fail(400, "The method is not a token");
  head_.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_target(target))
    return fail(400, "The request target has characters that must be escaped");
  return read_target(target);
}

bool RequestParser::read_target(std::string_view target) {
  head_.target = target;
  if (head_.method == "CONNECT") {
    return is_authority(target) || fail(400, "The target of CONNECT is not host:port");
  }
  if (target[0] == '/' || (target == "*" && head_.method == "OPTIONS")) return true;
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return fail(400, "The request target is not a path");
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
    return fail(400, "The request target is not a path");
  }
  const std::string_view rest = target.substr(scheme_end + 3);
  const std::size_t path = rest.find_first_of("/?");
  authority_ = rest.substr(0, path);
  if (authority_.empty() || !is_authority(authority_)) {
    return fail(400, "The request target names no valid host");
  }
  head_.target = path == std::string_view::npos ? "/" : rest.substr(path);
  if (head_.target[0] == '?') head_.target.insert(0, "/");
  return true;
}

bool RequestParser::check_host() {
  std::string* host = nullptr;
  for (Header& header : head_.headers) {
    if (!equals_ignoring_case(header.name, "host")) continue;
    if (host != nullptr) return fail(400, "More than one Host header");
    host = &header.value;
  }
  if (host == nullptr) {
    if (head_.minor_version == 1) return fail(400, "The Host header is missing");
    if (!authority_.empty()) head_.headers.push_back({"Host", authority_});
    return true;
  }
  if (!is_authority(*host)) return fail(400, "The Host header is not a host");
  if (!authority_.empty()) *host = authority_;
  return true;
}

bool RequestParser::finish_head() {
  if (!check_host()) return false;
  const std::string* expect = head_.find("expect");
  if (expect != nullptr && head_.minor_version == 1) {
    if (!equals_ignoring_case(*expect, "100-continue")) {
      return fail(417, "Only \"100-continue\" may be expected");
    }
    head_.expect_continue = true;
  }
  return true;
}

void ResponseParser::reset() {
  reset_lines();
  head_ = ResponseHead();
}

bool ResponseParser::starts_well(char first) const { return first == 'H'; }

bool ResponseParser::read_start_line(std::string_view line) {
  if (line.size() < 12 || line[8] != ' ' || !is_digits(line.substr(9, 3)) ||
      (line.size() > 12 && line[12] != ' ')) {
    return fail(400, "The status line is not well-formed");
  }
  if (!read_version(line.substr(0, 8))) return false;
  head_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (head_.status < 100) return fail(400, "The status code is below 100");
  if (line.size() > 13) head_.reason = line.substr(13);
  return is_field_value(head_.reason) || fail(400, "The reason phrase has a control character");
}

bool ResponseParser::finish_head() {
  // A body of unknown length ends with the connection, which therefore cannot be used again.
  const bool bodiless = head_.status < 200 || head_.status == 204 || head_.status == 304;
  if (!bodiless && !head_.chunked && !head_.content_length) head_.keep_alive = false;
  return true;
}

}  // namespace fairlead::net
