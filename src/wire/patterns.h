// The models' regular expressions, compiled when first met and kept for good. Inside wire/.
#pragma once

#include <string_view>

#include "wire/model.h"

namespace fairlead::wire {

// Whether the whole of `text` matches the shape's pattern. True where RE2 cannot express it.
// Thread-safe, and without a lock once compiled.
bool matches_pattern(const ShapeModel& shape, std::string_view text);

}  // namespace fairlead::wire
