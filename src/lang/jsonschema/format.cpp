// The formats of draft 4.
#include <re2/re2.h>

#include "base/text.h"
#include "lang/jsonschema/program.h"

namespace fairlead::jsonschema {

namespace {

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

bool is_ipv4(std::string_view text) {
  const auto pieces = split(text, '.');
  if (pieces.size() != 4) return false;
  for (const std::string_view piece : pieces) {
    if (!is_digits(piece) || piece.size() > 3 || std::stoi(std::string(piece)) > 255) return false;
    if (piece.size() > 1 && piece[0] == '0') return false;
  }
  return true;
}

// Eight groups, of which one run may be written `::`; the last two may be an IPv4 address.
bool is_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap != text.npos && text.find("::", gap + 1) != text.npos) return false;
  std::size_t groups = 0;
  const auto count = [&](std::string_view part) {
    if (part.empty()) return true;
    const auto pieces = split(part, ':');
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool address = i + 1 == pieces.size() && is_ipv4(pieces[i]);
      if (!address && (!is_hex(pieces[i]) || pieces[i].size() > 4)) return false;
      groups += address ? 2 : 1;
    }
    return true;
  };
  if (gap == text.npos) return count(text) && groups == 8;
  return count(text.substr(0, gap)) && count(text.substr(gap + 2)) && groups < 8;
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  for (const std::string_view label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (const char c : label) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-') return false;
    }
  }
  return true;
}

}  // namespace

bool has_format(Format format, std::string_view text) {
  static const re2::RE2 kDateTime(
      R"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,12})?)"
      R"((Z|[+-]\d{2}:?\d{2}))");
  static const re2::RE2 kEmail(R"([^\s@<>()]+@[^\s@<>()]+)");
  static const re2::RE2 kUri(R"([A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*)");
  const re2::StringPiece piece(text.data(), text.size());
  switch (format) {
    case Format::kNone:
      return true;
    case Format::kDateTime:
      return re2::RE2::FullMatch(piece, kDateTime);
    case Format::kEmail:
      return re2::RE2::FullMatch(piece, kEmail);
    case Format::kHostname:
      return is_hostname(text);
    case Format::kIpv4:
      return is_ipv4(text);
    case Format::kIpv6:
      return is_ipv6(text);
    case Format::kUri:
      return re2::RE2::FullMatch(piece, kUri);
  }
  return true;
}

}  // namespace fairlead::jsonschema
