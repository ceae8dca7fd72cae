// Comparison: how one value of the request is held against one value of a condition.
#pragma once

#include <string>

#include "lang/iam/text_pattern.h"

namespace fairlead::iam {

enum class Comparison {
  kText,
  kTextAnyCase,
  kTextLike,
  kNumberEquals,
  kNumberLess,
  kNumberLessOrEqual,
  kNumberGreater,
  kNumberGreaterOrEqual,
  kDateEquals,
  kDateLess,
  kDateLessOrEqual,
  kDateGreater,
  kDateGreaterOrEqual,
  kBool,
  kBytes,
  kAddress,
  kArn,
};

// Whether wildcards of a condition's value are wildcards for this comparison.
TextPattern::Wildcards wildcards_of(Comparison comparison);

// False where one of the two cannot be read as what the comparison is about.
bool holds(Comparison comparison, const std::string& value, const TextPattern& wanted,
           const RequestContext& context);

}  // namespace fairlead::iam
