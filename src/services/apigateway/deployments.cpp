// Deployments: frozen copies of an API's configuration (reference/websocket-api.md §1 and §15.5).
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {

Result<Json> create_deployment(Parts& parts, Context& cx, const Json& input) {
  TRY(check_lengths(input, {{"Description", 0, 1024}}));
  const std::string stage_name = text_of(input, "StageName");
  Change change = TRY(Change::begin(parts, cx, input));
  Json stage;
  if (!stage_name.empty()) stage = TRY(change.require(kStages, stage_name));
  if (stage["AutoDeploy"].bool_or(false)) return deployment_of_auto_stage();
  Json deployment = TRY(change.freeze());
  copy_members(input, deployment, {"Description"});
  change.put(kDeployments, deployment);
  if (!stage_name.empty()) {
    stage.set("DeploymentId", deployment["DeploymentId"]);
    stage.set("LastUpdatedDate", change.now_seconds());
    change.put(kStages, stage);
  }
  TRY(change.commit());
  return deployment;
}

Result<Json> update_deployment(Parts& parts, Context& cx, const Json& input) {
  TRY(check_lengths(input, {{"Description", 0, 1024}}));
  Change change = TRY(Change::begin(parts, cx, input));
  Json deployment = TRY(change.require(kDeployments, text_of(input, "DeploymentId")));
  copy_or_clear(input, deployment, {"Description"});
  change.put(kDeployments, deployment);
  TRY(change.commit());
  return deployment;
}

Result<Json> delete_deployment(Parts& parts, Context& cx, const Json& input) {
  const std::string id = text_of(input, "DeploymentId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kDeployments, id));
  for (const Json& stage : TRY(change.all(kStages))) {
    if (text_of(stage, "DeploymentId") == id) return deployment_in_use();
  }
  change.erase(kDeployments, id);
  change.erase(kSnapshots, id);
  TRY(change.commit());
  return Json();
}

}  // namespace fairlead::apigateway
