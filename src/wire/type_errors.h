// What a service says about JSON of a wrong type. Inside wire/.
//
// The wording is Coral's, as DynamoDB shows it (recorded by others; it names Java classes).
#pragma once

#include <string>

#include "wire/model.h"

namespace fairlead::wire {

enum class Place { kField, kElement };  // a structure's member, or inside of a list or map

// nullptr: `value` is of the shape's type. Otherwise the class that Coral would name.
const char* wrong_type_tail(const ShapeModel& shape, const Json& value);
std::string type_error(const ServiceModel& service, const ShapeModel& shape, const Json& value,
                       Place place, const char* java_class);

// What is wrong with `text` as base64; empty: nothing.
std::string base64_fault(std::string_view text);

}  // namespace fairlead::wire
