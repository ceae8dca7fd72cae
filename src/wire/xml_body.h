// XML bodies by the model, for rest-xml (both ways) and query (answers). Inside wire/.
#pragma once

#include <string>

#include "base/xml.h"
#include "wire/protocol.h"

namespace fairlead::wire {

// The root element of `body` as `shape`, whatever the root is called.
Result<Json> parse_xml_body(const ServiceModel& service, const ShapeModel& shape,
                            std::string_view body);

// Appends <name …>…</name>. `name_space` goes on the element when it is not empty. Members come in
// the model's order; nulls and members that travel elsewhere are left out.
void write_xml_element(std::string& out, const ServiceModel& service, std::string_view name,
                       std::string_view name_space, const ShapeModel& shape, const Json& value);
// Only what is inside of a structure's element.
void write_xml_members(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                       const Json& value);

}  // namespace fairlead::wire
