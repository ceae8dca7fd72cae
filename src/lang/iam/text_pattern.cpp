// Wildcards and policy variables.
#include "lang/iam/text_pattern.h"

namespace fairlead::iam {
namespace {

char16_t unit_of(char c) { return static_cast<unsigned char>(c); }

char16_t lower(char16_t unit) {
  return unit >= 'A' && unit <= 'Z' ? static_cast<char16_t>(unit | 0x20) : unit;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

TextPattern::TextPattern(std::string_view text, Wildcards wildcards, Variables variables) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (variables == Variables::kRead && c == '$' && text.substr(at + 1).starts_with('{')) {
      const std::size_t close = text.find('}', at + 2);
      if (close != std::string_view::npos) {
        read_variable(text.substr(at + 2, close - at - 2));
        at = close;
        continue;
      }
    }
    const bool wild = wildcards == Wildcards::kRead && (c == '*' || c == '?');
    append(!wild ? unit_of(c) : c == '*' ? kAny : kOne);
  }
}

void TextPattern::append(char16_t unit) {
  if (pieces_.empty() || !pieces_.back().variable.empty()) pieces_.emplace_back();
  pieces_.back().units += unit;
}

void TextPattern::read_variable(std::string_view inside) {
  if (inside == "*" || inside == "?" || inside == "$") return append(unit_of(inside[0]));
  Piece piece;
  const std::size_t comma = inside.find(',');
  piece.variable = trim(inside.substr(0, comma));
  if (comma != std::string_view::npos) {
    std::string_view otherwise = trim(inside.substr(comma + 1));
    const bool quoted =
        otherwise.size() >= 2 && otherwise.front() == '\'' && otherwise.back() == '\'';
    piece.otherwise = quoted ? otherwise.substr(1, otherwise.size() - 2) : otherwise;
  }
  if (piece.variable.empty()) piece.variable = " ";  // `${}`: a key that nobody has
  pieces_.push_back(std::move(piece));
}

std::optional<TextPattern::Units> TextPattern::units_for(const RequestContext& context) const {
  Units units;
  for (const Piece& piece : pieces_) {
    if (piece.variable.empty()) {
      units += piece.units;
      continue;
    }
    const auto* values = context.find(piece.variable);
    if (values ? values->size() != 1 : !piece.otherwise) return std::nullopt;
    for (const char c : values ? values->front() : *piece.otherwise) units += unit_of(c);
  }
  return units;
}

std::optional<std::string> TextPattern::filled(const RequestContext& context) const {
  const auto units = units_for(context);
  if (!units) return std::nullopt;
  std::string text;
  for (const char16_t unit : *units) {
    text += unit == kAny ? '*' : unit == kOne ? '?' : static_cast<char>(unit);
  }
  return text;
}

// The classic walk: on a mismatch, the last star takes one character more.
bool TextPattern::matches_units(std::u16string_view pattern, std::string_view text, Case which) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t at = 0, in = 0, star = kNone, resume = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == kAny) {
      star = in++;
      resume = at;
      continue;
    }
    if (in < pattern.size() && pattern[in] == kOne) {
      for (++at; at < text.size() && continues(text[at]);) ++at;
      ++in;
      continue;
    }
    const char16_t have = unit_of(text[at]);
    if (in < pattern.size() &&
        (pattern[in] == have || (which == Case::kIgnored && lower(pattern[in]) == lower(have)))) {
      ++at;
      ++in;
      continue;
    }
    if (star == kNone) return false;
    in = star + 1;
    at = ++resume;
  }
  while (in < pattern.size() && pattern[in] == kAny) ++in;
  return in == pattern.size();
}

bool TextPattern::matches(std::string_view text, const RequestContext& context, Case which) const {
  if (pieces_.empty()) return text.empty();
  if (pieces_.size() == 1 && pieces_[0].variable.empty()) {
    return matches_units(pieces_[0].units, text, which);
  }
  const auto units = units_for(context);
  return units && matches_units(*units, text, which);
}

bool TextPattern::matches_arn(std::string_view arn, const RequestContext& context) const {
  const auto units = units_for(context);
  if (!units) return false;
  std::u16string_view pattern = *units;
  if (pattern.size() == 1 && pattern[0] == kAny) return true;
  for (int piece = 0; piece < 5; ++piece) {
    const std::size_t end = pattern.find(u':'), there = arn.find(':');
    if (end == std::u16string_view::npos || there == std::string_view::npos) return false;
    if (!matches_units(pattern.substr(0, end), arn.substr(0, there), Case::kMatters)) return false;
    pattern.remove_prefix(end + 1);
    arn.remove_prefix(there + 1);
  }
  return matches_units(pattern, arn, Case::kMatters);
}

}  // namespace fairlead::iam
