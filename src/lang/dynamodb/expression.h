// The syntax tree of DynamoDB's expression language, one for all five kinds of expression, and the
// functions that read each kind.
//
// Reading has two steps: the parser (parser.h) settles the syntax, then the checker (check.h)
// resolves placeholders and refuses what AWS refuses, in AWS's order. What comes out is correct by
// itself: evaluating it can fail only because of an item's contents.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/dynamodb/path.h"
#include "lang/dynamodb/placeholders.h"

namespace fairlead::dynamodb {

enum class NodeKind : std::uint8_t {
  // Operands
  kPath,
  kValue,
  kSize,
  kIfNotExists,
  kListAppend,
  kPlus,
  kMinus,
  // Conditions
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kBetween,
  kIn,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kAnd,
  kOr,
  kNot,
  // A call whose name has not been looked at yet; only between parser and checker
  kFunction,
};

struct Node {
  NodeKind kind = NodeKind::kPath;
  Path path;                              // kPath
  const AttributeValue* value = nullptr;  // kValue; lives in Placeholders
  std::string word;                       // as written: ":v" of a kValue, a function's name
  std::vector<Node> operands;
};

struct UpdateAction {
  enum class Kind : std::uint8_t { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  Path path;
  Node value;  // not for kRemove
};
struct Update {
  std::vector<UpdateAction> actions;  // in the order written
};
struct Projection {
  std::vector<Path> paths;
};

// `where` names the request member in errors: "ConditionExpression", "FilterExpression" or
// "KeyConditionExpression" (see key_condition.h for what else a key condition must be).
Result<Node> parse_condition(std::string_view where, std::string_view text, Placeholders& names);
Result<Update> parse_update(std::string_view text, Placeholders& names);
Result<Projection> parse_projection(std::string_view text, Placeholders& names);

// AttributesToGet: names taken as they are.
Projection projection_of(const std::vector<std::string>& names);

// Bounds. AWS: 4 KB of text, 300 operators and functions, 100 operands of IN, paths of 32 steps.
inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr int kMaxOperators = 300;
inline constexpr int kMaxParentheses = 32;  // our own: a fiber has a small stack
inline constexpr std::size_t kMaxInOperands = 100;
inline constexpr std::size_t kMaxPathSteps = 32;

}  // namespace fairlead::dynamodb
