// Condition: one line of a statement's Condition block, `{"StringLike": {"aws:UserAgent": [...]}}`.
// Values of one key are alternatives; a negated operator wants none of them.
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/iam/comparison.h"

namespace fairlead::iam {

class Condition {
 public:
  // `block`: the value of a statement's "Condition".
  static Result<std::vector<Condition>> read(const Json& block, TextPattern::Variables variables);

  bool met(const RequestContext& context) const;

 private:
  enum class Kind { kCompare, kNull };
  enum class Sense { kPlain, kNegated };
  enum class Over { kOne, kAllValues, kAnyValue };
  enum class Missing { kFails, kPasses };  // kPasses: the operator ended in IfExists
  struct Known;                            // a row of the table of operators

  static Result<Condition> read_operator(std::string_view name);
  Status read_values(const Json& values, TextPattern::Variables variables);
  bool passes(const std::string& value, const RequestContext& context) const;

  Kind kind_ = Kind::kCompare;
  Comparison comparison_ = Comparison::kText;
  Sense sense_ = Sense::kPlain;
  Over over_ = Over::kOne;
  Missing missing_ = Missing::kFails;
  std::string key_;
  std::vector<TextPattern> wanted_;
};

}  // namespace fairlead::iam
