// RE2 with its logging off and its memory bounded.
#include "lang/logs/regex.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/base64.h"

namespace fairlead::logs {

namespace {

constexpr int kMaxBytes = 1 << 20;
constexpr int kMaxGroups = 32;

bool allowed_in_patterns(char c) {
  static constexpr std::string_view kSigns = "_#=@/;,:- ^$?[]{}|\\*+.";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kSigns.find(c) != std::string_view::npos;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<Regex> Regex::compile(std::string_view text, Case letters) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxBytes);
  options.set_case_sensitive(letters == Case::kSensitive);
  auto compiled = std::make_shared<const re2::RE2>(piece(text), options);
  if (!compiled->ok() || compiled->NumberOfCapturingGroups() > kMaxGroups) return std::nullopt;
  return Regex(std::move(compiled));
}

std::optional<Regex> Regex::compile_for_pattern(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), allowed_in_patterns)) {
    return std::nullopt;
  }
  // After a backslash: one of the classes dDsSwW, \xhh, or a sign that is meant as itself.
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (++i == text.size()) return std::nullopt;
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter) continue;
    const bool hex = c == 'x' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                     hex_value(text[i + 2]) >= 0;
    if (!hex && std::string_view("dDsSwW").find(c) == std::string_view::npos) return std::nullopt;
  }
  return compile(text);
}

bool Regex::found_in(std::string_view text) const {
  return compiled_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::optional<std::vector<std::string>> Regex::groups(std::string_view text) const {
  re2::StringPiece found[kMaxGroups + 1];
  const int count = compiled_->NumberOfCapturingGroups() + 1;
  if (!compiled_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, found, count)) {
    return std::nullopt;
  }
  std::vector<std::string> all;
  for (int i = 1; i < count; ++i) all.emplace_back(found[i].data(), found[i].size());
  return all;
}

std::vector<std::string> Regex::group_names() const {
  std::vector<std::string> names(static_cast<std::size_t>(compiled_->NumberOfCapturingGroups()));
  for (const auto& [name, index] : compiled_->NamedCapturingGroups()) {
    names[static_cast<std::size_t>(index) - 1] = name;
  }
  return names;
}

std::string Regex::replace_all(std::string_view text, std::string_view with) const {
  std::string escaped;
  for (const char c : with) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  std::string out(text);
  re2::RE2::GlobalReplace(&out, *compiled_, piece(escaped));
  return out;
}

}  // namespace fairlead::logs
