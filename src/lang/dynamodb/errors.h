// The refusals of DynamoDB's value and expression language, worded as AWS words them.
//
// Everything here is a ValidationException; what differs is the text. Expression errors carry the
// name of the request member they were found in ("Invalid UpdateExpression: …").
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::dynamodb {

extern const ErrorCode kValidationException;

Error validation(std::string message);

// Values
Error empty_attribute_value();
Error several_datatypes();
Error null_must_be_true();
Error empty_set(std::string_view kind);  // "string", "number" or "binary"
Error empty_set_member(std::string_view kind);
Error duplicate_set_members(std::string_view members, std::string_view type);
Error not_a_number(std::string_view text);
Error number_overflow();
Error number_underflow();
Error too_many_digits();
Error nesting_too_deep();
Error item_too_large();
Error item_to_update_too_large();
Error bad_base64(std::string_view text);

// Expressions. `where` is the member: "ConditionExpression".
Error invalid_expression(std::string_view where, std::string_view what);

// Update at run time
Error attribute_does_not_exist();
Error path_invalid_for_update();
Error operand_has_wrong_type();

}  // namespace fairlead::dynamodb
