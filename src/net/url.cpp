// Splits a URL by hand and refuses what it cannot take apart for certain.
#include "net/url.h"

#include <charconv>

#include "base/text.h"

namespace fairlead::net {

const ErrorCode kBadUrl{"BadUrl", 400};

namespace {

Error bad_url(const char* what, std::string_view text) {
  return Error{&kBadUrl, std::string(what) + ": " + std::string(text.substr(0, 200)), {}};
}

bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_host(std::string_view host) {
  for (const char c : host) {
    if (!is_host_byte(c)) return false;
  }
  return !host.empty();
}

bool is_ipv6(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789abcdefABCDEF:.") == host.npos &&
         host.find(':') != host.npos;
}

bool read_port(std::string_view text, int& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return is_digits(text) && error == std::errc() && end == text.data() + text.size() && port > 0 &&
         port < 65536;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return bad_url("A URL needs a scheme", text);
  const std::string scheme = to_lower(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") return bad_url("Not an http or https URL", text);
  if (scheme == "https") url.scheme = Url::Scheme::kHttps;
  url.port = scheme == "https" ? 443 : 80;

  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  for (const char c : rest) {
    if (c <= 0x20 || c >= 0x7f) return bad_url("The URL has characters that must be encoded", text);
  }
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view host = rest.substr(0, path);
  url.authority = host;
  url.target = rest.substr(path);
  if (url.target.empty() || url.target[0] == '?') url.target.insert(0, "/");

  std::string_view port;
  const bool bracketed = !host.empty() && host[0] == '[';
  const std::size_t colon = host.find(':', bracketed ? host.find(']') : 0);
  if (colon != std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
    if (!read_port(port, url.port)) return bad_url("The URL's port is not one", text);
  }
  if (bracketed) {
    if (host.back() != ']') return bad_url("The URL's host is not one", text);
    host = host.substr(1, host.size() - 2);
  }
  if (bracketed ? !is_ipv6(host) : !is_host(host))
    return bad_url("The URL's host is not one", text);
  url.host = host;
  return url;
}

}  // namespace fairlead::net
