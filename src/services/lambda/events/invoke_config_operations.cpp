// Put, Update, Get, Delete and ListFunctionEventInvokeConfigs.
#include <utility>

#include "services/lambda/events/errors.h"
#include "services/lambda/events/operations.h"

namespace fairlead::lambda::events {
namespace {

constexpr std::size_t kMostListed = 50;

// The config's own name: the qualifier is always there, and what it names must exist.
Result<FunctionName> config_name(Events& events, const Context& cx, const Json& input) {
  FunctionName name = TRY(named(cx, input));
  TRY(events.lambda().functions().find(name));
  if (name.qualifier.empty()) name.qualifier = "$LATEST";
  return name;
}

// The ARN that DestinationConfig names for one outcome, checked; nothing when it says nothing.
Result<std::optional<std::string>> read_destination(Events& events, const FunctionName& name,
                                                    const Json& input, const char* outcome) {
  const Json* of = input["DestinationConfig"].find(outcome);
  if (!of || of->is_null()) return std::optional<std::string>();
  std::string arn = (*of)["Destination"].string_or("");
  if (arn.empty()) return std::optional<std::string>(std::move(arn));
  if (const auto function = parse_function_arn(arn); function.ok()) {
    const bool same = function->account == name.account && function->region == name.region &&
                      function->name == name.name;
    if (same) return destination_is_function();
  }
  TRY(events.outcomes().check(arn));
  return std::optional<std::string>(std::move(arn));
}

Status read_settings(Events& events, const Json& input, InvokeConfig& config) {
  if (const Json& retries = input["MaximumRetryAttempts"]; !retries.is_null()) {
    config.retries = static_cast<int>(retries.int_or(2));
  }
  if (const Json& age = input["MaximumEventAgeInSeconds"]; !age.is_null()) {
    config.age_s = static_cast<int>(age.int_or(21'600));
  }
  if (auto arn = TRY(read_destination(events, config.name, input, "OnSuccess"))) {
    config.on_success = std::move(*arn);
  }
  if (auto arn = TRY(read_destination(events, config.name, input, "OnFailure"))) {
    config.on_failure = std::move(*arn);
  }
  return {};
}

bool says_nothing(const Json& input) {
  return input["MaximumRetryAttempts"].is_null() && input["MaximumEventAgeInSeconds"].is_null() &&
         input["DestinationConfig"].is_null();
}

Json destination(const std::string& arn) {
  return arn.empty() ? Json::object() : Json::object({{"Destination", arn}});
}

Json shown(const InvokeConfig& config) {
  Json out = Json::object(
      {{"LastModified", seconds(config.modified_ms)}, {"FunctionArn", config.name.arn()}});
  if (config.retries) out.set("MaximumRetryAttempts", *config.retries);
  if (config.age_s) out.set("MaximumEventAgeInSeconds", *config.age_s);
  out.set("DestinationConfig", Json::object({{"OnSuccess", destination(config.on_success)},
                                             {"OnFailure", destination(config.on_failure)}}));
  return out;
}

Result<Json> store(Events& events, const Json& input, InvokeConfig config) {
  TRY(read_settings(events, input, config));
  config.modified_ms = events.clock().now_ms();
  TRY(events.invoke_configs().put(config));
  return shown(config);
}

}  // namespace

Result<Json> put_function_event_invoke_config(Events& events, Context& cx, const Json& input) {
  InvokeConfig config;
  config.name = TRY(config_name(events, cx, input));
  if (says_nothing(input)) return nothing_configured();
  const auto guard = events.invoke_configs().locks().lock(config.name.arn());
  return store(events, input, std::move(config));
}

Result<Json> update_function_event_invoke_config(Events& events, Context& cx, const Json& input) {
  const FunctionName name = TRY(config_name(events, cx, input));
  if (says_nothing(input)) return nothing_configured();
  const auto guard = events.invoke_configs().locks().lock(name.arn());
  auto config = TRY(events.invoke_configs().find(name));
  if (!config) return no_invoke_config(name.arn());
  return store(events, input, std::move(*config));
}

Result<Json> get_function_event_invoke_config(Events& events, Context& cx, const Json& input) {
  const FunctionName name = TRY(config_name(events, cx, input));
  const auto config = TRY(events.invoke_configs().find(name));
  if (!config) return no_invoke_config(name.arn());
  return shown(*config);
}

Result<Json> delete_function_event_invoke_config(Events& events, Context& cx, const Json& input) {
  const FunctionName name = TRY(config_name(events, cx, input));
  const auto guard = events.invoke_configs().locks().lock(name.arn());
  if (!TRY(events.invoke_configs().find(name))) return no_invoke_config(name.arn());
  TRY(events.invoke_configs().erase(name));
  return Json::object();
}

Result<Json> list_function_event_invoke_configs(Events& events, Context& cx, const Json& input) {
  FunctionName name = TRY(named(cx, input));
  name.qualifier.clear();
  TRY(events.lambda().functions().find(name));
  Json all = Json::array();
  for (const InvokeConfig& config : TRY(events.invoke_configs().list(name))) {
    all.push_back(shown(config));
  }
  return page_of_list(input, "FunctionEventInvokeConfigs", all, kMostListed);
}

}  // namespace fairlead::lambda::events
