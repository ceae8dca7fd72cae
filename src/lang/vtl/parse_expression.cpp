// Expressions: literals, references and operators by precedence.
#include <algorithm>

#include "lang/vtl/java_text.h"
#include "lang/vtl/parser.h"

namespace fairlead::vtl {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Spelling {
  std::string_view text;
  Operator meaning;
};

// Longer ones first.
constexpr Spelling kSigns[] = {
    {"||", Operator::kOr},       {"&&", Operator::kAnd},         {"==", Operator::kEqual},
    {"!=", Operator::kNotEqual}, {"<=", Operator::kLessOrEqual}, {">=", Operator::kGreaterOrEqual},
    {"<", Operator::kLess},      {">", Operator::kGreater},      {"+", Operator::kAdd},
    {"-", Operator::kSubtract},  {"*", Operator::kMultiply},     {"/", Operator::kDivide},
    {"%", Operator::kModulo},
};
constexpr Spelling kWords[] = {
    {"or", Operator::kOr},       {"and", Operator::kAnd},           {"eq", Operator::kEqual},
    {"ne", Operator::kNotEqual}, {"lt", Operator::kLess},           {"le", Operator::kLessOrEqual},
    {"gt", Operator::kGreater},  {"ge", Operator::kGreaterOrEqual},
};

int precedence(Operator op) {
  if (op == Operator::kOr) return 1;
  if (op == Operator::kAnd) return 2;
  if (op <= Operator::kNotEqual) return 3;
  if (op <= Operator::kGreaterOrEqual) return 4;
  return op <= Operator::kSubtract ? 5 : 6;
}

}  // namespace

ExprPtr Parser::constant(Value value, std::size_t at) const {
  auto made = std::make_unique<Expr>();
  made->value = std::move(value);
  made->at = static_cast<std::uint32_t>(offset_ + at);
  return made;
}

bool Parser::peek_operator(Operator& found, std::size_t& length) const {
  const std::string_view word = identifier_at(at_);
  const auto match = [&](const Spelling& row) {
    found = row.meaning;
    length = row.text.size();
    return true;
  };
  if (!word.empty()) {
    for (const Spelling& row : kWords) {
      if (word == row.text) return match(row);
    }
    return false;
  }
  for (const Spelling& row : kSigns) {
    if (text_.substr(at_, row.text.size()) == row.text) return match(row);
  }
  return false;
}

ExprPtr Parser::parse_expression(int least) {
  if (!deeper(at_)) return nullptr;
  ExprPtr left = parse_unary();
  while (left) {
    skip_blanks();
    Operator op{};
    std::size_t length = 0;
    if (!peek_operator(op, length) || precedence(op) < least) break;
    const std::uint32_t at = here();
    at_ += length;
    ExprPtr right = parse_expression(precedence(op) + 1);
    if (!right) return nullptr;
    const bool flat = left->kind == Expr::Kind::kChain && !left->parenthesized &&
                      precedence(left->operators[0]) == precedence(op);
    if (!flat) {
      auto chain = std::make_unique<Expr>();
      chain->kind = Expr::Kind::kChain;
      chain->at = at;
      chain->items.push_back(std::move(left));
      left = std::move(chain);
    }
    left->operators.push_back(op);
    left->items.push_back(std::move(right));
  }
  --parsing_.depth;
  return left;
}

ExprPtr Parser::parse_unary() {
  std::size_t negations = 0;
  const std::size_t begun = at_;
  for (;; ++negations) {
    skip_blanks();
    if (peek() == '!') {
      ++at_;
    } else if (identifier_at(at_) == "not") {
      at_ += 3;
    } else {
      break;
    }
  }
  ExprPtr made = parse_primary();
  if (!made || negations == 0) return made;
  // Two negations make a boolean of anything; more change nothing.
  for (std::size_t left = negations % 2 == 1 ? 1 : 2; left > 0; --left) {
    auto negated = std::make_unique<Expr>();
    negated->kind = Expr::Kind::kNot;
    negated->at = static_cast<std::uint32_t>(offset_ + begun);
    negated->items.push_back(std::move(made));
    made = std::move(negated);
  }
  return made;
}

ExprPtr Parser::parse_primary() {
  skip_blanks();
  const char c = peek();
  if (c == '"' || c == '\'') return parse_string();
  if (c == '[') return parse_list();
  if (c == '{') return parse_map();
  if (is_digit(c) || c == '-' || c == '.') return parse_number();
  if (c == '(') {
    ++at_;
    ExprPtr inner = parse_expression();
    skip_blanks();
    if (inner && !take(')')) fail(at_, "a closing parenthesis is wanted here");
    if (!inner || parsing_.failed) return nullptr;
    inner->parenthesized = true;
    return inner;
  }
  if (reference_starts(at_)) {
    auto made = std::make_unique<Expr>();
    made->kind = Expr::Kind::kReference;
    made->at = here();
    made->reference = parse_reference();
    return made->reference ? std::move(made) : nullptr;
  }
  const std::string_view word = identifier_at(at_);
  if (word == "true" || word == "false") {
    const std::size_t begun = at_;
    at_ += word.size();
    return constant(Value::boolean(word == "true"), begun);
  }
  fail(at_, word.empty() ? "a value is wanted here"
                         : "a value is wanted here, not the word " + std::string(word));
  return nullptr;
}

