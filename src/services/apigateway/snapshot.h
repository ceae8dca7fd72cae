// The frozen configuration of a deployment: {"Api", "Routes" with their "RouteResponses",
// "Integrations" with their "IntegrationResponses"}. Edits after it change nothing that runs.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/store.h"

namespace fairlead::apigateway {

// 400 when the API has no route.
Result<Json> take_snapshot(const storage::Snapshot& store, const Json& api);

}  // namespace fairlead::apigateway
