// UpdateFunctionCode and UpdateFunctionConfiguration: invocations that run finish on what they
// began with, the next one uses what is new.
#include <optional>

#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/settings.h"

namespace fairlead::lambda {

namespace {

// What every update checks and renews.
Status begin_update(Lambda& lambda, Function& function, const Json& input) {
  const std::string revision = input["RevisionId"].string_or("");
  if (!revision.empty() && revision != function.revision_id) return function_revision_mismatch();
  function.revision_id = uuid_v4();
  function.generation = uuid_v4();
  function.last_modified_ms = lambda.clock().now_ms();
  return {};
}

Result<FunctionName> updated_name(const Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  if (!name.qualifier.empty() && name.qualifier != "$LATEST") return function_not_found(name.arn());
  return name;
}

void take_package(Function& function, const Package& package) {
  function.code_sha256 = package.sha256;
  function.code_size = package.size;
  function.code_unpacked = package.unpacked;
  function.code_blob = package.blob;
}

// The answer of an update: the function, or the version that was asked for with it.
Result<Json> answer(Lambda& lambda, const FunctionName& name, const Json& input,
                    const Function& updated) {
  if (!input["Publish"].bool_or(false)) return configuration(updated);
  const FunctionPtr version = TRY(publish_latest(lambda, name));
  return configuration(*version, version->version);
}

}  // namespace

Result<Json> update_function_code(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(updated_name(cx, input));
  const auto architecture = TRY(read_architecture(input));
  const std::string zip = TRY(read_zip(lambda, cx, "UpdateFunctionCode", input));
  const FunctionPtr present = TRY(lambda.functions().find(name));
  const Runtime& runtime = *find_runtime(present->runtime);

  if (input["DryRun"].bool_or(false)) {
    Function tried = *present;
    TRY(begin_update(lambda, tried, input));
    const Package package = TRY(lambda.code().check(zip, runtime));
    take_package(tried, package);
    TRY(check_unpacked_size(tried));
    return configuration(tried);
  }
  const Package package = TRY(lambda.code().accept(zip, runtime));
  auto changed = lambda.functions().update(name, [&](Function& function) -> Status {
    TRY(begin_update(lambda, function, input));
    take_package(function, package);
    if (architecture) function.architecture = *architecture;
    return check_unpacked_size(function);
  });
  if (!changed.ok()) {
    lambda.blobs().remove(package.blob);
    return std::move(changed).error();
  }
  lambda.environments().retire(changed->before->generation);
  lambda.blobs().remove(changed->released_blob);
  return answer(lambda, name, input, *changed->after);
}

Result<Json> update_function_configuration(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(updated_name(cx, input));
  const Settings settings = TRY(read_settings("UpdateFunctionConfiguration", input));
  if (settings.role) {
    const auto credential = lambda.access().assume_for_service(cx, *settings.role, name.name);
    if (!credential.ok()) return role_not_assumable();
  }
  if (settings.dead_letter_arn) TRY(check_dead_letter(lambda, *settings.dead_letter_arn));
  std::optional<std::vector<LayerUse>> layers;
  if (input["Layers"].is_array()) layers = TRY(find_layers(lambda, cx, input["Layers"]));
  const auto change = [&](Function& function) -> Status {
    TRY(begin_update(lambda, function, input));
    TRY(settings.apply_to(function));
    if (layers) function.layers = *layers;
    return check_unpacked_size(function);
  };
  const auto changed = TRY(lambda.functions().update(name, change));
  lambda.environments().retire(changed.before->generation);
  return configuration(*changed.after);
}

}  // namespace fairlead::lambda
