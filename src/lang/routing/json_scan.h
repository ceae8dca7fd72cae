// Finds one value in JSON text without building a tree: a single pass that also proves that the
// text is JSON. This is the road of every WebSocket message, so nothing is allocated on it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::routing {

// One step from a value to a part of it: a member's name, or an array's index.
struct PathStep {
  static constexpr std::size_t kMember = static_cast<std::size_t>(-1);
  std::string name;
  std::size_t index = kMember;
};
using JsonPath = std::vector<PathStep>;

enum class Scan { kNotJson, kMissing, kFound };

// `found` becomes the value's own text inside `text`, quotes and brackets included. A member that
// is given twice counts with its last value. Text nested deeper than base's reader allows is not
// JSON. `text` must be valid UTF-8: the WebSocket layer refuses anything else.
Scan find_value(std::string_view text, const JsonPath& path, std::string_view& found);

}  // namespace fairlead::routing
