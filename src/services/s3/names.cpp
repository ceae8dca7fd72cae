// The rules behind names.h.
#include "services/s3/names.h"

#include "base/base64.h"
#include "base/hashes.h"
#include "base/text.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

namespace {

bool looks_like_ip(std::string_view name) {
  const auto pieces = split(name, '.');
  if (pieces.size() != 4) return false;
  for (const std::string_view piece : pieces) {
    if (!is_digits(piece) || piece.size() > 3) return false;
  }
  return true;
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_valid_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  for (const char c : name) {
    if (!is_lower_or_digit(c) && c != '.' && c != '-') return false;
  }
  if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
  if (name.find("..") != name.npos) return false;
  if (name.starts_with("xn--") || name.starts_with("sthree-")) return false;
  for (const std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}) {
    if (name.ends_with(suffix)) return false;
  }
  return !looks_like_ip(name);
}

Status check_key(std::string_view key) {
  if (key.empty()) return invalid_argument("The key must not be empty.", "Key", "");
  if (key.size() > 1024) return key_too_long(key.size());
  return {};
}

std::string bucket_arn(std::string_view bucket) { return "arn:aws:s3:::" + std::string(bucket); }

std::string object_arn(std::string_view bucket, std::string_view key) {
  return bucket_arn(bucket) + "/" + std::string(key);
}

std::string canonical_id(std::string_view account) {
  return hex_encode(sha256("fairlead s3 owner " + std::string(account)));
}

Json owner_json(std::string_view account) { return Json::object({{"ID", canonical_id(account)}}); }

std::string account_of(const platform::Context& cx) {
  if (cx.caller.kind == platform::Principal::Kind::kAnonymous) return {};
  return cx.caller.account.empty() ? cx.account : cx.caller.account;
}

}  // namespace fairlead::s3
