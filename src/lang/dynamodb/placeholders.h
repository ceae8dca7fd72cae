// Placeholders: ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of
// them its expressions used. Parsed expressions point into it, so it outlives them; moving it is
// fine, copying is not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "lang/dynamodb/attribute_value.h"

namespace fairlead::dynamodb {

class Placeholders {
 public:
  Placeholders() = default;
  Placeholders(Placeholders&&) = default;
  Placeholders& operator=(Placeholders&&) = default;
  Placeholders(const Placeholders&) = delete;

  // Null Json stands for a member that was not given.
  static Result<Placeholders> read(const Json& names, const Json& values);

  // Marks it as used; nullptr when it is not defined. The key has its '#' or ':'.
  const std::string* name(std::string_view key);
  const AttributeValue* value(std::string_view key);

  // "Value unused in ExpressionAttributeNames: keys: {#a, #b}"
  Status check_all_used() const;

 private:
  struct Name {
    std::string key, name;
    bool used = false;
  };
  struct Value {
    std::string key;
    AttributeValue value;
    bool used = false;
  };
  std::vector<Name> names_;
  std::vector<Value> values_;
};

}  // namespace fairlead::dynamodb
