// The syntax tree of a query. Inside lang/logs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/logs/query_value.h"
#include "lang/logs/regex.h"

namespace fairlead::logs {

struct Function;  // query_functions.h

struct Expression {
  enum class Kind {
    kValue,      // `value`
    kField,      // `name`
    kCall,       // `function` of `parts`
    kAggregate,  // slot `slot` of the stats command
    kNot,
    kNegate,
    kAnd,
    kOr,
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
    kRemainder,
    kPower,
    kLike,  // parts[0] holds parts[1], or matches `regex`
    kIn,    // parts[0] is one of the others
  };
  Kind kind = Kind::kValue;
  Value value;
  std::string name;
  const Function* function = nullptr;
  std::size_t slot = 0;
  std::optional<Regex> regex;
  std::vector<Expression> parts;
};

struct Named {
  Expression expression;
  std::string name;   // the alias, or the expression as it was written
  bool plain = true;  // a field under its own name: nothing to compute
};

struct Aggregate {
  enum class Kind {
    kCount,
    kCountDistinct,
    kSum,
    kAvg,
    kMin,
    kMax,
    kPct,
    kStddev,
    kEarliest,
    kLatest,
    kSortsFirst,
    kSortsLast,
  };
  Kind kind = Kind::kCount;
  std::optional<Expression> of;  // nothing: count(*)
  double percent = 50;
};

struct SortKey {
  Expression by;
  bool descending = false;
};

struct Command {
  enum class Kind { kFields, kDisplay, kFilter, kStats, kSort, kLimit, kParse, kDedup };
  Kind kind = Kind::kFields;
  std::vector<Named> named;         // fields, display, dedup; stats: the results
  std::vector<Aggregate> slots;     // stats
  std::vector<Named> groups;        // stats … by
  std::optional<Expression> where;  // filter; parse: what is parsed
  std::vector<SortKey> keys;
  std::size_t limit = 0;
  std::optional<Regex> regex;  // parse
  std::vector<std::string> names;
};

}  // namespace fairlead::logs
