// #set, #if, #foreach, #macro, #define and their relatives.
#include "lang/vtl/parser.h"
#include "lang/vtl/vtl.h"

namespace fairlead::vtl {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

constexpr std::string_view kDirectives[] = {"set",   "if",      "elseif",  "else",    "end",
                                            "stop",  "foreach", "include", "parse",   "macro",
                                            "break", "define",  "literal", "evaluate"};

Statement statement(Statement::Kind kind, std::uint32_t at) {
  Statement made;
  made.kind = kind;
  made.at = at;
  return made;
}

}  // namespace

// The word of #word or #{word} (`place` is behind the hash), empty without one.
std::string_view Parser::word_at(std::size_t place, std::size_t& after) const {
  const bool braced = place < text_.size() && text_[place] == '{';
  const std::size_t start = place + (braced ? 1 : 0);
  if (start >= text_.size() || !is_letter(text_[start])) return {};
  std::size_t end = start;
  while (end < text_.size() && is_word(text_[end])) ++end;
  after = end;
  if (braced) {
    if (end >= text_.size() || text_[end] != '}') return {};
    after = end + 1;
  }
  return text_.substr(start, end - start);
}

bool Parser::is_directive(std::string_view name) const {
  for (const std::string_view known : kDirectives) {
    if (name == known) return true;
  }
  return parsing_.macros.contains(name);
}

bool Parser::parse_directive(Block& into, std::string_view name, std::size_t after) {
  const std::size_t begun = at_;
  if (name == "set") {
    const std::size_t open = std::min(text_.find_first_not_of(" \t", after), text_.size());
    if (open < text_.size() && text_[open] == '(') {
      set_blanks_aside(into);
      at_ = open + 1;
      return parse_set(into);
    }
    at_ = after;
    return true;
  }
  const auto macro = parsing_.macros.find(name);
  if (!is_directive(name)) {
    at_ = after;  // text
    return true;
  }
  flush(into);
  at_ = after;
  if (name == "include" || name == "parse" || name == "evaluate") {
    return fail(begun, "#" + std::string(name) + " is not allowed in API Gateway's templates");
  }
  if (name == "if") return parse_if(into);
  if (name == "end" || name == "else" || name == "elseif") {
    if (blocks_ == 0) return fail(begun, "#" + std::string(name) + " belongs to nothing");
    end_ = name == "end" ? End::kEnd : name == "else" ? End::kElse : End::kElseIf;
    end_at_ = begun;
    if (end_ != End::kElseIf) eat_line_end();
    return true;
  }
  if (name == "foreach") return parse_foreach(into);
  if (name == "macro") return parse_macro();
  if (name == "define") return parse_define(into);
  if (name == "literal") return parse_literal(into);
  if (name == "stop" || name == "break") {
    into.push_back(statement(name == "stop" ? Statement::Kind::kStop : Statement::Kind::kBreak,
                             static_cast<std::uint32_t>(offset_ + begun)));
    run_start_ = at_;
    return true;
  }
  at_ = begun;
  return parse_macro_call(into, macro->second);
}

bool Parser::open_parenthesis(std::string_view directive) {
  skip_blanks();
  return take('(') || fail(at_, "#" + std::string(directive) + " wants a parenthesis");
}

bool Parser::close_directive() {
  skip_blanks();
  if (!take(')')) return fail(at_, "a closing parenthesis is wanted here");
  eat_line_end();
  run_start_ = at_;
  return true;
}

bool Parser::parse_body(Block& into, std::string_view directive) {
  const std::size_t begun = at_;
  ++blocks_;
  if (!parse_block(into)) return false;
  --blocks_;
  if (end_ == End::kText) return fail(begun, "#" + std::string(directive) + " without #end");
  if (end_ != End::kEnd) return fail(end_at_, "#end is wanted here");
  end_ = End::kText;
  run_start_ = at_;
  return true;
}

bool Parser::parse_if(Block& into) {
  Statement made = statement(Statement::Kind::kIf, here());
  const std::size_t begun = at_;
  bool more = true;
  while (more) {
    if (end_ != End::kElse) {
      end_ = End::kText;
      if (!open_parenthesis("if")) return false;
      ExprPtr condition = parse_expression();
      if (!condition || !close_directive()) return false;
      made.items.push_back(std::move(condition));
    }
    const bool was_else = end_ == End::kElse;
    ++blocks_;
    if (!parse_block(made.blocks.emplace_back())) return false;
    --blocks_;
    if (end_ == End::kText) return fail(begun, "#if without #end");
    if (was_else && end_ != End::kEnd) return fail(end_at_, "#else must be the last");
    more = end_ != End::kEnd;
  }
  end_ = End::kText;
  run_start_ = at_;
  into.push_back(std::move(made));
  return true;
}

