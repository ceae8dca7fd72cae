// Condition operators on the keys that an S3 request has.
#include "services/s3/policy_conditions.h"

#include <cstdint>
#include <cstring>

#include "base/address_range.h"
#include "base/text.h"
#include "platform/operation.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

namespace {

constexpr std::string_view kKeys[] = {
    "aws:securetransport", "aws:sourceip",  "aws:useragent",     "aws:referer",
    "aws:principalarn",    "aws:sourcearn", "aws:sourceaccount", "aws:principalaccount",
    "s3:prefix",           "s3:delimiter",  "s3:x-amz-acl"};

struct Operator {
  std::string_view name;
  bool negated;
  bool (*matches)(std::string_view wanted, std::string_view actual);
};

bool equal(std::string_view wanted, std::string_view actual) { return wanted == actual; }

constexpr Operator kOperators[] = {
    {"StringEquals", false, equal},
    {"StringNotEquals", true, equal},
    {"StringEqualsIgnoreCase", false, equals_ignoring_case},
    {"StringNotEqualsIgnoreCase", true, equals_ignoring_case},
    {"StringLike", false, matches_wildcard},
    {"StringNotLike", true, matches_wildcard},
    {"ArnEquals", false, matches_wildcard},
    {"ArnLike", false, matches_wildcard},
    {"ArnNotEquals", true, matches_wildcard},
    {"ArnNotLike", true, matches_wildcard},
    {"Bool", false, equals_ignoring_case},
    {"IpAddress", false, in_address_range},
    {"NotIpAddress", true, in_address_range},
};

const Operator* find_operator(std::string_view name) {
  if (name.ends_with("IfExists")) name.remove_suffix(8);
  for (const Operator& candidate : kOperators) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

std::string text_of(const Json& value) {
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_number()) return value.number_text();
  return value.string_or("");
}

template <class F>
bool any_value(const Json& one_or_many, F&& holds) {
  if (!one_or_many.is_array()) return holds(text_of(one_or_many));
  for (const Json& item : one_or_many.items()) {
    if (holds(text_of(item))) return true;
  }
  return false;
}

bool holds(std::string_view name, const Json& wanted, const std::optional<std::string>& actual) {
  if (name == "Null") {
    return any_value(wanted, [&](const std::string& absent) {
      return equals_ignoring_case(absent, "true") == !actual.has_value();
    });
  }
  const Operator* found = find_operator(name);
  if (!found) return false;
  if (!actual) return found->negated || name.ends_with("IfExists");
  const bool matched =
      any_value(wanted, [&](const std::string& value) { return found->matches(value, *actual); });
  return matched != found->negated;
}

}  // namespace

Status check_conditions(const Json& conditions) {
  if (conditions.is_null()) return {};
  if (!conditions.is_object()) return malformed_policy("Invalid Condition in policy");
  for (const Json::Member& condition : conditions.members()) {
    if (condition.key != "Null" && !find_operator(condition.key)) {
      return platform::not_implemented("The condition operator " + condition.key +
                                       " in a bucket policy");
    }
    if (!condition.value.is_object()) return malformed_policy("Invalid Condition in policy");
    for (const Json::Member& key : condition.value.members()) {
      bool known = false;
      for (const std::string_view candidate : kKeys) {
        known = known || candidate == to_lower(key.key);
      }
      if (!known) {
        return platform::not_implemented("The condition key " + key.key + " in a bucket policy");
      }
    }
  }
  return {};
}

bool conditions_hold(const Json& conditions, const ConditionValue& value_of) {
  for (const Json::Member& condition : conditions.members()) {
    for (const Json::Member& key : condition.value.members()) {
      if (!holds(condition.key, key.value, value_of(to_lower(key.key)))) return false;
    }
  }
  return true;
}

bool conditions_narrow(const Json& conditions) {
  for (const Json::Member& condition : conditions.members()) {
    const Operator* found = find_operator(condition.key);
    if (!found || found->negated || condition.key.ends_with("IfExists")) continue;
    for (const Json::Member& key : condition.value.members()) {
      const std::string name = to_lower(key.key);
      const bool fixes = name == "aws:sourceip" || name == "aws:principalarn" ||
                         name == "aws:principalaccount" || name == "aws:sourcearn" ||
                         name == "aws:sourceaccount";
      const bool open = any_value(key.value, [](const std::string& value) {
        return value.starts_with("*") || value == "0.0.0.0/0" || value == "::/0";
      });
      if (fixes && !open) return true;
    }
  }
  return false;
}

}  // namespace fairlead::s3
