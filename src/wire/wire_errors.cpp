// Codes and wording of the protocol layer's own errors.
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

const ErrorCode kUnknownOperation = {"UnknownOperationException", 400};
const ErrorCode kUnknownPath = {"UnknownOperationException", 404};
const ErrorCode kMissingAction = {"MissingAction", 400};
const ErrorCode kInvalidAction = {"InvalidAction", 400};
const ErrorCode kMethodNotAllowed = {"MethodNotAllowed", 405};
const ErrorCode kNotImplementedOperation = {"NotImplemented", 501};
const ErrorCode kSerialization = {"SerializationException", 400};
const ErrorCode kMalformedInput = {"MalformedInput", 400};
const ErrorCode kMalformedXml = {"MalformedXML", 400};
const ErrorCode kInvalidInput = {"InvalidInput", 400};
const ErrorCode kInvalidArgument = {"InvalidArgument", 400};
const ErrorCode kValidationException = {"ValidationException", 400};
const ErrorCode kValidationError = {"ValidationError", 400};
const ErrorCode kInvalidParameter = {"InvalidParameterException", 400};
const ErrorCode kBadRequest = {"BadRequestException", 400};

// Where a service does not answer what its protocol's family answers.
struct ValidationCode {
  std::string_view service;
  const ErrorCode* code;
};
const ValidationCode kValidationCodes[] = {
    {"apigateway", &kBadRequest}, {"apigatewayv2", &kBadRequest}, {"cloudfront", &kMalformedXml},
    {"ecr", &kInvalidParameter},  {"logs", &kInvalidParameter},   {"route53", &kInvalidInput},
    {"s3", &kInvalidArgument},
};

const ErrorCode* validation_code(const ServiceModel& service) {
  for (const ValidationCode& row : kValidationCodes) {
    if (service && row.service == service.name()) return row.code;
  }
  const bool query = service && service.protocol() == Protocol::kQuery;
  return query ? &kValidationError : &kValidationException;
}

const ErrorCode* serialization_code(const ServiceModel& service) {
  if (!service) return &kSerialization;
  if (service.protocol() == Protocol::kQuery) return &kMalformedInput;
  if (service.protocol() != Protocol::kRestXml) return &kSerialization;
  return service.name() == "route53" ? &kInvalidInput : &kMalformedXml;
}

}  // namespace

Error unknown_operation(const Dialect& dialect) {
  const bool rest =
      dialect.protocol == Protocol::kRestJson || dialect.protocol == Protocol::kRestXml;
  return {rest ? &kUnknownPath : &kUnknownOperation, "", {}};
}

Error missing_action() {
  return {&kMissingAction, "The request must contain the parameter Action.", {}};
}

Error invalid_action(std::string_view action, std::string_view version) {
  std::string message = "Could not find operation ";
  message.append(action.substr(0, 256)).append(" for version ");
  message.append(version.empty() ? std::string_view("NO_VERSION_SPECIFIED")
                                 : version.substr(0, 64));
  return {&kInvalidAction, std::move(message), {}};
}

Error method_not_allowed(std::string_view method) {
  return {&kMethodNotAllowed, "The specified method is not allowed against this resource.",
          Json::object({{"Method", std::string(method)}, {"ResourceType", "SERVICE"}})};
}

Error not_implemented_operation(std::string_view name) {
  return {
      &kNotImplementedOperation, std::string(name) + " is not implemented by Fairlead yet.", {}};
}

Error serialization_error(const ServiceModel& service, std::string message) {
  const ErrorCode* code = serialization_code(service);
  if (code == &kMalformedXml) {
    message =
        "The XML you provided was not well-formed or did not validate against our published "
        "schema";
  }
  return {code, std::move(message), {}};
}

Error invalid_argument(const ServiceModel& service, std::string_view name, std::string_view value,
                       std::string_view type) {
  const std::string type_text(type);
  if (service && service.name() == "s3") {
    return {&kInvalidArgument,
            "Provided " + std::string(name) + " not an " + type_text + " or within " + type_text +
                " range",
            Json::object({{"ArgumentName", std::string(name)},
                          {"ArgumentValue", std::string(value.substr(0, 256))}})};
  }
  std::string upper = type_text;
  if (!upper.empty()) upper[0] = static_cast<char>(upper[0] & ~0x20);
  return serialization_error(service, "STRING_VALUE cannot be converted to " + upper);
}

Error validation_error(const ServiceModel& service, std::string message) {
  return {validation_code(service), std::move(message), {}};
}

}  // namespace fairlead::wire
