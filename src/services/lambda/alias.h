// Alias: a name for a version of a function, perhaps with a share of the invocations for a second
// one. It has a resource policy of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace fairlead::lambda {

struct Alias {
  std::string account, region, function, name;
  std::string version;  // "$LATEST" or a number
  std::string description;
  // The other version, and which part of the invocations goes there. Empty: none.
  std::string other_version;
  double other_weight = 0;
  std::string revision_id;
  Json policy = Json::array();
  std::string policy_revision;

  std::string arn() const;
};

using AliasPtr = std::shared_ptr<const Alias>;

Json to_document(const Alias& alias);
Result<Alias> alias_from_document(const Json& document);

Json shown(const Alias& alias);  // the model's AliasConfiguration

}  // namespace fairlead::lambda
