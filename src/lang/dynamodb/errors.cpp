// The texts themselves; see errors.h.
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

Error invalid_parameter(std::string what) {
  return validation("One or more parameter values were invalid: " + std::move(what));
}

}  // namespace

const ErrorCode kValidationException{"ValidationException", 400,
                                     "com.amazon.coral.validate#ValidationException"};

Error validation(std::string message) {
  return Error{&kValidationException, std::move(message), {}};
}

Error empty_attribute_value() {
  return validation(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

Error several_datatypes() {
  return validation(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
      "supported datatypes");
}

Error null_must_be_true() {
  return invalid_parameter("Null attribute value types must have the value of true");
}

Error empty_set(std::string_view kind) {
  if (kind == "binary") return invalid_parameter("Binary sets should not be empty");
  return invalid_parameter("An " + std::string(kind) + " set  may not be empty");
}

Error empty_set_member(std::string_view kind) {
  if (kind == "binary") {
    return invalid_parameter("Binary sets may not contain null or empty values");
  }
  return invalid_parameter("An " + std::string(kind) +
                           " set may not have a empty string as a member");
}

Error duplicate_set_members(std::string_view members, std::string_view type) {
  if (type == "NS") return validation("Input collection contains duplicates");
  std::string text = "Input collection [" + std::string(members) + "]";
  if (type == "BS") text += "of type BS";
  return invalid_parameter(text + " contains duplicates.");
}

Error not_a_number(std::string_view text) {
  std::string message = "The parameter cannot be converted to a numeric value";
  if (!text.empty()) message += ": " + std::string(text);
  return validation(std::move(message));
}

Error number_overflow() {
  return validation(
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

Error number_underflow() {
  return validation(
      "Number underflow. Attempting to store a number with magnitude smaller than supported "
      "range");
}

Error too_many_digits() {
  return validation("Attempting to store more than 38 significant digits in a Number");
}

Error nesting_too_deep() {
  return validation(
      "Nesting Levels have exceeded supported limits: Attributes depth is limited to 32");
}

Error item_too_large() { return validation("Item size has exceeded the maximum allowed size"); }

Error item_to_update_too_large() {
  return validation("Item size to update has exceeded the maximum allowed size");
}

Error bad_base64(std::string_view text) {
  return invalid_parameter("'" + std::string(text) + "' can not be converted to a Blob");
}

Error invalid_expression(std::string_view where, std::string_view what) {
  std::string message = "Invalid ";
  message.append(where).append(": ").append(what);
  return validation(std::move(message));
}

Error attribute_does_not_exist() {
  return validation(
      "The provided expression refers to an attribute that does not exist in the item");
}

Error path_invalid_for_update() {
  return validation("The document path provided in the update expression is invalid for update");
}

Error operand_has_wrong_type() {
  return validation("An operand in the update expression has an incorrect data type");
}

}  // namespace fairlead::dynamodb
