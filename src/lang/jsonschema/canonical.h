// One text for equal JSON values: members sorted, numbers by their value (1 and 1.0 are equal).
// What `enum` and `uniqueItems` compare.
#pragma once

#include <string>

#include "base/json.h"

namespace fairlead::jsonschema {

std::string canonical(const Json& value);

}  // namespace fairlead::jsonschema
