// References: $x, ${x}, $!x, $!{x}, with properties, indexes and method calls.
#include "lang/vtl/parser.h"

namespace fairlead::vtl {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_identifier(char c) { return is_letter(c) || is_digit(c) || c == '-'; }

}  // namespace

std::string_view Parser::identifier_at(std::size_t place) const {
  std::size_t end = place;
  if (end < text_.size() && is_letter(text_[end])) {
    while (end < text_.size() && in_identifier(text_[end])) ++end;
  }
  return text_.substr(place, end - place);
}

bool Parser::reference_starts(std::size_t place) const {
  if (place >= text_.size() || text_[place] != '$') return false;
  ++place;
  if (place < text_.size() && text_[place] == '!') ++place;
  if (place < text_.size() && text_[place] == '{') ++place;
  return place < text_.size() && is_letter(text_[place]);
}

std::unique_ptr<Reference> Parser::parse_reference() {
  const std::size_t begun = at_;
  auto made = std::make_unique<Reference>();
  made->at = here();
  ++at_;
  take('!');
  const bool braced = take('{');
  const std::string_view name = identifier_at(at_);
  made->slot = parsing_.slot(name);
  at_ += name.size();
  if (!parse_steps(*made)) return nullptr;
  if (braced && !take('}')) {
    fail(at_, "a closing brace is wanted here");
    return nullptr;
  }
  made->source = text_.substr(begun, at_ - begun);
  return made;
}

// Whether a parameter, or the end of the parameters, begins at `place`: only then do a parenthesis
// behind a name and a bracket behind a reference belong to it.
bool Parser::argument_starts(std::size_t place, char closing) const {
  while (place < text_.size() && std::string_view(" \t\r\n").find(text_[place]) != text_.npos) {
    ++place;
  }
  if (place >= text_.size()) return false;
  const char c = text_[place];
  if (c == ')') return closing == ')';
  if (c == '"' || c == '\'' || is_digit(c)) return true;
  if (c == '[' || c == '{' || c == '(' || c == '!') return closing == ')';
  if (c == '$') return reference_starts(place);
  if (c == '-')
    return place + 1 < text_.size() && (is_digit(text_[place + 1]) || text_[place + 1] == '.');
  const std::string_view word = identifier_at(place);
  return word == "true" || word == "false";
}

bool Parser::parse_steps(Reference& into) {
  for (;;) {
    Step step;
    step.at = here();
    if (peek() == '.' && is_letter(peek(1))) {
      step.name = identifier_at(at_ + 1);
      at_ += 1 + step.name.size();
      if (peek() == '(' && argument_starts(at_ + 1, ')')) {
        step.kind = Step::Kind::kCall;
        step.method = method_named(step.name);
        if (!parse_arguments(step)) return false;
      }
    } else if (peek() == '[' && argument_starts(at_ + 1, ']')) {
      step.kind = Step::Kind::kIndex;
      ++at_;
      ExprPtr index = parse_expression();
      if (!index) return false;
      skip_blanks();
      if (!take(']')) return fail(at_, "a closing bracket is wanted here");
      step.arguments.push_back(std::move(index));
    } else {
      return true;
    }
    into.steps.push_back(std::move(step));
  }
}

bool Parser::parse_arguments(Step& into) {
  if (!deeper(at_)) return false;
  ++at_;
  skip_blanks();
  while (peek() != ')') {
    ExprPtr argument = parse_expression();
    if (!argument) return false;
    into.arguments.push_back(std::move(argument));
    skip_blanks();
    if (peek() == ')') break;
    if (!take(',')) return fail(at_, "a comma or a closing parenthesis is wanted here");
  }
  ++at_;
  --parsing_.depth;
  if (!takes_regex(into.method) || into.arguments.empty()) return true;
  const Expr& first = *into.arguments[0];
  if (first.kind != Expr::Kind::kConstant || !first.value.is_string()) return true;
  // A constant that cannot be compiled fails when it is used, if what it is used on is a text.
  if (auto regex = Regex::compile(first.value.as_string()); regex.ok()) into.regex = *regex;
  return true;
}

}  // namespace fairlead::vtl
