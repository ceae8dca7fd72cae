// Patch operations: how REST version 1 changes a resource, `{"op","path","value"}`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

struct Patch {
  std::string op, path, value;  // op: add, remove, replace
};

// Calls `apply` for each of `operations` in order until one is refused.
Status for_each_patch(const Json& operations, const std::function<Status(const Patch&)>& apply);

Error bad_patch_path(const Patch& patch);
// The value as a number or a boolean, or what is wrong with it.
Result<Json> patch_number(const Patch& patch);
Result<Json> patch_bool(const Patch& patch);

}  // namespace fairlead::apigateway
