// Tag lists as IAM keeps them: [{"Key", "Value"}], keys unique without regard to case, at most 50.
#pragma once

#include "base/result.h"

namespace fairlead::iam {

Result<Json> merge_tags(const Json& before, const Json& added);
Json without_tags(const Json& before, const Json& keys);

}  // namespace fairlead::iam
