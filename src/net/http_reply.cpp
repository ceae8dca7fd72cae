// RFC 9110 8.6 and RFC 9112 6 and 9.3, as a server needs them.
#include "net/http_reply.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "net/http_writer.h"

namespace fairlead::net {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

void Reply::begin(std::string& out, const Plan& plan, int status, const Headers& headers,
                  std::optional<std::uint64_t> content_length) {
  status_ = status;
  const bool head_only = plan.request.method == "HEAD" || status == 304;
  const bool never_body = status < 200 || status == 204;
  if (never_body) content_length.reset();

  keep_alive_ = plan.after == AfterReply::kKeepAlive && plan.request.keep_alive;
  bool has_date = false;
  bool own_length = false;  // of a body that is not sent: HEAD tells what GET would
  append_status_line(out, status);
  for (const Header& header : headers) {
    if (same_name(header.name, "connection")) {
      if (header_lists(headers, "connection", "close")) keep_alive_ = false;
      continue;
    }
    if (same_name(header.name, "transfer-encoding")) continue;
    if (same_name(header.name, "content-length")) {
      if (!head_only || own_length) continue;
      own_length = true;
    }
    if (same_name(header.name, "date")) has_date = true;
    append_header(out, header.name, header.value);
  }
  if (head_only || never_body) {
    framing_ = Framing::kNoBody;
    if (status == 304 && content_length == std::uint64_t{0}) content_length.reset();
  } else if (content_length) {
    framing_ = Framing::kLength;
    length_ = *content_length;
  } else {
    framing_ = plan.request.minor_version >= 1 ? Framing::kChunked : Framing::kUntilClose;
  }
  if (!has_date) out.append("Date: ").append(plan.date).append("\r\n");
  append_framing(out, plan, own_length, content_length);
}

void Reply::append_framing(std::string& out, const Plan& plan, bool own_length,
                           std::optional<std::uint64_t> content_length) {
  if (content_length && !own_length) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, *content_length).ptr;
    out.append("Content-Length: ").append(digits, end).append("\r\n");
  }
  if (framing_ == Framing::kChunked) out += "Transfer-Encoding: chunked\r\n";
  if (framing_ == Framing::kUntilClose) keep_alive_ = false;
  if (!keep_alive_) {
    out += "Connection: close\r\n";
  } else if (plan.request.minor_version == 0) {
    out += "Connection: keep-alive\r\n";
  }
  end_head(out);
}

std::size_t Reply::allowed(std::size_t n) const {
  if (framing_ == Framing::kNoBody || ended_) return 0;
  if (framing_ == Framing::kLength) return std::min<std::uint64_t>(n, length_ - sent_);
  return n;
}

void Reply::before_piece(std::string& out, std::size_t n) {
  if (framing_ != Framing::kChunked || n == 0) return;
  char line[20];
  const int size = std::snprintf(line, sizeof line, "%zx\r\n", n);
  out.append(line, static_cast<std::size_t>(size));
}

void Reply::after_piece(std::string& out, std::size_t n) {
  sent_ += n;
  if (framing_ == Framing::kChunked && n > 0) out += "\r\n";
}

bool Reply::end(std::string& out) {
  if (ended_) return true;
  ended_ = true;
  if (framing_ == Framing::kChunked) append_last_chunk(out);
  return framing_ != Framing::kLength || sent_ == length_;
}

}  // namespace fairlead::net
