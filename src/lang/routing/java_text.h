// Values as Java prints them, which is how a selection expression turns JSON into a key: strings
// raw, arrays as `[a, b]`, objects as `{a=b}`, 1e2 as `100.0` (reference/websocket-api.md §8).
#pragma once

#include <string>

#include "base/json.h"

namespace fairlead::routing {

void append_java_text(std::string& out, const Json& value);

}  // namespace fairlead::routing
