// Stages: a name, the deployment it points at, and settings that act at once (§15.5).
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"
#include "services/apigateway/stage_settings.h"

namespace fairlead::apigateway {
namespace {

Status check_settings_name_routes(const Change& change, const Json& input) {
  if (input["RouteSettings"].empty()) return {};
  const std::vector<Json> routes = TRY(change.all(kRoutes));
  for (const Json::Member& setting : input["RouteSettings"].members()) {
    bool found = false;
    for (const Json& route : routes) found = found || text_of(route, "RouteKey") == setting.key;
    if (!found) return unknown_route_setting(setting.key);
  }
  return {};
}

// `stage` is the document that the request is merged into.
Status apply(const Change& change, const Json& input, Json& stage) {
  TRY(check_settings_name_routes(change, input));
  copy_members(input, stage, {"AutoDeploy"});
  copy_or_clear(input, stage, {"Description"});
  TRY(merge_stage_variables(input, stage));
  merge_route_settings(input, stage);
  const std::string deployment = text_of(input, "DeploymentId");
  if (deployment.empty()) return {};
  if (stage["AutoDeploy"].bool_or(false)) return deployment_of_auto_stage();
  const auto found = change.require(kDeployments, deployment);
  if (!found.ok()) {
    return found.error().code == &kNotFound ? deployment_does_not_exist() : Error(found.error());
  }
  stage.set("DeploymentId", deployment);
  return {};
}

// Turning autoDeploy on deploys at once, so that the stage never lags behind its API.
Result<Json> finish(Change& change, const Json& stage) {
  change.put(kStages, stage);
  if (!stage["AutoDeploy"].bool_or(false)) {
    TRY(change.commit());
    return stage;
  }
  TRY(change.commit_and_deploy());
  return change.require(kStages, text_of(stage, "StageName"));
}

}  // namespace

Result<Json> create_stage(Parts& parts, Context& cx, const Json& input) {
  const std::string name = text_of(input, "StageName");
  TRY(check_stage_name(name));
  TRY(check_stage_request(input));
  TRY(check_tags(input["Tags"]));
  Change change = TRY(Change::begin(parts, cx, input));
  const std::vector<Json> stages = TRY(change.all(kStages));
  for (const Json& stage : stages) {
    if (text_of(stage, "StageName") == name) return stage_exists();
  }
  if (stages.size() >= kStages.most) return too_many(kStages.plural);
  Json stage = Json::object({{"CreatedDate", change.now_seconds()},
                             {"LastUpdatedDate", change.now_seconds()},
                             {"StageName", name},
                             {"Tags", Json::object()}});
  copy_members(input, stage, {"Tags"});
  TRY(apply(change, input, stage));
  return finish(change, stage);
}

Result<Json> update_stage(Parts& parts, Context& cx, const Json& input) {
  TRY(check_stage_request(input));
  Change change = TRY(Change::begin(parts, cx, input));
  Json stage = TRY(change.require(kStages, text_of(input, "StageName")));
  TRY(apply(change, input, stage));
  stage.set("LastUpdatedDate", change.now_seconds());
  return finish(change, stage);
}

Result<Json> delete_stage(Parts& parts, Context& cx, const Json& input) {
  const std::string name = text_of(input, "StageName");
  Change change = TRY(Change::begin(parts, cx, input));
  const Json stage = TRY(change.require(kStages, name));
  if (TRY(parts.domains.lead_to(change.api_id(), name))) return still_mapped("stage");
  std::vector<Json> others = TRY(change.all(kStages));
  std::erase_if(others, [&](const Json& other) { return text_of(other, "StageName") == name; });
  change.erase(kStages, name);
  change.prune_deployment(text_of(stage, "DeploymentId"), others);
  TRY(change.commit());
  parts.stages.retire_stage(change.api_id(), name);
  for (const std::string& id : parts.connections.connected_to(change.api_id(), name)) {
    parts.pusher.close(id, 1001, "Going away");
  }
  return Json();
}

Result<Json> delete_route_settings(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json stage = TRY(change.require(kStages, text_of(input, "StageName")));
  const std::string key = text_of(input, "RouteKey");
  Json* settings = stage.find("RouteSettings");
  if (!settings || !settings->erase(key)) return unknown_route_setting(key);
  stage.set("LastUpdatedDate", change.now_seconds());
  change.put(kStages, stage);
  TRY(change.commit());
  return Json();
}

// A stage never has access log settings yet, so there is nothing to take away.
Result<Json> delete_access_log_settings(Parts& parts, Context& cx, const Json& input) {
  TRY(read_resource(parts.store, cx, input, kStages));
  return Json();
}

}  // namespace fairlead::apigateway
