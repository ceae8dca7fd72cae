// Parameters of the query protocol ("Tags.member.1.Key=a") as Json. Inside wire/.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
#pragma once

#include "wire/protocol.h"

namespace fairlead::wire {

// Both the query string and the form body count. Parameters that the shape does not know are
// dropped; a value of the wrong type is MalformedInput.
Result<Json> parse_query_form(const ServiceModel& service, const ShapeModel& shape,
                              const HttpInput& input);

}  // namespace fairlead::wire
