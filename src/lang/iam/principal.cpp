// Principals of policies.
#include "lang/iam/principal.h"

#include <algorithm>

#include "base/arn.h"
#include "base/text.h"
#include "lang/iam/errors.h"

namespace fairlead::iam {

Result<PrincipalList> PrincipalList::read(const Json& element) {
  static constexpr std::pair<std::string_view, Type> kTypes[] = {
      {"AWS", Type::kAws},
      {"Service", Type::kService},
      {"Federated", Type::kFederated},
      {"CanonicalUser", Type::kCanonicalUser},
  };
  PrincipalList list;
  if (element.is_string() && element.as_string() == "*") {
    list.entries_.push_back({Type::kEveryone, {}});
    return list;
  }
  if (!element.is_object() || element.empty()) return policy_syntax("invalid principal");
  for (const Json::Member& member : element.members()) {
    const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                    [&](const auto& known) { return known.first == member.key; });
    if (type == std::end(kTypes)) return policy_syntax("invalid principal");
    const Json::Array one{member.value};
    for (const Json& name : member.value.is_array() ? member.value.items() : one) {
      if (!name.is_string()) return policy_syntax("invalid principal");
      const bool everyone = name.as_string() == "*" && type->second == Type::kAws;
      list.entries_.push_back({everyone ? Type::kEveryone : type->second, name.as_string()});
    }
  }
  return list;
}

bool PrincipalList::names(const Entry& entry, const PrincipalFacts& who) {
  switch (entry.type) {
    case Type::kEveryone:
      return true;
    case Type::kService:
      return !who.service.empty() && entry.name == who.service;
    case Type::kFederated:
      return !who.federated.empty() && entry.name == who.federated;
    case Type::kCanonicalUser:
      return !who.canonical_user.empty() && entry.name == who.canonical_user;
    case Type::kAws:
      break;
  }
  if (who.arn.empty() && who.account.empty()) return false;
  if (entry.name == who.arn || (!who.role_arn.empty() && entry.name == who.role_arn)) return true;
  // An account, by its number or its root, stands for everyone in it.
  if (is_digits(entry.name)) return entry.name == who.account;
  const auto arn = parse_arn(entry.name);
  return arn && arn->service == "iam" && arn->resource == "root" && arn->account == who.account &&
         !who.account.empty();
}

bool PrincipalList::names(const PrincipalFacts& who) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return names(entry, who); });
}

}  // namespace fairlead::iam
