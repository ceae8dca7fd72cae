// CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, DeleteFunction.
#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/record_keys.h"
#include "services/lambda/settings.h"

namespace fairlead::lambda {

using platform::not_implemented;

namespace {

constexpr std::size_t kMaxListed = 50;

Status refuse_images(const Json& input) {
  if (input["PackageType"].string_or("Zip") == "Zip") return {};
  return not_implemented("CreateFunction with PackageType Image");
}

// AWS tries to assume the role when a function is created, and so do we.
Status require_role(Lambda& lambda, Context& cx, const Function& function) {
  const auto credential = lambda.access().assume_for_service(cx, function.role, function.name);
  if (!credential.ok()) return role_not_assumable();
  return {};
}

Result<Function> read_new_function(const Context& cx, const Json& input) {
  TRY(refuse_images(input));
  const FunctionName name = TRY(function_name(cx, input));
  const Settings settings = TRY(read_settings("CreateFunction", input));
  if (!settings.runtime || !settings.handler) return handler_required();
  Function function;
  TRY(settings.apply_to(function));
  function.account = cx.account;
  function.region = cx.region;
  function.name = name.name;
  function.tags = TRY(read_tags(input["Tags"]));
  return function;
}

}  // namespace

Result<Json> create_function(Lambda& lambda, Context& cx, const Json& input) {
  Function function = TRY(read_new_function(cx, input));
  const std::string zip = TRY(read_zip(lambda, cx, "CreateFunction", input["Code"]));
  const FunctionName name{function.account, function.region, function.name, ""};
  if (lambda.functions().find(name).ok()) return function_exists(function.name);
  TRY(require_role(lambda, cx, function));
  TRY(check_dead_letter(lambda, function.dead_letter_arn));
  function.layers = TRY(find_layers(lambda, cx, input["Layers"]));

  const Package package = TRY(lambda.code().accept(zip, *find_runtime(function.runtime)));
  function.code_sha256 = package.sha256;
  function.code_size = package.size;
  function.code_unpacked = package.unpacked;
  function.code_blob = package.blob;
  function.revision_id = uuid_v4();
  function.policy_revision = uuid_v4();
  function.generation = uuid_v4();
  function.last_modified_ms = lambda.clock().now_ms();
  Json reply = configuration(function);
  Status created = check_unpacked_size(function);
  if (created.ok()) created = lambda.functions().create(std::move(function));
  if (!created.ok()) {
    lambda.blobs().remove(package.blob);
    return created.error();
  }
  if (!input["Publish"].bool_or(false)) return reply;
  const FunctionPtr version = TRY(publish_latest(lambda, name));
  return configuration(*version, version->version);
}

Result<Json> get_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  const std::string location =
      lambda.links().make(cx, resolved.function->code_blob, lambda.clock().now_ms());
  Json reply = Json::object({
      {"Configuration", configuration(*resolved.function, name.qualifier)},
      {"Code", Json::object({{"RepositoryType", "S3"}, {"Location", location}})},
  });
  const Function& whole = *resolved.latest;
  if (!whole.tags.empty()) reply.set("Tags", whole.tags);
  if (whole.reserved_concurrency) {
    reply.set("Concurrency",
              Json::object({{"ReservedConcurrentExecutions", *whole.reserved_concurrency}}));
  }
  return reply;
}

Result<Json> get_function_configuration(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  return configuration(*resolved.function, name.qualifier);
}

namespace {

// Where a list goes on: after a function and, when versions are listed too, after one of them
// (0: $LATEST).
struct Place {
  std::string name;
  std::optional<std::uint64_t> version;
};

Result<Place> read_place(const Json& marker) {
  Place place;
  if (marker.string_or("").empty()) return place;
  const auto text = base64_decode(marker.string_or(""));
  if (!text || text->empty()) return invalid_parameter("Invalid Pagination Marker");
  const std::size_t colon = text->find(':');
  place.name = text->substr(0, colon);
  if (colon != std::string::npos) {
    place.version = version_number(std::string_view(*text).substr(colon + 1)).value_or(0);
  }
  return place;
}

// $LATEST and the versions of every function, at most `limit` and a few more.
Result<std::vector<FunctionPtr>> list_with_versions(Lambda& lambda, const Context& cx,
                                                    const Place& after, std::size_t limit) {
  FunctionTable& table = lambda.functions();
  std::vector<FunctionPtr> found;
  const auto add_versions = [&](const std::string& name, std::uint64_t number) -> Status {
    const auto versions =
        TRY(table.versions({cx.account, cx.region, name, ""}, number, limit - found.size()));
    found.insert(found.end(), versions.begin(), versions.end());
    return {};
  };
  if (after.version) TRY(add_versions(after.name, *after.version));
  const auto functions = TRY(table.list(cx.account, cx.region, after.name, limit));
  for (const FunctionPtr& function : functions) {
    if (found.size() >= limit) break;
    found.push_back(function);
    TRY(add_versions(function->name, 0));
  }
  return found;
}

}  // namespace

Result<Json> list_functions(Lambda& lambda, Context& cx, const Json& input) {
  if (!input["MasterRegion"].is_null()) return not_implemented("ListFunctions with MasterRegion");
  const bool with_versions = input["FunctionVersion"].string_or("") == "ALL";
  const std::int64_t asked = input["MaxItems"].int_or(kMaxListed);
  const std::size_t limit = std::clamp<std::int64_t>(asked, 1, kMaxListed);
  const Place after = TRY(read_place(input["Marker"]));
  // One more than asked for tells whether there is another page.
  auto functions = with_versions
                       ? TRY(list_with_versions(lambda, cx, after, limit + 1))
                       : TRY(lambda.functions().list(cx.account, cx.region, after.name, limit + 1));
  const bool more = functions.size() > limit;
  if (more) functions.resize(limit);
  Json list = Json::array();
  for (const FunctionPtr& function : functions) {
    list.push_back(configuration(*function, with_versions ? function->version : ""));
  }
  Json reply = Json::object({{"Functions", std::move(list)}});
  if (!more) return reply;
  const Function& last = *functions.back();
  std::string marker = last.name;
  if (with_versions) marker += ":" + (last.is_latest() ? "0" : last.version);
  reply.set("NextMarker", base64_encode(marker));
  return reply;
}

Result<Json> delete_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  if (name.qualifier == "$LATEST") {
    return invalid_parameter("$LATEST version cannot be deleted without deleting the function.");
  }
  if (!name.qualifier.empty() && !version_number(name.qualifier)) {
    return invalid_parameter("Deletion of aliases is not currently supported.");
  }
  const FunctionTable::Removed removed = TRY(lambda.functions().remove(name));
  for (const FunctionPtr& function : removed.functions) {
    lambda.environments().retire(function->generation);
  }
  for (const std::string& blob : removed.blobs) lambda.blobs().remove(blob);
  lambda.forget(name);
  return Json::object();
}

}  // namespace fairlead::lambda
