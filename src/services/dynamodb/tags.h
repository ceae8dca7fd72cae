// Tags of tables, as a list of {"Key","Value"} in Json.
#pragma once

#include "base/json.h"
#include "base/result.h"

namespace fairlead::dynamodb {

// `tags` with `added` put over it. Errors: reserved prefix, a key twice, more than 50.
Result<Json> merge_tags(Json tags, const Json& added);

}  // namespace fairlead::dynamodb
