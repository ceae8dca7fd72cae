// The parser of templates: one pass from left to right, which never reads a piece twice. What looks
// like a reference or a directive and is none is text, as in Velocity; from the parenthesis of a
// directive or a method call on, what does not fit is an error.
//
// Functions that return bool or a pointer answer false or null after `fail`.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "lang/vtl/errors.h"
#include "lang/vtl/program.h"

namespace fairlead::vtl {

// What the parsers of a template and of the strings in it have in common.
struct Parsing {
  explicit Parsing(Program& into) : program(into) {}

  Program& program;
  std::unordered_map<std::string, std::uint32_t> slots;
  std::unordered_map<std::string_view, std::uint32_t> macros;
  int depth = 0;  // of blocks, parentheses, arguments and strings
  bool failed = false;
  std::string what;
  std::size_t failed_at = 0;

  std::uint32_t slot(std::string_view name);
};

class Parser {
 public:
  // `text` must live as long as the program; `offset` is where it begins in the template.
  Parser(Parsing& parsing, std::string_view text, std::size_t offset)
      : parsing_(parsing), text_(text), offset_(offset) {}

  bool parse_all(Block& into);

 private:
  enum class End { kText, kEnd, kElse, kElseIf };

  // parse_text.cpp
  bool parse_block(Block& into);  // up to the directive that ends it, see end_
  bool parse_backslashes(Block& into);
  bool parse_dollar(Block& into);
  bool parse_hash(Block& into);
  bool parse_comment();
  bool parse_raw(Block& into);
  void flush(Block& into);
  void set_blanks_aside(Block& into);
  void eat_line_end();

  // parse_directive.cpp
  bool parse_directive(Block& into, std::string_view name, std::size_t after);
  bool parse_if(Block& into);
  bool parse_set(Block& into);
  bool parse_foreach(Block& into);
  bool parse_macro();
  bool parse_define(Block& into);
  bool parse_literal(Block& into);
  bool parse_macro_call(Block& into, std::uint32_t macro);
  bool parse_body(Block& into, std::string_view directive);  // up to its #end
  bool open_parenthesis(std::string_view directive);
  bool close_directive();
  std::string_view word_at(std::size_t place, std::size_t& after) const;
  bool is_directive(std::string_view name) const;
  bool simple_variable(std::uint32_t& slot);

  // parse_reference.cpp
  bool reference_starts(std::size_t place) const;
  std::unique_ptr<Reference> parse_reference();
  bool parse_steps(Reference& into);
  bool parse_arguments(Step& into);
  bool argument_starts(std::size_t place, char closing) const;

  // parse_expression.cpp
  ExprPtr parse_expression(int least = 0);
  ExprPtr parse_unary();
  ExprPtr parse_primary();
  ExprPtr parse_number();
  ExprPtr parse_string();
  ExprPtr parse_list();
  ExprPtr parse_map();
  ExprPtr constant(Value value, std::size_t at) const;
  std::size_t string_end(std::size_t place) const;
  bool peek_operator(Operator& found, std::size_t& length) const;
  std::string_view identifier_at(std::size_t place) const;

  void skip_blanks();  // spaces, tabs and line ends
  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char c);
  bool fail(std::size_t place, std::string_view what);
  bool deeper(std::size_t place);
  std::uint32_t here() const { return static_cast<std::uint32_t>(offset_ + at_); }

  Parsing& parsing_;
  std::string_view text_;
  std::size_t offset_;
  std::size_t at_ = 0;
  std::size_t run_start_ = 0;  // of the text that no statement holds yet
  End end_ = End::kText;       // what ended the last block
  std::size_t end_at_ = 0;     // and where
  int blocks_ = 0;             // open ones
};

}  // namespace fairlead::vtl
