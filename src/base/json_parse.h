// Reading JSON text (RFC 8259): strict syntax, valid UTF-8 and surrogate pairs, bounded depth.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead {

extern const ErrorCode kInvalidJson;  // message: "<what> at offset <n>"

struct JsonLimits {
  int max_depth = 128;  // nesting of arrays and objects
};

// The whole of `text` must be one JSON value. A key given twice keeps its first place and its last
// value, as the parsers in front of AWS do.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

// The same check and the same errors without making the value.
Status check_json(std::string_view text, JsonLimits limits = {});

}  // namespace fairlead
