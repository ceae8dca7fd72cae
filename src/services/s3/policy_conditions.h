// The Condition element of a policy statement.
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::s3 {

using ConditionValue = std::function<std::optional<std::string>(std::string_view key)>;

// Operators and keys that we can evaluate; others are refused.
Status check_conditions(const Json& conditions);
// Every operator and every key must hold. Null holds.
bool conditions_hold(const Json& conditions, const ConditionValue& value_of);
// Whether they keep a statement for everybody from being public: a fixed source or principal.
bool conditions_narrow(const Json& conditions);

}  // namespace fairlead::s3
