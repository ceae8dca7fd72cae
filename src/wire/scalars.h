// Single values as text: what stands in a query parameter, a header, a label or an XML element, to
// Json and back by the model's type. Inside wire/.
#pragma once

#include <string>
#include <string_view>

#include "wire/model.h"

namespace fairlead::wire {

bool is_scalar(const ShapeModel& shape);
std::string_view type_name(const ShapeModel& shape);  // "integer", "boolean", …

// nullopt: not a value of this type. Numbers keep their text; NaN and Infinity become strings.
std::optional<Json> read_scalar(const ShapeModel& shape, std::string_view text);

// Epoch seconds of any of the three timestamp formats, as a Json number.
std::optional<Json> read_timestamp(std::string_view text);

// Milliseconds of a Json number of epoch seconds.
std::int64_t timestamp_ms(const Json& value);
std::string write_timestamp(const Json& value, TimestampFormat format);

// Text of `value`; `format` is for timestamps, kDefault meaning ISO 8601.
std::string write_scalar(const ShapeModel& shape, const Json& value, TimestampFormat format);

}  // namespace fairlead::wire