bool Parser::parse_set(Block& into) {
  Statement made = statement(Statement::Kind::kSet, here());
  skip_blanks();
  if (!reference_starts(at_)) return fail(at_, "#set wants a variable");
  made.reference = parse_reference();
  if (!made.reference) return false;
  if (!made.reference->steps.empty() && made.reference->steps.back().kind == Step::Kind::kCall) {
    return fail(made.reference->at - offset_, "#set cannot assign to a method call");
  }
  skip_blanks();
  if (!take('=')) return fail(at_, "#set wants a =");
  ExprPtr value = parse_expression();
  if (!value || !close_directive()) return false;
  made.items.push_back(std::move(value));
  into.push_back(std::move(made));
  return true;
}

// A variable without properties: what #foreach, #macro and #define name.
bool Parser::simple_variable(std::uint32_t& slot) {
  skip_blanks();
  if (!reference_starts(at_)) return fail(at_, "a variable is wanted here");
  const std::size_t begun = at_;
  const auto reference = parse_reference();
  if (!reference) return false;
  if (!reference->steps.empty()) return fail(begun, "a variable without properties is wanted here");
  slot = reference->slot;
  return true;
}

bool Parser::parse_foreach(Block& into) {
  Statement made = statement(Statement::Kind::kForeach, here());
  if (!open_parenthesis("foreach") || !simple_variable(made.slot)) return false;
  skip_blanks();
  if (text_.substr(at_, 2) != "in" || is_word(peek(2))) return fail(at_, "#foreach wants an in");
  at_ += 2;
  ExprPtr items = parse_expression();
  if (!items || !close_directive()) return false;
  made.items.push_back(std::move(items));
  if (!parse_body(made.blocks.emplace_back(), "foreach")) return false;
  into.push_back(std::move(made));
  return true;
}

bool Parser::parse_define(Block& into) {
  Statement made = statement(Statement::Kind::kDefine, here());
  if (!open_parenthesis("define") || !simple_variable(made.slot) || !close_directive() ||
      !parse_body(made.blocks.emplace_back(), "define")) {
    return false;
  }
  into.push_back(std::move(made));
  return true;
}

bool Parser::parse_literal(Block& into) {
  if (!open_parenthesis("literal") || !close_directive()) return false;
  const std::size_t begun = at_;
  Block unused;
  if (!parse_body(unused, "literal")) return false;
  Statement made = statement(Statement::Kind::kText, static_cast<std::uint32_t>(offset_ + begun));
  made.text = text_.substr(begun, end_at_ - begun);
  into.push_back(std::move(made));
  return true;
}

bool Parser::parse_macro() {
  if (!open_parenthesis("macro")) return false;
  skip_blanks();
  std::size_t after = at_;
  const std::size_t begun = at_;
  const std::string_view name = word_at(at_, after);
  if (name.empty() || peek() == '{') return fail(at_, "#macro wants a name");
  at_ = after;
  Macro macro;
  macro.name = name;
  for (skip_blanks(); !at_end() && peek() != ')'; skip_blanks()) {
    if (peek() == ',') {
      ++at_;
      continue;
    }
    if (!simple_variable(macro.parameters.emplace_back())) return false;
  }
  if (!close_directive() || !parse_body(macro.body, "macro")) return false;
  const auto known = parsing_.macros.find(name);
  if (known == parsing_.macros.end()) return fail(begun, "this macro's name cannot be used");
  Macro& place = parsing_.program.macros[known->second];
  if (place.defined) return true;  // as in Velocity, the first one stays
  place = std::move(macro);
  place.defined = true;
  return true;
}

bool Parser::parse_macro_call(Block& into, std::uint32_t macro) {
  Statement made = statement(Statement::Kind::kMacro, here());
  made.slot = macro;
  const std::size_t begun = at_;
  std::size_t after = at_;
  word_at(at_ + 1, after);
  at_ = after;
  const std::size_t open = std::min(text_.find_first_not_of(" \t", after), text_.size());
  if (open < text_.size() && text_[open] == '(') {
    at_ = open + 1;
    for (skip_blanks(); !at_end() && peek() != ')'; skip_blanks()) {
      if (peek() == ',') {
        ++at_;
        continue;
      }
      ExprPtr argument = parse_primary();
      if (!argument) return false;
      made.items.push_back(std::move(argument));
    }
    if (!close_directive()) return false;
  }
  made.text = text_.substr(begun, at_ - begun);
  run_start_ = at_;
  into.push_back(std::move(made));
  return true;
}

}  // namespace fairlead::vtl
