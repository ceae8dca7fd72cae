// One pass over the bytes. A word starts with a letter (names that do not need a #placeholder).
#include "lang/dynamodb/lexer.h"

namespace fairlead::dynamodb {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

std::size_t end_while(std::string_view text, std::size_t from, bool (*holds)(char)) {
  while (from < text.size() && holds(text[from])) ++from;
  return from;
}

Token next_token(std::string_view text, std::size_t at) {
  using Kind = Token::Kind;
  const char c = text[at];
  auto token = [&](Kind kind, std::size_t end) {
    return Token{kind, text.substr(at, end - at), at};
  };
  if (is_letter(c)) return token(Kind::kWord, end_while(text, at, is_word_part));
  if (is_digit(c)) return token(Kind::kNumber, end_while(text, at, is_digit));
  if (c == '#' || c == ':') {
    const std::size_t end = end_while(text, at + 1, is_word_part);
    if (end == at + 1) return token(Kind::kBad, end);
    return token(c == '#' ? Kind::kName : Kind::kValue, end);
  }
  const char after = at + 1 < text.size() ? text[at + 1] : '\0';
  if ((c == '<' && (after == '=' || after == '>')) || (c == '>' && after == '=')) {
    return token(Kind::kSymbol, at + 2);
  }
  if (std::string_view("()[].,=<>+-").find(c) != std::string_view::npos) {
    return token(Kind::kSymbol, at + 1);
  }
  // A bad character; the bytes of one UTF-8 character stay together so that errors quote it whole.
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return token(Kind::kBad, end);
}

}  // namespace

std::vector<Token> tokenize(std::string_view expression) {
  std::vector<Token> tokens;
  std::size_t at = end_while(expression, 0, is_space);
  while (at < expression.size()) {
    tokens.push_back(next_token(expression, at));
    at = end_while(expression, at + tokens.back().text.size(), is_space);
  }
  tokens.push_back(Token{Token::Kind::kEnd, "<EOF>", expression.size()});
  return tokens;
}

}  // namespace fairlead::dynamodb
