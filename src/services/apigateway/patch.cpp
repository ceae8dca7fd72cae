// Patch operations.
#include "services/apigateway/patch.h"

#include "base/json_parse.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

Status for_each_patch(const Json& operations, const std::function<Status(const Patch&)>& apply) {
  for (const Json& operation : operations.items()) {
    const Patch patch{operation["op"].string_or(""), operation["path"].string_or(""),
                      operation["value"].string_or("")};
    if (patch.op != "add" && patch.op != "remove" && patch.op != "replace") {
      return bad_request(
          "Invalid patch operation specified. Must be one of: [add, remove, replace]");
    }
    TRY(apply(patch));
  }
  return {};
}

Error bad_patch_path(const Patch& patch) {
  return bad_request("Invalid patch path  '" + patch.path + "' specified for op '" + patch.op +
                     "'. Please choose supported operations");
}

Result<Json> patch_number(const Patch& patch) {
  auto read = parse_json(patch.value);
  if (read.ok() && read->is_number()) return std::move(read).value();
  return bad_request("Invalid value '" + patch.value + "' for patch path '" + patch.path + "'");
}

Result<Json> patch_bool(const Patch& patch) {
  if (patch.value == "true") return Json(true);
  if (patch.value == "false") return Json(false);
  return bad_request("Invalid value '" + patch.value + "' for patch path '" + patch.path + "'");
}

}  // namespace fairlead::apigateway
