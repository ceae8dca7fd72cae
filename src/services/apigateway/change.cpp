// Committing changes, and the deployments that autoDeploy makes of them.
#include "services/apigateway/change.h"

#include <algorithm>

#include "services/apigateway/catalog.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/model_schemas.h"
#include "services/apigateway/snapshot.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

Result<Change> Change::begin(Parts& parts, platform::Context& cx, const Json& input) {
  const std::string api_id = text_of(input, "ApiId");
  Change change(parts, parts.api_locks.lock(api_id));
  change.api_ = TRY(require_api(parts.store, cx, input));
  change.api_id_ = api_id;
  change.account_ = cx.account;
  change.region_ = cx.region;
  change.now_seconds_ = parts.clock.now_ms() / 1000;
  return change;
}

Result<Json> Change::require(const Kind& kind, std::string_view id, std::string_view parent) const {
  return require_resource(parts_->store, api_id_, kind, parent, id);
}

Result<std::vector<Json>> Change::all(const Kind& kind, std::string_view parent) const {
  return all_resources(parts_->store, api_id_, kind, parent);
}

Result<std::string> Change::new_id(const Kind& kind, std::string_view parent) const {
  const auto there = TRY(
      storage::list_documents(parts_->store, resources_prefix(api_id_, kind, parent), kind.most));
  if (there.size() >= kind.most) return too_many(kind.plural);
  return new_resource_id(parts_->store, api_id_, kind, parent);
}

void Change::put(const Kind& kind, const Json& document, std::string_view parent) {
  const std::string id = text_of(document, kind.id_member);
  storage::put_document(batch_, resource_key(api_id_, kind, parent, id), document);
}

void Change::put_api(const Json& api) {
  storage::put_document(batch_, api_key(account_, region_, api_id_), api);
  api_ = api;
}

void Change::erase(const Kind& kind, std::string_view id, std::string_view parent) {
  batch_.erase(storage::Family::kMeta, resource_key(api_id_, kind, parent, id));
}

void Change::erase_children(const Kind& kind, std::string_view parent) {
  const std::string prefix = resources_prefix(api_id_, kind, parent);
  batch_.erase_range(storage::Family::kMeta, prefix, storage::after_prefix(prefix));
}

void Change::erase_api() {
  batch_.erase(storage::Family::kMeta, api_key(account_, region_, api_id_));
  batch_.erase(storage::Family::kMeta, owner_key(api_id_));
  const std::string prefix = everything_of(api_id_);
  batch_.erase_range(storage::Family::kMeta, prefix, storage::after_prefix(prefix));
}

Status Change::commit() {
  TRY(parts_->store.commit(std::exchange(batch_, {})));
  return parts_->stages.refresh(api_id_);
}

Status Change::commit_and_deploy() {
  TRY(parts_->store.commit(std::exchange(batch_, {})));
  TRY(deploy_automatically());
  return parts_->stages.refresh(api_id_);
}

Result<Json> Change::freeze() {
  Json snapshot = TRY(take_snapshot(parts_->store, api_));
  if (!api_["DisableSchemaValidation"].bool_or(false)) TRY(check_request_models(snapshot));
  const std::string id = TRY(new_id(kDeployments));
  snapshot.set("DeploymentId", id);
  put(kSnapshots, snapshot);
  return Json::object({{"AutoDeployed", false},
                       {"CreatedDate", now_seconds_},
                       {"DeploymentId", id},
                       {"DeploymentStatus", "DEPLOYED"}});
}

Status Change::deploy_automatically() {
  std::vector<Json> stages = TRY(all(kStages));
  const bool any = std::any_of(stages.begin(), stages.end(), [](const Json& stage) {
    return stage["AutoDeploy"].bool_or(false);
  });
  if (!any) return {};
  TRY(deploy_to(stages));
  return parts_->store.commit(std::exchange(batch_, {}));
}

Status Change::deploy_to(std::vector<Json>& stages) {
  auto deployment = freeze();
  std::string message, id;
  if (deployment.ok()) {
    id = text_of(deployment.value(), "DeploymentId");
    deployment.value().set("AutoDeployed", true);
    deployment.value().set("Description",
                           "Automatic deployment triggered by changes to the Api configuration");
    put(kDeployments, deployment.value());
    message = "Successfully deployed stage with deployment ID '" + id + "'";
  } else if (deployment.error().code != &kBadRequest) {
    return std::move(deployment).error();
  } else {
    const bool no_routes = deployment.error().message == no_routes_to_deploy().message;
    message = "Deployment attempt failed: ";
    message += no_routes ? "Unable to deploy API because no routes exist in this API"
                         : deployment.error().message;
  }
  std::vector<std::string> left;  // the deployments that stages no longer point at
  for (Json& stage : stages) {
    if (!stage["AutoDeploy"].bool_or(false)) continue;
    if (!id.empty()) {
      left.push_back(text_of(stage, "DeploymentId"));
      stage.set("DeploymentId", id);
    }
    stage.set("LastDeploymentStatusMessage", message);
    stage.set("LastUpdatedDate", now_seconds_);
    put(kStages, stage);
  }
  for (const std::string& deployment_id : left) prune_deployment(deployment_id, stages);
  return {};
}

// Each change makes a deployment: without this an API under edit would grow without bound.
void Change::prune_deployment(const std::string& deployment_id, const std::vector<Json>& stages) {
  if (deployment_id.empty()) return;
  for (const Json& stage : stages) {
    if (text_of(stage, "DeploymentId") == deployment_id) return;
  }
  const auto document = require(kDeployments, deployment_id);
  if (!document.ok() || !document.value()["AutoDeployed"].bool_or(false)) return;
  erase(kDeployments, deployment_id);
  erase(kSnapshots, deployment_id);
}

}  // namespace fairlead::apigateway
