// CompiledStage: everything that a handshake or a message on one stage needs, made once from the
// stage's deployment and never changed: routes by key, the selector, integration targets with the
// stage variables filled in, throttles. A new deployment makes a new one (live_stages.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "lang/routing/selector.h"
#include "services/apigateway/body_check.h"
#include "services/apigateway/mapped_integration.h"
#include "services/apigateway/mock.h"
#include "services/apigateway/throttle.h"

namespace fairlead::apigateway {

// A parameter of `$connect` that `requestParameters` demands.
struct RequiredParameter {
  enum class Place { kHeader, kQuery } place;
  std::string name;
};

struct CompiledRoute {
  enum class Target {
    kNone,    // no integration: "Internal server error" on messages, accepted on $connect
    kBroken,  // an integration that cannot work; `problem` says why
    kLambda,
    kMock,
    kMapped,  // templates, parameters and integration responses between
  };
  enum class Reply { kNone, kBody };  // kBody: a route response `$default` was deployed

  std::string key;
  Target target = Target::kNone;
  Reply reply = Reply::kNone;
  std::string problem;
  std::string function_arn;
  std::string source_arn;  // arn:aws:execute-api:…/{stage}/{routeKey}
  std::string role_arn;    // credentialsArn; empty: the function's resource policy decides
  std::int64_t timeout_ms = 0;
  std::shared_ptr<const Mock> mock;
  std::shared_ptr<const MappedIntegration> mapped;
  std::shared_ptr<TokenBucket> throttle;  // null: none
  std::vector<RequiredParameter> required;
  std::shared_ptr<const BodyCheck> body_check;  // null: any body will do
};

struct ConnectAuthorization;  // authorization.h

struct CompiledStage {
  std::string account, region, api_id, stage, deployment_id;
  bool endpoint_disabled = false;
  std::string stage_variables;  // as JSON text; empty when the stage has none
  const CompiledRoute* connect = nullptr;
  const CompiledRoute* disconnect = nullptr;
  const CompiledRoute* fallback = nullptr;                    // $default
  std::shared_ptr<const ConnectAuthorization> authorization;  // of $connect; null: none
  // Of handshakes: $connect's own, or the stage's also where no $connect is deployed. Null: none.
  std::shared_ptr<TokenBucket> connect_throttle;

  // The route a message takes; null: none, not even $default. `scratch` as for Selector.
  const CompiledRoute* route_of(std::string_view message, std::string& scratch) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, CompiledRoute, Hash, std::equal_to<>> routes;
  std::shared_ptr<const routing::Selector> selector;
};

struct StageOwner {
  std::string account, region, api_id;
};

// `stage`: the stage's document; `snapshot`: the frozen configuration of its deployment
// (snapshot.h). Never fails: what cannot work becomes a broken target.
std::shared_ptr<const CompiledStage> compile_stage(const StageOwner& owner, const Json& stage,
                                                   const Json& snapshot);

}  // namespace fairlead::apigateway
