// Text, escapes and comments, and where references and directives begin in it.
#include "lang/vtl/parser.h"
#include "lang/vtl/vtl.h"

namespace fairlead::vtl {

std::uint32_t Parsing::slot(std::string_view name) {
  const auto [found, fresh] =
      slots.try_emplace(std::string(name), static_cast<std::uint32_t>(program.names.size()));
  if (fresh) program.names.emplace_back(name);
  return found->second;
}

bool Parser::fail(std::size_t place, std::string_view what) {
  if (!parsing_.failed) {
    parsing_.failed = true;
    parsing_.what = what;
    parsing_.failed_at = offset_ + place;
  }
  return false;
}

bool Parser::deeper(std::size_t place) {
  return ++parsing_.depth <= kMaxNesting || fail(place, "nested too deep");
}

void Parser::skip_blanks() {
  while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
}

bool Parser::take(char c) {
  if (peek() != c || at_end()) return false;
  ++at_;
  return true;
}

void Parser::flush(Block& into) {
  if (at_ > run_start_) {
    Statement& text = into.emplace_back();
    text.kind = Statement::Kind::kText;
    text.at = static_cast<std::uint32_t>(offset_ + run_start_);
    text.text = text_.substr(run_start_, at_ - run_start_);
  }
  run_start_ = at_;
}

// #set takes the blanks before it along when nothing else stands between it and the directive,
// reference or comment before (Velocity 1's lexer).
void Parser::set_blanks_aside(Block& into) {
  const std::string_view run = text_.substr(run_start_, at_ - run_start_);
  if (run.find_first_not_of(" \t") == run.npos) {
    run_start_ = at_;
  } else {
    flush(into);
  }
}

// Blanks and the line end behind a directive belong to it; blanks without a line end do not.
void Parser::eat_line_end() {
  std::size_t place = at_;
  while (place < text_.size() && (text_[place] == ' ' || text_[place] == '\t')) ++place;
  if (text_.substr(place, 2) == "\r\n") {
    at_ = place + 2;
  } else if (place < text_.size() && (text_[place] == '\n' || text_[place] == '\r')) {
    at_ = place + 1;
  }
}

bool Parser::parse_all(Block& into) {
  if (!parse_block(into)) return false;
  if (end_ == End::kText) return true;
  return fail(end_at_, "an #end, #else or #elseif that belongs to nothing");
}

bool Parser::parse_block(Block& into) {
  if (!deeper(at_)) return false;
  run_start_ = at_;
  end_ = End::kText;
  while (end_ == End::kText) {
    at_ = std::min(text_.find_first_of("$#\\", at_), text_.size());
    if (at_end()) break;
    const char c = text_[at_];
    const bool good = c == '$'   ? parse_dollar(into)
                      : c == '#' ? parse_hash(into)
                                 : parse_backslashes(into);
    if (!good) return false;
  }
  if (end_ == End::kText) flush(into);
  --parsing_.depth;
  return true;
}

// \$x prints $x when $x is defined, \#if prints #if; before anything else a backslash is text.
bool Parser::parse_backslashes(Block& into) {
  const std::size_t begun = at_;
  const std::size_t sign = std::min(text_.find_first_not_of('\\', at_), text_.size());
  const std::size_t count = sign - begun;
  if (sign < text_.size() && text_[sign] == '$' && reference_starts(sign)) {
    flush(into);
    at_ = sign;
    Statement output;
    output.kind = Statement::Kind::kOutput;
    output.at = here();
    output.reference = parse_reference();
    if (!output.reference) return false;
    output.reference->backslashes = static_cast<std::uint32_t>(count);
    into.push_back(std::move(output));
    run_start_ = at_;
    return true;
  }
  at_ = sign;
  if (sign >= text_.size() || text_[sign] != '#') return true;
  std::size_t after = 0;
  const std::string_view word = word_at(sign + 1, after);
  if (word.empty() || !is_directive(word)) {
    if (count % 2 == 1 && !word.empty()) at_ = after;  // \#word is text as a whole
    return true;
  }
  at_ = begun + count / 2;  // every second one is printed
  flush(into);
  run_start_ = at_ = sign;
  if (count % 2 == 1) at_ = after;
  return true;
}

bool Parser::parse_dollar(Block& into) {
  if (!reference_starts(at_)) {
    ++at_;
    return true;
  }
  flush(into);
  Statement output;
  output.kind = Statement::Kind::kOutput;
  output.at = here();
  output.reference = parse_reference();
  if (!output.reference) return false;
  into.push_back(std::move(output));
  run_start_ = at_;
  return true;
}

bool Parser::parse_hash(Block& into) {
  if (peek(1) == '#') {
    flush(into);
    at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    eat_line_end();
    run_start_ = at_;
    return true;
  }
  if (peek(1) == '*') {
    flush(into);
    return parse_comment();
  }
  if (peek(1) == '[' && peek(2) == '[') {
    flush(into);
    return parse_raw(into);
  }
  std::size_t after = 0;
  const std::string_view word = word_at(at_ + 1, after);
  if (word.empty()) {
    ++at_;
    return true;
  }
  return parse_directive(into, word, after);
}

bool Parser::parse_comment() {
  const std::size_t end = text_.find("*#", at_ + 2);
  if (end == text_.npos) return fail(at_, "a comment that does not end");
  run_start_ = at_ = end + 2;
  return true;
}

bool Parser::parse_raw(Block& into) {
  const std::size_t end = text_.find("]]#", at_ + 3);
  if (end == text_.npos) return fail(at_, "#[[ without ]]#");
  run_start_ = at_ + 3;
  at_ = end;
  flush(into);
  run_start_ = at_ = end + 3;
  return true;
}

}  // namespace fairlead::vtl
