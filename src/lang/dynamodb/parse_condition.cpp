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

Node make(NodeKind kind, std::vector<Node> operands) {
  Node node;
  node.kind = kind;
  node.operands = std::move(operands);
  return node;
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
  syntax.root = TRY(disjunction());
  if (peek().kind != Token::Kind::kEnd || !is_condition(syntax.root)) return syntax_error();
  syntax.redundant_parentheses = redundant_parentheses_;
  return syntax;
}

Result<Node> Parser::disjunction() {
  Node first = TRY(conjunction());
  if (!at_keyword("OR")) return first;
  std::vector<Node> operands;
  operands.push_back(std::move(first));
  while (at_keyword("OR")) {
    if (!is_condition(operands.back())) return syntax_error();
    TRY(count_operator());
    ++next_;
    operands.push_back(TRY(conjunction()));
  }
  if (!is_condition(operands.back())) return syntax_error();
  return make(NodeKind::kOr, std::move(operands));
}

Result<Node> Parser::conjunction() {
  Node first = TRY(negation());
  if (!at_keyword("AND")) return first;
  std::vector<Node> operands;
  operands.push_back(std::move(first));
  while (at_keyword("AND")) {
    if (!is_condition(operands.back())) return syntax_error();
    TRY(count_operator());
    ++next_;
    operands.push_back(TRY(negation()));
  }
  if (!is_condition(operands.back())) return syntax_error();
  return make(NodeKind::kAnd, std::move(operands));
}

// A chain of NOTs is settled here: two of them cancel, so the tree does not grow with the chain.
Result<Node> Parser::negation() {
  if (!at_keyword("NOT")) return comparison();
  bool negated = false;
  while (at_keyword("NOT")) {
    TRY(count_operator());
    ++next_;
    negated = !negated;
  }
  Node inner = TRY(comparison());
  if (!is_condition(inner)) return syntax_error();
  if (!negated) return inner;
  std::vector<Node> operands;
  operands.push_back(std::move(inner));
  return make(NodeKind::kNot, std::move(operands));
}

Result<Node> Parser::comparison() {
  Node first = TRY(operand());
  const NodeKind* kind = peek().kind == Token::Kind::kSymbol ? comparator(peek().text) : nullptr;
  const bool range = at_keyword("BETWEEN"), list = at_keyword("IN");
  if (kind == nullptr && !range && !list) return first;
  if (!is_operand(first)) return syntax_error();
  TRY(count_operator());
  ++next_;
  if (range) return between(std::move(first));
  if (list) return in(std::move(first));
  std::vector<Node> operands;
  operands.push_back(std::move(first));
  operands.push_back(TRY(only_operand()));
  return make(*kind, std::move(operands));
}

Result<Node> Parser::between(Node first) {
  std::vector<Node> operands;
  operands.push_back(std::move(first));
  operands.push_back(TRY(only_operand()));
  if (!take_keyword("AND")) return syntax_error();
  operands.push_back(TRY(only_operand()));
  return make(NodeKind::kBetween, std::move(operands));
}

Result<Node> Parser::in(Node first) {
  std::vector<Node> operands = TRY(operand_list());
  if (operands.size() > kMaxInOperands) {
    return invalid_expression(where_,
                              "The IN operator is provided with too many operands; number of "
                              "operands: " +
                                  std::to_string(operands.size()));
  }
  operands.insert(operands.begin(), std::move(first));
  return make(NodeKind::kIn, std::move(operands));
}

Result<Node> Parser::only_operand() {
  Node node = TRY(operand());
  const bool fits = is_operand(node) || (grammar_ == Grammar::kUpdate);
  if (!fits) return syntax_error();
  return node;
}

}  // namespace fairlead::dynamodb