ExprPtr Parser::parse_number() {
  const std::size_t begun = at_;
  take('-');
  const auto digits = [&] {
    while (is_digit(peek())) ++at_;
  };
  digits();
  bool whole = true;
  if (peek() == '.' && peek(1) != '.' && !is_letter(peek(1))) {  // 1..3 is a range
    whole = false;
    ++at_;
    digits();
  }
  const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
  if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
    whole = false;
    at_ += 1 + sign;
    digits();
  }
  const std::string_view text = text_.substr(begun, at_ - begun);
  const auto exact = whole ? parse_java_long(text) : std::nullopt;
  if (exact) return constant(Value::integer(*exact), begun);
  const auto real = whole ? std::nullopt : parse_java_double(text);
  if (real) return constant(Value::real(*real), begun);
  fail(begun, "a number is wanted here that fits into 64 bits");
  return nullptr;
}

// The place of the quote that closes the string at `place`. A quote behind a backslash (that is not
// itself behind one) or doubled does not close it, unless it is the last one there is.
std::size_t Parser::string_end(std::size_t place) const {
  const char quote = text_[place];
  const char stops[] = {quote, quote == '"' ? '\\' : quote};
  std::size_t at = place + 1;
  while ((at = text_.find_first_of(std::string_view(stops, 2), at)) < text_.size()) {
    if (text_[at] == quote && (at + 1 >= text_.size() || text_[at + 1] != quote)) return at;
    at += 2;
  }
  return text_.find(quote, place + 1);
}

ExprPtr Parser::parse_string() {
  const std::size_t begun = at_;
  const char quote = peek();
  const std::size_t end = string_end(at_);
  if (end == text_.npos) {
    fail(begun, "a string that does not end");
    return nullptr;
  }
  std::string_view inner = text_.substr(begun + 1, end - begun - 1);
  at_ = end + 1;
  const char doubled[] = {quote, quote};
  if (inner.find(std::string_view(doubled, 2)) != inner.npos) {
    std::string single;
    for (std::size_t i = 0; i < inner.size(); ++i) {
      single += inner[i];
      if (inner[i] == quote && i + 1 < inner.size() && inner[i + 1] == quote) ++i;
    }
    inner = parsing_.program.unquoted.emplace_back(std::move(single));
  }
  if (quote == '\'' || inner.find_first_of("$#") == inner.npos) {
    return constant(Value::string(std::string(inner)), begun);
  }
  auto made = std::make_unique<Expr>();
  made->kind = Expr::Kind::kText;
  made->at = static_cast<std::uint32_t>(offset_ + begun);
  if (!Parser(parsing_, inner, offset_ + begun + 1).parse_all(made->block)) return nullptr;
  return made;
}

ExprPtr Parser::parse_list() {
  auto made = std::make_unique<Expr>();
  made->kind = Expr::Kind::kList;
  made->at = here();
  ++at_;
  skip_blanks();
  if (take(']')) return made;
  for (;;) {
    ExprPtr item = parse_expression();
    if (!item) return nullptr;
    made->items.push_back(std::move(item));
    skip_blanks();
    if (take(']')) break;
    const bool range = made->items.size() == 1 && text_.substr(at_, 2) == "..";
    if (range) {
      made->kind = Expr::Kind::kRange;
      ++at_;
    }
    const bool too_long = made->kind == Expr::Kind::kRange && made->items.size() > 1;
    if (too_long || (!range && peek() != ',')) {
      fail(at_, "a comma or a closing bracket is wanted here");
      return nullptr;
    }
    ++at_;
  }
  const bool half = made->kind == Expr::Kind::kRange && made->items.size() != 2;
  if (!half) return made;
  fail(at_, "a range has two ends");
  return nullptr;
}

ExprPtr Parser::parse_map() {
  auto made = std::make_unique<Expr>();
  made->kind = Expr::Kind::kMap;
  made->at = here();
  ++at_;
  skip_blanks();
  if (take('}')) return made;
  for (;;) {
    ExprPtr key = parse_expression();
    skip_blanks();
    if (key && !take(':')) fail(at_, "a colon is wanted here");
    ExprPtr value = parsing_.failed ? nullptr : parse_expression();
    if (!value) return nullptr;
    made->items.push_back(std::move(key));
    made->items.push_back(std::move(value));
    skip_blanks();
    if (take('}')) return made;
    if (!take(',')) {
      fail(at_, "a comma or a closing brace is wanted here");
      return nullptr;
    }
  }
}

}  // namespace fairlead::vtl
