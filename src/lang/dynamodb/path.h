// Document paths: a.b[0], and what can be found or changed at one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/dynamodb/attribute_value.h"

namespace fairlead::dynamodb {

// One step: a name in a map, or an index in a list.
struct PathStep {
  std::string name;         // while parsing it may still be a "#placeholder"
  std::uint32_t index = 0;  // used when `is_index`
  bool is_index = false;
  bool operator==(const PathStep&) const = default;
};
using Path = std::vector<PathStep>;  // never empty; starts with a name

std::string describe(const Path& path);  // "[a, b, [0]]"

const AttributeValue* find_at(const Item& item, const Path& path);

// The refusal of two paths of which one contains the other, or which give one place both a name and
// an index. Ok when they can live together.
Status check_overlap(std::string_view where, const Path& one, const Path& two);
Status check_conflict(std::string_view where, const Path& one, const Path& two);

}  // namespace fairlead::dynamodb
