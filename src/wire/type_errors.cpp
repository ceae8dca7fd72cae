// Coral's wording of type errors.
#include "wire/type_errors.h"

#include "wire/scalars.h"

namespace fairlead::wire {
namespace {

constexpr const char* kGenericCast =
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
    "java.lang.Class are in module java.base of loader 'bootstrap')";

const char* java_class(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kString:
      return "String";
    case ShapeKind::kBoolean:
      return "Boolean";
    case ShapeKind::kInteger:
      return "Integer";
    case ShapeKind::kLong:
      return "Long";
    case ShapeKind::kFloat:
      return "Float";
    case ShapeKind::kDouble:
      return "Double";
    case ShapeKind::kTimestamp:
      return "Date";
    case ShapeKind::kBlob:
      return "ByteBuffer";
    case ShapeKind::kStructure:
      return "structure";
    case ShapeKind::kList:
      return "List";
    case ShapeKind::kMap:
      return "Map";
  }
  return "";
}

bool is_of_kind(ShapeKind kind, const Json& value) {
  switch (kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kMap:
      return value.is_object();
    case ShapeKind::kList:
      return value.is_array();
    case ShapeKind::kString:
    case ShapeKind::kBlob:
      return value.is_string();
    case ShapeKind::kBoolean:
      return value.is_bool();
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
    case ShapeKind::kTimestamp:
      return value.is_number();
    case ShapeKind::kFloat:
    case ShapeKind::kDouble:
      return value.is_number() ||
             (value.is_string() && (value.as_string() == "NaN" || value.as_string() == "Infinity" ||
                                    value.as_string() == "-Infinity"));
  }
  return false;
}

std::string token_name(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kBool:
      return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case Json::Kind::kNumber:
      return value.number_text().find_first_of(".eE") == std::string::npos ? "NUMBER_VALUE"
                                                                           : "DECIMAL_VALUE";
    default:
      return "STRING_VALUE";
  }
}

std::string element_class(const ServiceModel& service, const ShapeModel& shape) {
  if (is_scalar(shape)) return "java.lang." + std::string(java_class(shape.kind()));
  const std::string_view space = service ? service.error_namespace() : std::string_view();
  return (space.empty() ? std::string() : std::string(space) + ".") + std::string(shape.name());
}

std::string list_instead(const ServiceModel& service, const ShapeModel& shape) {
  const std::string lead = "Unrecognized collection type ";
  if (shape.kind() == ShapeKind::kBlob) return lead + "class java.nio.ByteBuffer";
  if (shape.kind() == ShapeKind::kMap) {
    return lead + "java.util.Map<java.lang.String, " + element_class(service, shape.item()) + ">";
  }
  return lead + "class " + element_class(service, shape);
}

}  // namespace

const char* wrong_type_tail(const ShapeModel& shape, const Json& value) {
  if (shape.document() || is_of_kind(shape.kind(), value)) return nullptr;
  return java_class(shape.kind());
}

std::string type_error(const ServiceModel& service, const ShapeModel& shape, const Json& value,
                       Place place, const char* java_class) {
  if (value.is_array()) return list_instead(service, shape);
  if (value.is_object()) return "Start of structure or map found where not expected";
  const ShapeKind kind = shape.kind();
  if (kind == ShapeKind::kStructure && place == Place::kElement) {
    return "Unexpected value type in payload";
  }
  if (kind == ShapeKind::kList || kind == ShapeKind::kMap || kind == ShapeKind::kStructure) {
    return place == Place::kElement ? kGenericCast : "Unexpected field type";
  }
  if (kind == ShapeKind::kBlob) return "only base-64-encoded strings are convertible to bytes";
  if (kind == ShapeKind::kBoolean && value.is_string()) {
    return "Unexpected token received from parser";
  }
  return token_name(value) + " cannot be converted to " + java_class;
}

std::string base64_fault(std::string_view text) {
  if (text.size() % 4 != 0) {
    return "Base64 encoded length is expected a multiple of 4 bytes but found: " +
           std::to_string(text.size());
  }
  std::size_t end = text.size();
  while (end > 0 && text.size() - end < 2 && text[end - 1] == '=') --end;
  for (std::size_t i = 0; i < end; ++i) {
    const char c = text[i];
    const bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '+' || c == '/';
    if (!known) return "Invalid last non-pad Base64 character dectected";  // AWS's own spelling
  }
  return {};
}

}  // namespace fairlead::wire
