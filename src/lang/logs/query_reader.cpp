// Tokens of the query language.
#include "lang/logs/query_reader.h"

#include <algorithm>

#include "base/text.h"
#include "lang/logs/errors.h"
#include "lang/logs/pattern_reader.h"

namespace fairlead::logs {

namespace {

bool is_name_start(char c) { return is_word(c) ? c < '0' || c > '9' : c == '@'; }
bool is_name(char c) { return is_word(c) || c == '.' || c == '@'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// AWS writes (?<name>…) and allows names that RE2 does not: groups are numbered instead.
std::string with_numbered_groups(std::string_view text, std::vector<std::string>& names) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out.append(text.substr(i++, 2));
      continue;
    }
    in_class = text[i] == '[' ? true : text[i] == ']' ? false : in_class;
    out += text[i];
    if (in_class || text[i] != '(') continue;
    const std::string_view rest = text.substr(i + 1);
    if (!rest.starts_with('?')) {
      names.emplace_back();
      continue;
    }
    const std::size_t open = rest.starts_with("?P<") ? 3 : rest.starts_with("?<") ? 2 : 0;
    const std::size_t close = rest.find('>');
    if (open == 0 || close == std::string_view::npos || rest[open] == '=' || rest[open] == '!') {
      continue;
    }
    names.emplace_back(rest.substr(open, close - open));
    i += close + 1;
  }
  return out;
}

}  // namespace

void QueryReader::skip() {
  while (at_ < text_.size()) {
    if (is_space(text_[at_])) {
      ++at_;
    } else if (text_[at_] == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

std::string QueryReader::since(std::size_t offset) const {
  std::string_view text = text_.substr(offset, at_ - offset);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

bool QueryReader::accept(std::string_view sign) {
  if (!text_.substr(at_).starts_with(sign)) return false;
  at_ += sign.size();
  skip();
  return true;
}

bool QueryReader::sees_word(std::string_view word) const {
  const std::string_view rest = text_.substr(at_);
  if (!equals_ignoring_case(rest.substr(0, word.size()), word)) return false;
  return rest.size() == word.size() || !is_name(rest[word.size()]);
}

bool QueryReader::accept_word(std::string_view word) {
  if (!sees_word(word)) return false;
  at_ += word.size();
  skip();
  return true;
}

std::string QueryReader::take_name() {
  std::string name;
  if (front() == '`') {
    const std::size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return "";
    name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  } else if (is_name_start(front())) {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    name = text_.substr(from, at_ - from);
  }
  skip();
  return name;
}

Result<std::string> QueryReader::take_quoted() {
  const char quote = front();
  std::string text;
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] == '\\' && i + 1 < text_.size()) {
      const char next = text_[++i];
      if (next != quote && next != '\\') text += next == 'n' ? "" : "\\";
      text += next == 'n' ? '\n' : next;
    } else if (text_[i] == quote) {
      at_ = i + 1;
      skip();
      return text;
    } else {
      text += text_[i];
    }
  }
  return error("missing closing quote");
}

Result<std::string> QueryReader::take_regex_text() {
  std::string text;
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] == '\\' && i + 1 < text_.size()) {
      if (text_[i + 1] != '/') text += '\\';
      text += text_[++i];
    } else if (text_[i] == '/') {
      at_ = i + 1;
      return text;
    } else {
      text += text_[i];
    }
  }
  return error("missing closing slash of a regular expression");
}

Result<Regex> QueryReader::take_regex(std::vector<std::string>& names) {
  const QueryReader before = *this;
  const std::string text = TRY(take_regex_text());
  const Regex::Case letters =
      front() == 'i' && !is_name(at_ + 1 < text_.size() ? text_[at_ + 1] : ' ')
          ? Regex::Case::kIgnored
          : Regex::Case::kSensitive;
  if (letters == Regex::Case::kIgnored) ++at_;
  skip();
  auto regex = Regex::compile(with_numbered_groups(text, names), letters);
  if (!regex) return before.error("invalid regular expression " + text);
  return *std::move(regex);
}

Result<Regex> QueryReader::take_regex() {
  std::vector<std::string> names;
  return take_regex(names);
}

std::string QueryReader::take_digits() {
  const std::size_t from = at_;
  const auto digits = [&] {
    while (is_digit(front())) ++at_;
  };
  digits();
  if (front() == '.' && at_ > from) {
    ++at_;
    digits();
  }
  const std::string_view rest = text_.substr(at_);
  if (at_ > from && (rest.starts_with("e") || rest.starts_with("E"))) {
    const std::size_t sign = rest.size() > 1 && (rest[1] == '-' || rest[1] == '+') ? 2 : 1;
    if (rest.size() > sign && is_digit(rest[sign])) {
      at_ += sign;
      digits();
    }
  }
  return std::string(text_.substr(from, at_ - from));
}

std::string QueryReader::take_letters() {
  const std::size_t from = at_;
  while ((front() >= 'a' && front() <= 'z') || (front() >= 'A' && front() <= 'Z')) ++at_;
  std::string letters(text_.substr(from, at_ - from));
  skip();
  return letters;
}

std::string QueryReader::symbol() const {
  if (at_end()) return "<EOF>";
  std::size_t n = 0;
  while (at_ + n < text_.size() && n < 40 && is_name(text_[at_ + n])) ++n;
  return std::string(text_.substr(at_, std::max<std::size_t>(n, 1)));
}

Error QueryReader::unexpected() const { return error("unexpected symbol found " + symbol()); }

Error QueryReader::error(std::string_view what) const {
  const std::string_view before = text_.substr(0, at_);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = line == 1 ? 0 : before.rfind('\n') + 1;
  Error error = malformed_query(std::string(what) + " at line " + std::to_string(line) +
                                " and position " + std::to_string(at_ - start));
  error.detail = Json::object(
      {{"queryCompileError",
        Json::object({{"location", Json::object({{"startCharOffset", at_},
                                                 {"endCharOffset", at_ + symbol().size()}})},
                      {"message", error.message}})}});
  return error;
}

}  // namespace fairlead::logs
