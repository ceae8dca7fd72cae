// What the grammars share: tokens, paths, operands, syntax errors in AWS's form, and projections.
#include "lang/dynamodb/parser.h"

#include <algorithm>

#include "base/text.h"
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

Parser::Parser(std::string_view where, std::string_view text) : where_(where), text_(text) {
  if (text.size() <= kMaxExpressionBytes) tokens_ = tokenize(text);
}

Status Parser::check_size() const {
  if (text_.size() > kMaxExpressionBytes) {
    return invalid_expression(where_,
                              "Expression size has exceeded the maximum allowed size; expression "
                              "size: " +
                                  std::to_string(text_.size()));
  }
  if (tokens_.size() == 1) return invalid_expression(where_, "The expression can not be empty;");
  return {};
}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

bool Parser::at_symbol(std::string_view symbol) const {
  return peek().kind == Token::Kind::kSymbol && peek().text == symbol;
}

bool Parser::at_keyword(std::string_view keyword) const {
  return peek().kind == Token::Kind::kWord && equals_ignoring_case(peek().text, keyword);
}

bool Parser::at_any_keyword() const {
  if (peek().kind != Token::Kind::kWord) return false;
  auto any = [&](std::initializer_list<std::string_view> keywords) {
    for (std::string_view keyword : keywords) {
      if (at_keyword(keyword)) return true;
    }
    return false;
  };
  if (grammar_ == Grammar::kCondition) return any({"AND", "OR", "NOT", "BETWEEN", "IN"});
  if (grammar_ == Grammar::kUpdate) return any({"SET", "REMOVE", "ADD", "DELETE"});
  return false;
}

bool Parser::take_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  ++next_;
  return true;
}

bool Parser::take_keyword(std::string_view keyword) {
  if (!at_keyword(keyword)) return false;
  ++next_;
  return true;
}

Status Parser::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) return syntax_error();
  return {};
}

Status Parser::count_operator() {
  if (++operators_ <= kMaxOperators) return {};
  return invalid_expression(where_, "The expression contains too many operators; operator count: " +
                                        std::to_string(operators_));
}

// AWS quotes the token and its neighbours: token: "x", near: "a x b".
Error Parser::syntax_error_at(std::size_t at) const {
  const Token& token = tokens_[at];
  const std::size_t from = at > 0 ? tokens_[at - 1].offset : token.offset;
  std::size_t to = token.offset;
  if (token.kind != Token::Kind::kEnd) {
    const Token& last = tokens_[at + 1].kind == Token::Kind::kEnd ? token : tokens_[at + 1];
    to = last.offset + last.text.size();
  }
  return invalid_expression(where_, "Syntax error; token: \"" + std::string(token.text) +
                                        "\", near: \"" +
                                        std::string(trim(text_.substr(from, to - from))) + "\"");
}

Result<Path> Parser::path() {
  Path path;
  const Token& token = peek();
  const bool name =
      token.kind == Token::Kind::kName || (token.kind == Token::Kind::kWord && !at_any_keyword());
  if (!name) return syntax_error();
  path.push_back(PathStep{std::string(token.text)});
  ++next_;
  TRY(path_tail(path));
  return path;
}

Status Parser::path_tail(Path& path) {
  for (;;) {
    if (take_symbol(".")) {
      const Token& token = peek();
      const bool name = token.kind == Token::Kind::kName ||
                        (token.kind == Token::Kind::kWord && !at_any_keyword());
      if (!name) return syntax_error();
      path.push_back(PathStep{std::string(token.text)});
      ++next_;
    } else if (take_symbol("[")) {
      const Token& token = peek();
      if (token.kind != Token::Kind::kNumber) return syntax_error();
      if (token.text.size() > 9) {
        return invalid_expression(where_, "List index is not within the allowable range; index: [" +
                                              std::string(token.text) + "]");
      }
      path.push_back(
          PathStep{"", static_cast<std::uint32_t>(std::stoul(std::string(token.text))), true});
      ++next_;
      TRY(expect_symbol("]"));
    } else {
      break;
    }
  }
  if (path.size() > kMaxPathSteps) {
    return invalid_expression(where_,
                              "The document path has too many nesting levels; nesting levels: " +
                                  std::to_string(path.size()));
  }
  return {};
}

Status Parser::operand(Node& into) {
  const Token& token = peek();
  if (token.kind == Token::Kind::kValue) {
    ++next_;
    into.kind = NodeKind::kValue;
    into.word = token.text;
    return {};
  }
  if (at_symbol("(")) return group(into);
  if (token.kind == Token::Kind::kWord && !at_any_keyword() &&
      peek(1).kind == Token::Kind::kSymbol && peek(1).text == "(") {
    return call(into);
  }
  into.path = TRY(path());
  return {};
}

Status Parser::enter() {
  if (++depth_ <= kMaxParentheses) return {};
  return invalid_expression(where_, "The expression contains too many operators; operator count: " +
                                        std::to_string(depth_));
}

Status Parser::call(Node& into) {
  TRY(count_operator());
  into.kind = NodeKind::kFunction;
  into.word = peek().text;
  ++next_;
  return operand_list(into.operands);
}

// ( operand, operand, … ), appended.
Status Parser::operand_list(std::vector<Node>& into) {
  TRY(expect_symbol("("));
  TRY(enter());
  do {
    TRY(only_operand(into.emplace_back()));
  } while (take_symbol(","));
  --depth_;
  return expect_symbol(")");
}

// ( … ): in a condition it may hold a condition, an operand, or a path that goes on behind it.
Status Parser::group(Node& into) {
  const std::size_t open = next_++;
  TRY(enter());
  const bool doubled = at_symbol("(");
  if (grammar_ == Grammar::kCondition) {
    TRY(disjunction(into));
  } else {
    TRY(set_value(into));
  }
  // Redundant when the inner pair is all there is: its ')' is the token before ours.
  const std::size_t close = next_;
  TRY(expect_symbol(")"));
  if (doubled && last_group_ == open + 1 && last_group_end_ + 1 == close) {
    redundant_parentheses_ = true;
  }
  last_group_ = open;
  last_group_end_ = close;
  --depth_;
  return into.kind == NodeKind::kPath ? path_tail(into.path) : Status();
}

Result<Projection> Parser::projection() {
  grammar_ = Grammar::kProjection;
  TRY(check_size());
  Projection projection;
  do {
    projection.paths.push_back(TRY(path()));
  } while (take_symbol(","));
  if (peek().kind != Token::Kind::kEnd) return syntax_error();
  return projection;
}

}  // namespace fairlead::dynamodb
