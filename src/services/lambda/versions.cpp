// PublishVersion and ListVersionsByFunction.
#include <algorithm>

#include "base/base64.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/record_keys.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxListed = 50;  // whatever MaxItems says

FunctionName whole(FunctionName name) {
  name.qualifier.clear();
  return name;
}

}  // namespace

Result<FunctionPtr> publish_latest(Lambda& lambda, const FunctionName& name) {
  FunctionTable::Publication publication;
  publication.now_ms = lambda.clock().now_ms();
  return lambda.functions().publish(whole(name), publication);
}

Result<Json> publish_version(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  FunctionTable::Publication publication;
  publication.code_sha256 = input["CodeSha256"].string_or("");
  publication.revision_id = input["RevisionId"].string_or("");
  if (input["Description"].is_string()) publication.description = input["Description"].as_string();
  publication.now_ms = lambda.clock().now_ms();
  const FunctionPtr version = TRY(lambda.functions().publish(whole(name), publication));
  return configuration(*version, version->version);
}

Result<Json> list_versions_by_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(whole(name)));
  const std::int64_t asked = input["MaxItems"].int_or(kMaxListed);
  const std::size_t limit = std::clamp<std::int64_t>(asked, 1, kMaxListed);
  const std::string marker = input["Marker"].string_or("");
  std::uint64_t after = 0;
  std::vector<FunctionPtr> versions;
  if (marker.empty()) {
    versions.push_back(resolved.latest);
  } else {
    const std::string text = base64_decode(marker).value_or("");
    const auto number = text == "0" ? std::optional<std::uint64_t>(0) : version_number(text);
    if (!number) return invalid_parameter("Invalid Pagination Marker");
    after = *number;
  }
  // One more than asked for tells whether there is another page.
  const auto more = TRY(lambda.functions().versions(name, after, limit + 1 - versions.size()));
  versions.insert(versions.end(), more.begin(), more.end());
  const bool another = versions.size() > limit;
  if (another) versions.resize(limit);
  Json list = Json::array();
  for (const FunctionPtr& version : versions) {
    list.push_back(configuration(*version, version->version));
  }
  Json reply = Json::object({{"Versions", std::move(list)}});
  if (another) {
    const Function& last = *versions.back();
    reply.set("NextMarker", base64_encode(last.is_latest() ? "0" : last.version));
  }
  return reply;
}

}  // namespace fairlead::lambda
