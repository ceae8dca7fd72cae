// What a stage may say.
#include "services/apigateway/stage_settings.h"

#include <cctype>

#include "platform/operation.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"

namespace fairlead::apigateway {
namespace {

bool all_of(std::string_view text, std::string_view also) {
  for (const char c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && also.find(c) == also.npos) return false;
  }
  return !text.empty();
}

Status check_settings(const Json& settings) {
  const std::string level = settings["LoggingLevel"].string_or("OFF");
  if (level != "OFF") return platform::not_implemented("LoggingLevel " + level);
  for (const std::string_view member : {"DataTraceEnabled", "DetailedMetricsEnabled"}) {
    if (settings[member].bool_or(false)) return platform::not_implemented(member);
  }
  for (const std::string_view member : {"ThrottlingBurstLimit", "ThrottlingRateLimit"}) {
    if (settings[member].to_double().value_or(0) < 0) return bad_throttle();
  }
  return {};
}

Json default_settings() {
  return Json::object(
      {{"DataTraceEnabled", false}, {"DetailedMetricsEnabled", false}, {"LoggingLevel", "OFF"}});
}

void merge_settings(const Json& from, Json& into) {
  copy_members(from, into,
               {"DataTraceEnabled", "DetailedMetricsEnabled", "LoggingLevel",
                "ThrottlingBurstLimit", "ThrottlingRateLimit"});
}

}  // namespace

Status check_stage_name(const std::string& name) {
  if (name.size() > 128 || !all_of(name, "_-")) return bad_stage_name();
  return {};
}

Status check_stage_request(const Json& input) {
  for (const std::string_view member : {"AccessLogSettings", "ClientCertificateId"}) {
    if (!input[member].is_null()) return platform::not_implemented(member);
  }
  TRY(check_lengths(input, {{"Description", 0, 1024}}));
  TRY(check_settings(input["DefaultRouteSettings"]));
  for (const Json::Member& route : input["RouteSettings"].members()) {
    TRY(check_settings(route.value));
  }
  return {};
}

Status merge_stage_variables(const Json& input, Json& stage) {
  Json variables = stage["StageVariables"].is_object() ? stage["StageVariables"] : Json::object();
  for (const Json::Member& member : input["StageVariables"].members()) {
    const std::string value = member.value.string_or("");
    if (value.empty()) {
      variables.erase(member.key);
      continue;
    }
    if (!all_of(member.key, "_") || !all_of(value, "-._~:/?#&=,")) {
      return bad_stage_variable(member.key);
    }
    variables.set(member.key, value);
  }
  stage.set("StageVariables", std::move(variables));
  return {};
}

void merge_route_settings(const Json& input, Json& stage) {
  Json defaults = stage["DefaultRouteSettings"].is_object() ? stage["DefaultRouteSettings"]
                                                            : default_settings();
  merge_settings(input["DefaultRouteSettings"], defaults);
  stage.set("DefaultRouteSettings", std::move(defaults));
  Json routes = stage["RouteSettings"].is_object() ? stage["RouteSettings"] : Json::object();
  for (const Json::Member& route : input["RouteSettings"].members()) {
    Json settings = default_settings();
    merge_settings(route.value, settings);
    routes.set(route.key, std::move(settings));
  }
  stage.set("RouteSettings", std::move(routes));
}

}  // namespace fairlead::apigateway
