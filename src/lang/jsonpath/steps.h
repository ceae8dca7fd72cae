// The parts of a parsed path. Inside this room only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace fairlead::jsonpath {

struct Step;

// A filter's condition: a tree of and, or, not over comparisons.
struct Condition {
  enum class Kind { kAnd, kOr, kNot, kExists, kCompare } kind = Kind::kExists;
  enum class Operator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  std::vector<Condition> parts;  // of and, or, not
  std::vector<Step> left;        // from the item, `@`
  Operator compare = Operator::kEqual;
  Json right;
};

struct Step {
  enum class Kind { kNames, kIndices, kSlice, kAll, kFilter } kind = Kind::kNames;
  bool descends = false;  // `..`: here and at any depth below
  std::vector<std::string> names;
  std::vector<std::int64_t> indices;  // negative: from the end
  std::optional<std::int64_t> from, to;
  std::shared_ptr<const Condition> condition;

  bool is_single() const {
    return !descends && ((kind == Kind::kNames && names.size() == 1) ||
                         (kind == Kind::kIndices && indices.size() == 1));
  }
};

}  // namespace fairlead::jsonpath
