// The condition half of the grammar.
#include "base/text.h"
#include "lang/dynamodb/errors.h"
#include "lang/dynamodb/parser.h"

namespace fairlead::dynamodb {

namespace {

bool is_operand(const Node& node) {
  return node.kind == NodeKind::kPath || node.kind == NodeKind::kValue ||
         node.kind == NodeKind::kFunction;
}

bool is_condition(const Node& node) {
  return node.kind != NodeKind::kPath && node.kind != NodeKind::kValue;
}

// `node` becomes the first operand of a new node in its place.
void wrap(Node& node, NodeKind kind) {
  Node first = std::move(node);
  node = Node();
  node.kind = kind;
  node.operands.push_back(std::move(first));
}

const NodeKind* comparator(std::string_view symbol) {
  struct Row {
    std::string_view symbol;
    NodeKind kind;
  };
  static constexpr Row kRows[] = {{"=", NodeKind::kEqual},   {"<>", NodeKind::kNotEqual},
                                  {"<", NodeKind::kLess},    {"<=", NodeKind::kLessEqual},
                                  {">", NodeKind::kGreater}, {">=", NodeKind::kGreaterEqual}};
  for (const Row& row : kRows) {
    if (row.symbol == symbol) return &row.kind;
  }
  return nullptr;
}

}  // namespace

Result<ConditionSyntax> Parser::condition() {
  grammar_ = Grammar::kCondition;
  TRY(check_size());
  ConditionSyntax syntax;
  TRY(disjunction(syntax.root));
  if (peek().kind != Token::Kind::kEnd || !is_condition(syntax.root)) return syntax_error();
  syntax.redundant_parentheses = redundant_parentheses_;
  return syntax;
}

Status Parser::disjunction(Node& into) {
  TRY(conjunction(into));
  if (!at_keyword("OR")) return {};
  if (!is_condition(into)) return syntax_error();
  wrap(into, NodeKind::kOr);
  while (at_keyword("OR")) {
    TRY(count_operator());
    ++next_;
    Node& operand = into.operands.emplace_back();
    TRY(conjunction(operand));
    if (!is_condition(operand)) return syntax_error();
  }
  return {};
}

Status Parser::conjunction(Node& into) {
  TRY(comparison(into));
  if (!at_keyword("AND")) return {};
  if (!is_condition(into)) return syntax_error();
  wrap(into, NodeKind::kAnd);
  while (at_keyword("AND")) {
    TRY(count_operator());
    ++next_;
    Node& operand = into.operands.emplace_back();
    TRY(comparison(operand));
    if (!is_condition(operand)) return syntax_error();
  }
  return {};
}

// A chain of NOTs is settled here: two of them cancel, so the tree does not grow with the chain.
Status Parser::comparison(Node& into) {
  bool negated = false, any = false;
  for (; at_keyword("NOT"); ++next_) {
    TRY(count_operator());
    negated = !negated;
    any = true;
  }
  TRY(operand(into));
  const NodeKind* kind = peek().kind == Token::Kind::kSymbol ? comparator(peek().text) : nullptr;
  const bool range = at_keyword("BETWEEN"), list = at_keyword("IN");
  if (kind != nullptr || range || list) {
    if (!is_operand(into)) return syntax_error();
    TRY(count_operator());
    ++next_;
    if (range) {
      TRY(between(into));
    } else if (list) {
      TRY(in(into));
    } else {
      wrap(into, *kind);
      TRY(only_operand(into.operands.emplace_back()));
    }
  }
  if (any && !is_condition(into)) return syntax_error();
  if (negated) wrap(into, NodeKind::kNot);
  return {};
}

Status Parser::between(Node& into) {
  wrap(into, NodeKind::kBetween);
  TRY(only_operand(into.operands.emplace_back()));
  if (!take_keyword("AND")) return syntax_error();
  return only_operand(into.operands.emplace_back());
}

Status Parser::in(Node& into) {
  wrap(into, NodeKind::kIn);
  TRY(operand_list(into.operands));
  const std::size_t count = into.operands.size() - 1;
  if (count <= kMaxInOperands) return {};
  return invalid_expression(where_,
                            "The IN operator is provided with too many operands; number of "
                            "operands: " +
                                std::to_string(count));
}

Status Parser::only_operand(Node& into) {
  TRY(operand(into));
  if (is_operand(into) || grammar_ == Grammar::kUpdate) return {};
  return syntax_error();
}

}  // namespace fairlead::dynamodb
