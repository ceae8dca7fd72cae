// JSON bodies: between the wire's member names and the model's. Inside wire/.
#pragma once

#include <string>

#include "wire/protocol.h"

namespace fairlead::wire {

// The body of `input` as the structure `shape`; an empty body is an empty object. Members get the
// model's names, nulls go, timestamps become numbers. Types are validate()'s business.
Result<Json> parse_json_body(const ServiceModel& service, const ShapeModel& shape,
                             std::string_view body);
// The same for a value that is parsed already.
void adopt_json(const ShapeModel& shape, bool wire_names, Json& value);

// `value` as the wire has it, appended to `out`. Members that travel elsewhere (headers, status)
// are left out.
void write_json_body(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                     const Json& value);

}  // namespace fairlead::wire
