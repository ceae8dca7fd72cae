// Create, Get, Update, Delete and ListFunctionUrlConfigs.
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "services/lambda/events/errors.h"
#include "services/lambda/events/operations.h"

namespace fairlead::lambda::events {
namespace {

constexpr std::size_t kMostListed = 50;
constexpr std::size_t kIdLength = 32;

// Function URLs belong to a function or an alias; versions have none.
Result<FunctionName> url_owner(Events& events, const Context& cx, const Json& input) {
  FunctionName name = TRY(named(cx, input));
  if (is_digits(name.qualifier) || name.qualifier == "$LATEST") return bad_url_qualifier();
  TRY(events.lambda().functions().find(name));
  return name;
}

Status check_mode(const Json& input) {
  if (input["InvokeMode"].string_or("BUFFERED") == "BUFFERED") return {};
  return platform::not_implemented("A function URL with InvokeMode RESPONSE_STREAM");
}

Json shown(const UrlConfig& config) {
  Json out = Json::object({{"FunctionUrl", "https://" + config.domain() + "/"},
                           {"FunctionArn", config.name.arn()},
                           {"AuthType", config.auth_type}});
  if (config.cors.is_object() && !config.cors.empty()) out.set("Cors", config.cors);
  out.set("CreationTime", iso8601_millis(config.created_ms));
  out.set("LastModifiedTime", iso8601_millis(config.modified_ms));
  out.set("InvokeMode", "BUFFERED");
  return out;
}

}  // namespace

Result<Json> create_function_url_config(Events& events, Context& cx, const Json& input) {
  TRY(check_mode(input));
  UrlConfig config;
  config.name = TRY(url_owner(events, cx, input));
  const auto guard = events.url_configs().locks().lock(config.name.arn());
  if (TRY(events.url_configs().find(config.name))) return url_config_exists(config.name.arn());
  config.id = random_lower_alnum(kIdLength);
  config.auth_type = input["AuthType"].string_or("AWS_IAM");
  config.cors = input["Cors"];
  config.created_ms = config.modified_ms = events.clock().now_ms();
  TRY(events.url_configs().put(config));
  log_info("function URL", {{"function", config.name.arn()},
                            {"url", "https://" + config.domain() + "/"},
                            {"local", "/_aws/lambda-url/" + config.id + "/"}});
  return shown(config);
}

Result<Json> get_function_url_config(Events& events, Context& cx, const Json& input) {
  const FunctionName name = TRY(url_owner(events, cx, input));
  const auto config = TRY(events.url_configs().find(name));
  if (!config) return no_url_config();
  return shown(*config);
}

Result<Json> update_function_url_config(Events& events, Context& cx, const Json& input) {
  TRY(check_mode(input));
  const FunctionName name = TRY(url_owner(events, cx, input));
  const auto guard = events.url_configs().locks().lock(name.arn());
  auto config = TRY(events.url_configs().find(name));
  if (!config) return no_url_config();
  config->auth_type = input["AuthType"].string_or(config->auth_type);
  if (const Json* cors = input.find("Cors"); cors && !cors->is_null()) config->cors = *cors;
  config->modified_ms = events.clock().now_ms();
  TRY(events.url_configs().put(*config));
  return shown(*config);
}

Result<Json> delete_function_url_config(Events& events, Context& cx, const Json& input) {
  const FunctionName name = TRY(url_owner(events, cx, input));
  const auto guard = events.url_configs().locks().lock(name.arn());
  const auto config = TRY(events.url_configs().find(name));
  if (!config) return no_url_config();
  TRY(events.url_configs().erase(*config));
  return Json::object();
}

Result<Json> list_function_url_configs(Events& events, Context& cx, const Json& input) {
  FunctionName name = TRY(named(cx, input));
  name.qualifier.clear();
  TRY(events.lambda().functions().find(name));
  Json all = Json::array();
  for (const UrlConfig& config : TRY(events.url_configs().list(name))) all.push_back(shown(config));
  return page_of_list(input, "FunctionUrlConfigs", all, kMostListed);
}

}  // namespace fairlead::lambda::events
