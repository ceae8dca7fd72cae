// A parsed template: blocks of statements, whose expressions are trees that are no deeper than
// kMaxNesting (chains of operators and of method calls are flat). Nothing in it changes after
// parsing.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/vtl/methods.h"
#include "lang/vtl/value.h"

namespace fairlead::vtl {

struct Expr;
struct Statement;
using ExprPtr = std::unique_ptr<Expr>;
using Block = std::vector<Statement>;

// .name, .name(arguments) or [arguments[0]]
struct Step {
  enum class Kind : std::uint8_t { kProperty, kIndex, kCall };
  Kind kind = Kind::kProperty;
  Method method = Method::kUnknown;
  std::uint32_t at = 0;
  std::string_view name;
  std::vector<ExprPtr> arguments;
  std::optional<Regex> regex;
};

struct Reference {
  std::uint32_t slot = 0;  // of the root, in Program::names
  std::uint32_t at = 0;
  std::uint32_t backslashes = 0;  // before it, in text
  std::string_view source;        // from the dollar on
  std::vector<Step> steps;
};

enum class Operator : std::uint8_t {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
};

struct Expr {
  enum class Kind : std::uint8_t {
    kConstant,   // value
    kReference,  // reference
    kText,       // block: a string with references or directives in it
    kList,       // items
    kMap,        // items: key, value, key, value
    kRange,      // items: from, to
    kNot,        // items[0]
    kChain,      // items[0] operators[0] items[1] …, from left to right
  };
  Kind kind = Kind::kConstant;
  bool parenthesized = false;
  std::uint32_t at = 0;
  Value value;
  std::unique_ptr<Reference> reference;
  Block block;
  std::vector<ExprPtr> items;
  std::vector<Operator> operators;
};

struct Statement {
  enum class Kind : std::uint8_t {
    kText,     // text
    kOutput,   // reference
    kSet,      // reference = items[0]
    kIf,       // items[i] guards blocks[i]; one more block is the #else
    kForeach,  // slot in items[0], blocks[0]
    kMacro,    // call of macros[slot] with items; `text` is its source
    kDefine,   // slot, blocks[0]
    kBreak,
    kStop,
  };
  Kind kind = Kind::kText;
  std::uint32_t slot = 0;
  std::uint32_t at = 0;
  std::string_view text;
  std::unique_ptr<Reference> reference;
  std::vector<ExprPtr> items;
  std::vector<Block> blocks;
};

struct Macro {
  std::string_view name;
  std::vector<std::uint32_t> parameters;  // slots
  Block body;
  bool defined = false;
};

struct Program {
  std::string source;
  std::deque<std::string> unquoted;  // strings whose doubled quotes were made single
  std::vector<std::string> names;    // of variables; a slot is a place here
  std::vector<Macro> macros;
  Block body;

  // The slot of a name that the template uses.
  std::optional<std::uint32_t> slot_of(std::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
  }
};

}  // namespace fairlead::vtl
