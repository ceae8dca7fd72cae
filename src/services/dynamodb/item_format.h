// Items as bytes in the store: compact, versioned, checksummed. docs/formats/items.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/dynamodb/attribute_value.h"

namespace fairlead::dynamodb {

std::string encode_item(const Item& item);
Result<Item> decode_item(std::string_view bytes);  // item_damaged

}  // namespace fairlead::dynamodb
