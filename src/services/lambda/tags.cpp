// TagResource, UntagResource, ListTags: by the function's ARN.
#include "base/arn.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/settings.h"

namespace fairlead::lambda {
namespace {

Result<FunctionName> tagged(const Context& cx, const Json& input) {
  const std::string arn = input["Resource"].string_or("");
  const auto parsed = parse_arn(arn);
  if (!parsed || parsed->service != "lambda") return invalid_tag_arn(arn);
  if (!parsed->resource.starts_with("function:")) {
    return platform::not_implemented("Tagging of anything but functions");
  }
  FunctionName name = TRY(parse_function_name(cx, arn));
  if (!name.qualifier.empty()) {
    return invalid_parameter(
        "Tags on function aliases and versions are not supported. Please "
        "specify a function ARN.");
  }
  return name;
}

}  // namespace

Result<Json> tag_resource(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(tagged(cx, input));
  const Json added = TRY(read_tags(input["Tags"]));
  if (added.empty())
    return invalid_parameter(
        "An error occurred and the request cannot be "
        "processed: no tags were given.");
  const auto change = [&](Function& function) -> Status {
    Json tags = function.tags;
    for (const auto& [key, value] : added.members()) tags.set(key, value);
    function.tags = TRY(read_tags(tags));
    return {};
  };
  TRY(lambda.functions().update(name, change));
  return Json::object();
}

Result<Json> untag_resource(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(tagged(cx, input));
  const auto change = [&](Function& function) -> Status {
    for (const Json& key : input["TagKeys"].items()) function.tags.erase(key.string_or(""));
    return {};
  };
  TRY(lambda.functions().update(name, change));
  return Json::object();
}

Result<Json> list_tags(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(tagged(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  return Json::object({{"Tags", resolved.latest->tags}});
}

}  // namespace fairlead::lambda
