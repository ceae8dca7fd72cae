// CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, ListVersionsByFunction,
// DeleteFunction.
#include <algorithm>

#include "base/base64.h"
#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/settings.h"

namespace fairlead::lambda {

using platform::not_implemented;

namespace {

constexpr std::size_t kMaxListed = 50;
constexpr std::size_t kMaxVersionsListed = 10'000;

// What is about the function as a whole, not about its settings.
Status refuse_unsupported(const Json& input) {
  if (input["Publish"].bool_or(false)) return not_implemented("CreateFunction with Publish");
  if (input["PackageType"].string_or("Zip") != "Zip") {
    return not_implemented("CreateFunction with PackageType Image");
  }
  return {};
}

// AWS tries to assume the role when a function is created, and so do we.
Status require_role(Lambda& lambda, Context& cx, const Function& function) {
  const auto credential = lambda.access().assume_for_service(cx, function.role, function.name);
  if (!credential.ok()) return role_not_assumable();
  return {};
}

Result<Function> read_new_function(const Context& cx, const Json& input) {
  TRY(refuse_unsupported(input));
  const FunctionName name = TRY(function_name(cx, input));
  const Settings settings = TRY(read_settings("CreateFunction", input));
  if (!settings.runtime || !settings.handler) return handler_required();
  Function function;
  settings.apply_to(function);
  function.account = cx.account;
  function.region = cx.region;
  function.name = name.name;
  function.tags = TRY(read_tags(input["Tags"]));
  return function;
}

}  // namespace

Result<std::string> read_zip(std::string_view operation, const Json& code) {
  const auto refuse = [&](std::string_view member) {
    return not_implemented(std::string(operation) + " with " + std::string(member));
  };
  const bool has_zip = code.has("ZipFile") && !code["ZipFile"].is_null();
  if (has_zip && (code.has("S3Bucket") || code.has("S3Key"))) return ambiguous_code();
  if (!code["S3Bucket"].is_null() || !code["S3Key"].is_null()) return refuse("S3Bucket");
  if (!code["ImageUri"].is_null()) return refuse("ImageUri");
  if (!code["SourceKMSKeyArn"].is_null()) return refuse("SourceKMSKeyArn");
  if (!has_zip) return no_code();
  auto zip = base64_decode(code["ZipFile"].string_or(""));
  if (!zip) return bad_zip();
  if (zip->empty()) return empty_zip();
  return std::move(*zip);
}

Result<Json> create_function(Lambda& lambda, Context& cx, const Json& input) {
  Function function = TRY(read_new_function(cx, input));
  const std::string zip = TRY(read_zip("CreateFunction", input["Code"]));
  const FunctionName name{function.account, function.region, function.name, ""};
  if (lambda.functions().find(name).ok()) return function_exists(function.name);
  TRY(require_role(lambda, cx, function));

  const Package package = TRY(lambda.code().accept(zip, *find_runtime(function.runtime)));
  function.code_sha256 = package.sha256;
  function.code_size = package.size;
  function.code_blob = package.blob;
  function.revision_id = uuid_v4();
  function.policy_revision = uuid_v4();
  function.generation = uuid_v4();
  function.last_modified_ms = lambda.clock().now_ms();
  Json reply = configuration(function);
  const Status created = lambda.functions().create(std::move(function));
  if (!created.ok()) {
    lambda.blobs().remove(package.blob);
    return created.error();
  }
  return reply;
}

Result<Json> get_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const FunctionPtr function = TRY(lambda.functions().find(name));
  const auto style = name.qualifier.empty() ? ArnStyle::kPlain : ArnStyle::kQualified;
  Json reply = Json::object({
      {"Configuration", configuration(*function, style)},
      // No Location: nothing here serves the zip by a presigned address yet.
      {"Code", Json::object({{"RepositoryType", "S3"}})},
  });
  if (!function->tags.empty()) reply.set("Tags", function->tags);
  if (function->reserved_concurrency) {
    reply.set("Concurrency",
              Json::object({{"ReservedConcurrentExecutions", *function->reserved_concurrency}}));
  }
  return reply;
}

Result<Json> get_function_configuration(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const FunctionPtr function = TRY(lambda.functions().find(name));
  return configuration(*function, name.qualifier.empty() ? ArnStyle::kPlain : ArnStyle::kQualified);
}

Result<Json> list_functions(Lambda& lambda, Context& cx, const Json& input) {
  if (!input["MasterRegion"].is_null()) return not_implemented("ListFunctions with MasterRegion");
  const auto style =
      input["FunctionVersion"].string_or("") == "ALL" ? ArnStyle::kQualified : ArnStyle::kPlain;
  const std::int64_t asked = input["MaxItems"].int_or(kMaxListed);
  const std::size_t limit = std::clamp<std::int64_t>(asked, 1, kMaxListed);
  std::string after;
  if (const Json* marker = input.find("Marker"); marker && !marker->string_or("").empty()) {
    const auto name = base64_decode(marker->string_or(""));
    if (!name || name->empty()) return invalid_parameter("Invalid Pagination Marker");
    after = *name;
  }
  // One more than asked for tells whether there is another page.
  auto functions = TRY(lambda.functions().list(cx.account, cx.region, after, limit + 1));
  const bool more = functions.size() > limit;
  if (more) functions.resize(limit);
  Json list = Json::array();
  for (const FunctionPtr& function : functions) list.push_back(configuration(*function, style));
  Json reply = Json::object({{"Functions", std::move(list)}});
  if (more) reply.set("NextMarker", base64_encode(functions.back()->name));
  return reply;
}

Result<Json> list_versions_by_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionPtr function = TRY(find_function(lambda, cx, input));
  if (input["MaxItems"].int_or(1) < 1 ||
      input["MaxItems"].int_or(1) > static_cast<std::int64_t>(kMaxVersionsListed)) {
    return violates(write_json(input["MaxItems"]), "maxItems",
                    "Member must have value less than or equal to 10000");
  }
  return Json::object(
      {{"Versions", Json::array({configuration(*function, ArnStyle::kQualified)})}});
}

Result<Json> delete_function(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  if (name.qualifier == "$LATEST") {
    return invalid_parameter("$LATEST version cannot be deleted without deleting the function.");
  }
  const FunctionPtr removed = TRY(lambda.functions().remove(name));
  lambda.environments().retire(removed->generation);
  lambda.blobs().remove(removed->code_blob);
  return Json::object();
}

}  // namespace fairlead::lambda
