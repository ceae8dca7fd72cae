// Parser: the grammar of the five expressions, by recursive descent over the tokens. It knows
// syntax only: names are not resolved, functions not looked up (that is check.h).
//
//   condition   := conjunction (OR conjunction)*
//   conjunction := comparison (AND comparison)*
//   comparison  := NOT* operand [(= | <> | < | <= | > | >=) operand | BETWEEN operand AND operand
//                  | IN (operand, …)]
//   operand     := path | :value | word(operand, …) | ( condition or operand )
//   update      := (SET path = value, … | REMOVE path, … | ADD path :value, … | DELETE …)+
//   value       := operand [(+ | -) operand]
//   projection  := path, …
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/dynamodb/expression.h"
#include "lang/dynamodb/lexer.h"

namespace fairlead::dynamodb {

struct ConditionSyntax {
  Node root;
  bool redundant_parentheses = false;  // ((a = b)): refused, but only after the syntax holds
};
struct UpdateSyntax {
  Update update;
  std::string repeated_section;  // "SET" when it came twice
};

class Parser {
 public:
  Parser(std::string_view where, std::string_view text);
  Result<ConditionSyntax> condition();
  Result<UpdateSyntax> update();
  Result<Projection> projection();

 private:
  enum class Grammar { kCondition, kUpdate, kProjection };

  Status check_size() const;
  // The recursive ones fill `into` and keep their frames small: a fiber's stack is not large.
  Status disjunction(Node& into);
  Status conjunction(Node& into);
  Status comparison(Node& into);
  Status between(Node& into);
  Status in(Node& into);
  Status operand(Node& into);
  Status group(Node& into);
  Status call(Node& into);
  Status only_operand(Node& into);  // operand(), refusing a condition in parentheses
  Status operand_list(std::vector<Node>& into);
  Status set_value(Node& into);
  Status enter();  // one level deeper; `--depth_` leaves it
  Result<Path> path();
  Status path_tail(Path& path);
  Result<UpdateAction> action(UpdateAction::Kind kind);

  const Token& peek(std::size_t ahead = 0) const;
  bool at_symbol(std::string_view symbol) const;
  bool at_keyword(std::string_view keyword) const;
  bool at_any_keyword() const;  // of this grammar
  bool take_symbol(std::string_view symbol);
  bool take_keyword(std::string_view keyword);
  Status expect_symbol(std::string_view symbol);
  Status count_operator();
  Error syntax_error() const { return syntax_error_at(next_); }
  Error syntax_error_at(std::size_t token) const;

  std::string_view where_, text_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  Grammar grammar_ = Grammar::kCondition;
  int operators_ = 0;
  int depth_ = 0;
  bool redundant_parentheses_ = false;
  // The group closed last, by the tokens of its parentheses: tells ((x)) from ((x) AND (y)).
  std::size_t last_group_ = 0, last_group_end_ = 0;
};

}  // namespace fairlead::dynamodb
