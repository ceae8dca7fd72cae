// The canonical request and the string to sign.
#include <algorithm>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/http_input.h"
#include "wire/sigv4.h"

namespace fairlead::wire {
namespace {

// RFC 3986: "." goes, ".." takes the segment before it along, doubled slashes become one.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto segments = split(path, '/');
  for (const std::string_view segment : segments) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  const std::string_view last = segments.empty() ? std::string_view() : segments.back();
  if (out.empty() || last.empty() || last == "." || last == "..") out += '/';
  return out;
}

std::string canonical_path(std::string_view path, PathRule rule) {
  if (path.empty()) return "/";
  switch (rule) {
    case PathRule::kNormalisedEncodedTwice:
      return percent_encode(normalised(path), "/");
    case PathRule::kEncodedTwice:
      return percent_encode(path, "/");
    case PathRule::kEncodedOnce:
      break;
  }
  // Segment by segment: an escaped slash inside of one stays escaped.
  std::string out;
  for (const std::string_view segment : split(path.substr(path.starts_with('/')), '/')) {
    const auto decoded = percent_decode(segment);
    out.append("/").append(percent_encode(decoded ? std::string_view(*decoded) : segment));
  }
  return out;
}

// Decoded (a plus sign is a space) and encoded again, so that every spelling becomes one.
std::string recoded(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
  });
  if (plain) return std::string(text);
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  const auto decoded = percent_decode(spaced);
  return percent_encode(decoded ? *decoded : spaced);
}

std::string canonical_query(std::string_view query, SignatureForm form) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for_each_parameter(query, [&](std::string_view name, std::string_view value) {
    std::string key = recoded(name);
    if (form != SignatureForm::kPresigned || key != "X-Amz-Signature") {
      pairs.emplace_back(std::move(key), recoded(value));
    }
    return true;
  });
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

// Without spaces at the ends, and with one where there were several.
void append_value(std::string& out, std::string_view value) {
  bool space = false;
  for (const char c : trim(value)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank) {
      space = true;
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += c;
  }
}

void append_header(std::string& out, const HttpInput& input, std::string_view name) {
  out.append(name).append(":");
  bool first = true;
  for (const HeaderPair& pair : input.headers) {
    if (pair.first.size() != name.size() || !equals_ignoring_case(pair.first, name)) continue;
    if (!first) out += ',';
    first = false;
    append_value(out, pair.second);
  }
  out += '\n';
}

}  // namespace

std::string canonical_request(const SignatureClaim& claim, const HttpInput& input, PathRule rule,
                              std::string_view body_sha256) {
  std::string out;
  out.reserve(512);
  out.append(input.method).append("\n").append(canonical_path(input.path, rule)).append("\n");
  out.append(canonical_query(input.query, claim.form)).append("\n");
  std::string names;
  for (const std::string& name : claim.signed_headers) {
    append_header(out, input, name);
    if (!names.empty()) names += ';';
    names += name;
  }
  out.append("\n").append(names).append("\n").append(body_sha256);
  return out;
}

std::string string_to_sign(const SignatureClaim& claim, std::string_view canonical) {
  return "AWS4-HMAC-SHA256\n" + claim.timestamp + "\n" + claim.scope() + "\n" +
         hex_encode(sha256(canonical));
}

}  // namespace fairlead::wire
