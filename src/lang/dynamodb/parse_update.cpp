// The update half of the grammar.
#include "base/text.h"
#include "lang/dynamodb/errors.h"
#include "lang/dynamodb/parser.h"

namespace fairlead::dynamodb {

namespace {

struct Section {
  std::string_view keyword;
  UpdateAction::Kind kind;
};
constexpr Section kSections[] = {{"SET", UpdateAction::Kind::kSet},
                                 {"REMOVE", UpdateAction::Kind::kRemove},
                                 {"ADD", UpdateAction::Kind::kAdd},
                                 {"DELETE", UpdateAction::Kind::kDelete}};

}  // namespace

Result<UpdateSyntax> Parser::update() {
  grammar_ = Grammar::kUpdate;
  TRY(check_size());
  UpdateSyntax syntax;
  bool seen[4] = {};
  do {
    const Section* found = nullptr;
    for (const Section& section : kSections) {
      if (at_keyword(section.keyword)) found = &section;
    }
    if (found == nullptr) return syntax_error();
    bool& before = seen[static_cast<int>(found->kind)];
    if (before && syntax.repeated_section.empty()) syntax.repeated_section = found->keyword;
    before = true;
    ++next_;
    do {
      syntax.update.actions.push_back(TRY(action(found->kind)));
    } while (take_symbol(","));
  } while (peek().kind != Token::Kind::kEnd);
  return syntax;
}

Result<UpdateAction> Parser::action(UpdateAction::Kind kind) {
  TRY(count_operator());
  UpdateAction action;
  action.kind = kind;
  action.path = TRY(path());
  if (kind == UpdateAction::Kind::kRemove) return action;
  if (kind == UpdateAction::Kind::kSet) {
    TRY(expect_symbol("="));
    TRY(set_value(action.value));
    return action;
  }
  if (peek().kind != Token::Kind::kValue) return syntax_error();
  TRY(operand(action.value));
  return action;
}

// operand, operand + operand, operand - operand: one operator only, as AWS has it.
Status Parser::set_value(Node& into) {
  TRY(operand(into));
  if (!at_symbol("+") && !at_symbol("-")) return {};
  TRY(count_operator());
  Node first = std::move(into);
  into = Node();
  into.kind = at_symbol("+") ? NodeKind::kPlus : NodeKind::kMinus;
  ++next_;
  into.operands.push_back(std::move(first));
  return operand(into.operands.emplace_back());
}

}  // namespace fairlead::dynamodb
