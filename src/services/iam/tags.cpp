// Adding and removing tags.
#include "services/iam/tags.h"

#include <algorithm>

#include "base/text.h"
#include "services/iam/errors.h"

namespace fairlead::iam {

namespace {
constexpr std::size_t kMaxTags = 50;

bool same_key(const Json& tag, const Json& key) {
  return equals_ignoring_case(tag["Key"].string_or(""), key.string_or(""));
}
}  // namespace

Result<Json> merge_tags(const Json& before, const Json& added) {
  Json tags = before.is_array() ? before : Json::array();
  for (std::size_t i = 0; i < added.items().size(); ++i) {
    const Json& tag = added.items()[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (same_key(added.items()[j], tag["Key"])) {
        return invalid_input(
            "Duplicate tag keys found. Please note that Tag keys are case "
            "insensitive.");
      }
    }
    auto& items = tags.items();
    const auto old = std::find_if(items.begin(), items.end(),
                                  [&](const Json& t) { return same_key(t, tag["Key"]); });
    if (old == items.end()) {
      items.push_back(tag);
    } else {
      *old = tag;
    }
  }
  if (tags.size() > kMaxTags) return limit_exceeded("TagsPerRole", kMaxTags);
  return tags;
}

Json without_tags(const Json& before, const Json& keys) {
  Json tags = Json::array();
  for (const Json& tag : before.items()) {
    const bool removed = std::any_of(keys.items().begin(), keys.items().end(),
                                     [&](const Json& key) { return same_key(tag, key); });
    if (!removed) tags.push_back(tag);
  }
  return tags;
}

}  // namespace fairlead::iam
