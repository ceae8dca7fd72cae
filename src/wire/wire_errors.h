// The errors that the protocol layer itself answers, each with AWS's wording. Inside wire/.
#pragma once

#include <string>
#include <string_view>

#include "wire/protocol.h"

namespace fairlead::wire {

// Which operation.
Error unknown_operation(const Dialect& dialect);
Error missing_action();
Error invalid_action(std::string_view action, std::string_view version);
Error method_not_allowed(std::string_view method);  // S3
Error not_implemented_operation(std::string_view name);

// The request's bytes cannot be read as the model's types.
Error serialization_error(const ServiceModel& service, std::string message);
Error invalid_argument(const ServiceModel& service, std::string_view name, std::string_view value,
                       std::string_view type);

// A constraint of the model is broken; the code is the service's own.
Error validation_error(const ServiceModel& service, std::string message);

}  // namespace fairlead::wire
