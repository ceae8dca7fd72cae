// A token is <blob>.<milliseconds in hex>.<hmac>.
#include "services/lambda/download_links.h"

#include <charconv>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/ids.h"
#include "base/text.h"

namespace fairlead::lambda {
namespace {

constexpr std::int64_t kLifeMs = 10 * 60 * 1000;
constexpr std::size_t kKeyBytes = 32;

std::string hex_of(std::int64_t number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number, 16).ptr;
  return std::string(text, end);
}

}  // namespace

DownloadLinks::DownloadLinks() : key_(kKeyBytes, '\0') { random_bytes(key_.data(), key_.size()); }

std::string DownloadLinks::signature(std::string_view blob, std::string_view expires) const {
  return hex_encode(hmac_sha256(key_, std::string(blob) + "." + std::string(expires)));
}

std::string DownloadLinks::make(const platform::Context& cx, const std::string& blob,
                                std::int64_t now_ms) const {
  const std::string expires = hex_of(now_ms + kLifeMs);
  return cx.scheme + "://" + (cx.host.empty() ? "localhost" : cx.host) + "/_fairlead/lambda-code/" +
         blob + "." + expires + "." + signature(blob, expires);
}

std::optional<std::string> DownloadLinks::open(std::string_view token, std::int64_t now_ms) const {
  const auto pieces = split(token, '.');
  if (pieces.size() != 3) return std::nullopt;
  if (!equal_constant_time(signature(pieces[0], pieces[1]), pieces[2])) return std::nullopt;
  std::int64_t expires = 0;
  std::from_chars(pieces[1].data(), pieces[1].data() + pieces[1].size(), expires, 16);
  if (expires <= now_ms) return std::nullopt;
  return std::string(pieces[0]);
}

}  // namespace fairlead::lambda
