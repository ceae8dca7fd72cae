// Projection: the paths as a tree, walked beside the item.
#include <algorithm>
#include <optional>

#include "lang/dynamodb/apply.h"

namespace fairlead::dynamodb {

namespace {

// The paths in [from, to) agree on their first `depth` steps; they are sorted.
using Paths = std::vector<const Path*>;

bool earlier(const PathStep& a, const PathStep& b) {
  return a.is_index && b.is_index ? a.index < b.index : a.name < b.name;
}

std::optional<AttributeValue> pick(const AttributeValue& value, Paths::const_iterator from,
                                   Paths::const_iterator to, std::size_t depth);

// Calls `take(step, picked)` for each different step at `depth` that leads to something.
template <class Find, class Take>
void for_each_step(Paths::const_iterator from, Paths::const_iterator to, std::size_t depth,
                   Find find, Take take) {
  while (from != to) {
    const PathStep& step = (**from)[depth];
    auto next = std::find_if(from, to, [&](const Path* path) { return (*path)[depth] != step; });
    const AttributeValue* child = find(step);
    if (child != nullptr) {
      auto picked = pick(*child, from, next, depth + 1);
      if (picked) take(step, std::move(*picked));
    }
    from = next;
  }
}

std::optional<AttributeValue> pick(const AttributeValue& value, Paths::const_iterator from,
                                   Paths::const_iterator to, std::size_t depth) {
  for (auto path = from; path != to; ++path) {
    if ((*path)->size() == depth) return value;  // the whole of it
  }
  if (const Map* map = value.as<Map>()) {
    Map picked;
    for_each_step(
        from, to, depth,
        [&](const PathStep& step) { return step.is_index ? nullptr : map->find(step.name); },
        [&](const PathStep& step, AttributeValue part) { picked.set(step.name, std::move(part)); });
    if (!picked.empty()) return AttributeValue(std::move(picked));
  } else if (const List* list = value.as<List>()) {
    List picked;
    for_each_step(
        from, to, depth,
        [&](const PathStep& step) {
          return step.is_index && step.index < list->size() ? &(*list)[step.index] : nullptr;
        },
        [&](const PathStep&, AttributeValue part) { picked.push_back(std::move(part)); });
    if (!picked.empty()) return AttributeValue(std::move(picked));
  }
  return std::nullopt;
}

}  // namespace

Item project(const Item& item, const Projection& projection) {
  Paths paths;
  for (const Path& path : projection.paths) paths.push_back(&path);
  std::sort(paths.begin(), paths.end(), [](const Path* a, const Path* b) {
    return std::lexicographical_compare(a->begin(), a->end(), b->begin(), b->end(), earlier);
  });
  Item picked;
  for_each_step(
      paths.cbegin(), paths.cend(), 0, [&](const PathStep& step) { return item.find(step.name); },
      [&](const PathStep& step, AttributeValue part) { picked.set(step.name, std::move(part)); });
  return picked;
}

}  // namespace fairlead::dynamodb
