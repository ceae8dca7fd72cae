// Finding what a path leads to, and the rules for two paths in one expression.
#include "lang/dynamodb/path.h"

#include <algorithm>

#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

std::string describe(const Path& path) {
  std::string out = "[";
  for (const PathStep& step : path) {
    if (out.size() > 1) out += ", ";
    out += step.is_index ? "[" + std::to_string(step.index) + "]" : step.name;
  }
  return out + "]";
}

const AttributeValue* find_at(const Item& item, const Path& path) {
  const AttributeValue* at = item.find(path.front().name);
  for (std::size_t i = 1; at != nullptr && i < path.size(); ++i) {
    const PathStep& step = path[i];
    if (step.is_index) {
      const List* list = at->as<List>();
      at = list != nullptr && step.index < list->size() ? &(*list)[step.index] : nullptr;
    } else {
      const Map* map = at->as<Map>();
      at = map != nullptr ? map->find(step.name) : nullptr;
    }
  }
  return at;
}

namespace {

Error two_paths(std::string_view where, std::string_view verb, const Path& one, const Path& two) {
  std::string text = "Two document paths ";
  text.append(verb).append(
      " with each other; must remove or rewrite one of these paths; path one: ");
  text += describe(one) + ", path two: " + describe(two);
  return invalid_expression(where, text);
}

// How many leading steps are the same.
std::size_t common_steps(const Path& one, const Path& two) {
  const std::size_t shorter = std::min(one.size(), two.size());
  std::size_t same = 0;
  while (same < shorter && one[same] == two[same]) ++same;
  return same;
}

}  // namespace

Status check_overlap(std::string_view where, const Path& one, const Path& two) {
  if (common_steps(one, two) == std::min(one.size(), two.size())) {
    return two_paths(where, "overlap", one, two);
  }
  return {};
}

Status check_conflict(std::string_view where, const Path& one, const Path& two) {
  const std::size_t same = common_steps(one, two);
  if (same < std::min(one.size(), two.size()) && one[same].is_index != two[same].is_index) {
    return two_paths(where, "conflict", one, two);
  }
  return {};
}

}  // namespace fairlead::dynamodb
