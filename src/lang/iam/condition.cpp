// Reading and asking conditions.
#include "lang/iam/condition.h"

#include <algorithm>

#include "lang/iam/errors.h"

namespace fairlead::iam {

struct Condition::Known {
  std::string_view name;
  Comparison comparison;
  Sense sense = Sense::kPlain;
};

Result<Condition> Condition::read_operator(std::string_view name) {
  using C = Comparison;
  static constexpr Known kOperators[] = {
      {"StringEquals", C::kText},
      {"StringNotEquals", C::kText, Sense::kNegated},
      {"StringEqualsIgnoreCase", C::kTextAnyCase},
      {"StringNotEqualsIgnoreCase", C::kTextAnyCase, Sense::kNegated},
      {"StringLike", C::kTextLike},
      {"StringNotLike", C::kTextLike, Sense::kNegated},
      {"NumericEquals", C::kNumberEquals},
      {"NumericNotEquals", C::kNumberEquals, Sense::kNegated},
      {"NumericLessThan", C::kNumberLess},
      {"NumericLessThanEquals", C::kNumberLessOrEqual},
      {"NumericGreaterThan", C::kNumberGreater},
      {"NumericGreaterThanEquals", C::kNumberGreaterOrEqual},
      {"DateEquals", C::kDateEquals},
      {"DateNotEquals", C::kDateEquals, Sense::kNegated},
      {"DateLessThan", C::kDateLess},
      {"DateLessThanEquals", C::kDateLessOrEqual},
      {"DateGreaterThan", C::kDateGreater},
      {"DateGreaterThanEquals", C::kDateGreaterOrEqual},
      {"Bool", C::kBool},
      {"BinaryEquals", C::kBytes},
      {"IpAddress", C::kAddress},
      {"NotIpAddress", C::kAddress, Sense::kNegated},
      {"ArnEquals", C::kArn},
      {"ArnLike", C::kArn},
      {"ArnNotEquals", C::kArn, Sense::kNegated},
      {"ArnNotLike", C::kArn, Sense::kNegated},
  };
  constexpr std::string_view kAll = "ForAllValues:", kAny = "ForAnyValue:", kIf = "IfExists";
  Condition condition;
  std::string_view left = name;
  if (left.starts_with(kAll)) {
    condition.over_ = Over::kAllValues;
    left.remove_prefix(kAll.size());
  } else if (left.starts_with(kAny)) {
    condition.over_ = Over::kAnyValue;
    left.remove_prefix(kAny.size());
  }
  if (left == "Null" && condition.over_ == Over::kOne) {
    condition.kind_ = Kind::kNull;
    return condition;
  }
  if (left.ends_with(kIf)) {
    condition.missing_ = Missing::kPasses;
    left.remove_suffix(kIf.size());
  }
  for (const Known& known : kOperators) {
    if (!equals_ignoring_case(known.name, left)) continue;
    condition.comparison_ = known.comparison;
    condition.sense_ = known.sense;
    return condition;
  }
  return invalid_condition_operator(name);
}

namespace {
// Policies are written with strings, and by hand with numbers and booleans.
Result<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return std::string(value.as_bool() ? "true" : "false");
  if (value.is_number()) return value.number_text();
  return policy_syntax("a condition's values must be text");
}
}  // namespace

Status Condition::read_values(const Json& values, TextPattern::Variables variables) {
  const auto add = [&](const Json& value) -> Status {
    wanted_.emplace_back(TRY(text_of(value)), wildcards_of(comparison_), variables);
    return {};
  };
  if (!values.is_array()) return add(values);
  for (const Json& value : values.items()) TRY(add(value));
  return {};
}

Result<std::vector<Condition>> Condition::read(const Json& block,
                                               TextPattern::Variables variables) {
  std::vector<Condition> conditions;
  if (block.is_null()) return conditions;
  if (!block.is_object()) return policy_syntax("Condition must be an object");
  for (const Json::Member& line : block.members()) {
    if (!line.value.is_object()) return policy_syntax("a condition must be an object");
    for (const Json::Member& key : line.value.members()) {
      Condition condition = TRY(read_operator(line.key));
      condition.key_ = key.key;
      TRY(condition.read_values(key.value, variables));
      conditions.push_back(std::move(condition));
    }
    if (line.value.empty()) TRY(read_operator(line.key));
  }
  return conditions;
}

bool Condition::passes(const std::string& value, const RequestContext& context) const {
  const bool any = std::any_of(wanted_.begin(), wanted_.end(), [&](const TextPattern& wanted) {
    return holds(comparison_, value, wanted, context);
  });
  return sense_ == Sense::kPlain ? any : !any;
}

bool Condition::met(const RequestContext& context) const {
  const auto* values = context.find(key_);
  if (kind_ == Kind::kNull) {
    const std::string missing = values ? "false" : "true";
    return std::any_of(wanted_.begin(), wanted_.end(), [&](const TextPattern& wanted) {
      return wanted.matches(missing, context, TextPattern::Case::kIgnored);
    });
  }
  if (!values) {
    if (missing_ == Missing::kPasses || over_ == Over::kAllValues) return true;
    return over_ == Over::kOne && sense_ == Sense::kNegated;
  }
  const auto pass = [&](const std::string& value) { return passes(value, context); };
  const bool every =
      over_ == Over::kAllValues || (over_ == Over::kOne && sense_ == Sense::kNegated);
  return every ? std::all_of(values->begin(), values->end(), pass)
               : std::any_of(values->begin(), values->end(), pass);
}

}  // namespace fairlead::iam
