// Java's regular expressions over RE2.
#include "lang/vtl/regex.h"

#include <re2/re2.h>

#include <vector>

namespace fairlead::vtl {
namespace {

constexpr int kMaxBytes = 1 << 20;
constexpr int kMaxGroups = 32;
constexpr std::size_t kMaxPattern = 4096;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

Error refused(std::string_view pattern, std::string_view why) {
  return failure("the regular expression " + std::string(pattern.substr(0, 100)) +
                 " cannot be run here: " + std::string(why));
}

// The pattern in RE2's spelling, or why not.
Result<std::string> translated(std::string_view java) {
  std::string made;
  bool in_class = false;
  for (std::size_t i = 0; i < java.size(); ++i) {
    const char c = java[i];
    if (c == '\\' && i + 1 < java.size()) {
      if (java[i + 1] == 'Z') return refused(java, "\\Z");
      made.append(java, i++, 2);
      continue;
    }
    if (in_class) {
      if (c == '[') return refused(java, "a class within a class");
      if (c == '&' && java.substr(i, 2) == "&&") return refused(java, "an intersection of classes");
      if (c == ']') in_class = false;
    } else if (c == '[') {
      in_class = true;
      made += c;
      if (i + 1 < java.size() && java[i + 1] == '^') made += java[++i];
      // Java has no empty class: a bracket that comes first is refused by both, or means itself.
      if (i + 1 < java.size() && java[i + 1] == ']')
        return refused(java, "a class that begins with ]");
      continue;
    } else if (c == '(' && java.substr(i, 3) == "(?<" && i + 3 < java.size() &&
               java[i + 3] != '=' && java[i + 3] != '!') {
      made += "(?P<";
      i += 2;
      continue;
    }
    made += c;
  }
  return made;
}

struct Part {
  std::string literal;
  int group = -1;  // when not literal
};

Result<std::vector<Part>> replacement_parts(std::string_view text, const re2::RE2& regex) {
  std::vector<Part> parts(1);
  const int groups = regex.NumberOfCapturingGroups();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return failure("the replacement ends with a backslash");
      parts.back().literal += text[i];
      continue;
    }
    if (text[i] != '$') {
      parts.back().literal += text[i];
      continue;
    }
    int group = -1;
    if (i + 1 < text.size() && text[i + 1] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == text.npos) return failure("a named group in the replacement has no end");
      const auto& names = regex.NamedCapturingGroups();
      const auto found = names.find(std::string(text.substr(i + 2, end - i - 2)));
      if (found == names.end()) return failure("the replacement names a group that is not there");
      group = found->second;
      i = end;
    } else if (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') {
      group = text[++i] - '0';
      while (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' &&
             group * 10 + (text[i + 1] - '0') <= groups) {
        group = group * 10 + (text[++i] - '0');
      }
    }
    if (group < 0) return failure("a $ in the replacement is followed by no group");
    if (group > groups) return failure("the replacement has no group " + std::to_string(group));
    parts.push_back({"", group});
    parts.emplace_back();
  }
  return parts;
}

std::size_t step_over(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

}  // namespace

Result<Regex> Regex::compile(std::string_view java) {
  if (java.size() > kMaxPattern) return refused(java, "too long");
  const std::string pattern = TRY(translated(java));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxBytes);
  auto compiled = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!compiled->ok()) return refused(java, compiled->error());
  if (compiled->NumberOfCapturingGroups() > kMaxGroups) return refused(java, "too many groups");
  return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
  return compiled_->Match(piece(text), 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

Result<std::string> Regex::replace(std::string_view text, std::string_view replacement, Which which,
                                   Work& work) const {
  const std::vector<Part> parts = TRY(replacement_parts(replacement, *compiled_));
  re2::StringPiece groups[kMaxGroups + 1];
  const int count = compiled_->NumberOfCapturingGroups() + 1;
  std::string out;
  std::size_t copied = 0;
  std::size_t from = 0;
  while (from <= text.size() &&
         compiled_->Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, groups, count)) {
    if (!work.spend(1 + parts.size())) return too_many_steps();
    const auto start = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = start + groups[0].size();
    out.append(text, copied, start - copied);
    for (const Part& part : parts) {
      if (part.group < 0) {
        out += part.literal;
      } else {
        out.append(groups[part.group].data(), groups[part.group].size());
      }
    }
    if (out.size() > work.memory()) return too_much_memory();
    copied = end;
    if (end == start && end < text.size()) {
      from = step_over(text, end);
    } else {
      from = end + (end == start ? 1 : 0);
    }
    if (which == Which::kFirst) break;
  }
  out.append(text, copied);
  return out;
}

Result<List> Regex::split(std::string_view text, std::int64_t limit, Work& work) const {
  List pieces;
  std::size_t begun = 0;
  std::size_t from = 0;
  re2::StringPiece found;
  while (from <= text.size() &&
         compiled_->Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, &found, 1)) {
    if (limit > 0 && static_cast<std::int64_t>(pieces.size()) == limit - 1) break;
    if (!work.spend(2) || !work.take(64)) return too_much_memory();
    const auto start = static_cast<std::size_t>(found.data() - text.data());
    const std::size_t end = start + found.size();
    from = end == start && end < text.size() ? step_over(text, end) : end + (end == start ? 1 : 0);
    if (end == 0) continue;                              // no empty first piece for an empty match
    if (end == start && start == text.size()) continue;  // the rest follows below
    pieces.push_back(Value::string(std::string(text.substr(begun, start - begun))));
    begun = end;
  }
  pieces.push_back(Value::string(std::string(text.substr(begun))));
  if (limit == 0) {
    while (pieces.size() > 1 && pieces.back().as_string().empty()) pieces.pop_back();
    if (begun > 0 && pieces.size() == 1 && pieces[0].as_string().empty()) pieces.clear();
  }
  return pieces;
}

}  // namespace fairlead::vtl
