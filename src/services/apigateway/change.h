// Change: one change of an API's configuration. It holds the API's lock from the moment it reads
// until the change is durable and acts on live stages, so that changes of one API happen one after
// another and each sees the one before.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "services/apigateway/kinds.h"
#include "services/apigateway/parts.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::apigateway {

class Change {
 public:
  // 404 when the caller has no API `input.ApiId`.
  static Result<Change> begin(Parts& parts, platform::Context& cx, const Json& input);

  const Json& api() const { return api_; }
  const std::string& api_id() const { return api_id_; }
  std::int64_t now_seconds() const { return now_seconds_; }
  const storage::Store& store() const { return parts_->store; }

  // Reads, before anything is written.
  Result<Json> require(const Kind& kind, std::string_view id, std::string_view parent = "") const;
  Result<std::vector<Json>> all(const Kind& kind, std::string_view parent = "") const;
  Result<std::string> new_id(const Kind& kind, std::string_view parent = "") const;  // or too_many

  void put(const Kind& kind, const Json& document, std::string_view parent = "");
  void put_api(const Json& api);
  void erase(const Kind& kind, std::string_view id, std::string_view parent = "");
  void erase_children(const Kind& kind, std::string_view parent);
  void erase_api();  // with everything it owns

  // Erases an automatic deployment that none of `stages` points at.
  void prune_deployment(const std::string& deployment_id, const std::vector<Json>& stages);

  // Durable, and live stages look at the new state.
  Status commit();
  // The same for what a deployment freezes: stages with autoDeploy get a new deployment.
  Status commit_and_deploy();

  // Freezes the API as committed into a deployment document and its snapshot (not yet written).
  // 400 when there is no route.
  Result<Json> freeze();

 private:
  Change(Parts& parts, storage::KeyLocks::Guard guard) : parts_(&parts), guard_(std::move(guard)) {}
  Status deploy_automatically();
  Status deploy_to(std::vector<Json>& stages);

  Parts* parts_;
  storage::KeyLocks::Guard guard_;
  Json api_;
  std::string api_id_, account_, region_;
  std::int64_t now_seconds_ = 0;
  storage::Batch batch_;
};

}  // namespace fairlead::apigateway
