// Attribute values in DynamoDB's JSON: {"S":"text"}, {"N":"1.5"}, {"M":{…}}, and back.
//
// B is base64 text here, as the JSON protocol carries it. Empty S and B are fine everywhere but in
// keys and sets, as AWS has had it since 2020.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "lang/dynamodb/attribute_value.h"

namespace fairlead::dynamodb {

// Errors: what lang/dynamodb/errors.h names under "Values". Nesting beyond 32 levels is refused.
Result<AttributeValue> read_value(const Json& json);
Result<Item> read_item(const Json& json);  // {"name":{"S":"x"},…}

Json write_value(const AttributeValue& value);
Json write_item(const Item& item);
Json write_item(Item&& item);  // moves the texts out

// "{S:a}": how AWS prints a value inside an error message.
std::string describe(const AttributeValue& value);

}  // namespace fairlead::dynamodb
