// DynamoDB's reserved words: names that an expression must write as a #placeholder.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
#pragma once

#include <string_view>

namespace fairlead::dynamodb {

bool is_reserved_word(std::string_view name);  // in any case

}  // namespace fairlead::dynamodb
