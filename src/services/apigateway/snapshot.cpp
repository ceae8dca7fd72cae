// Freezing an API's configuration.
#include "services/apigateway/snapshot.h"

#include "services/apigateway/catalog.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

namespace {
Result<Json> with_responses(const storage::Snapshot& store, std::string_view api_id,
                            const Kind& kind, const Kind& responses, std::string_view member) {
  Json::Array documents = TRY(all_resources(store, api_id, kind, ""));
  for (Json& document : documents) {
    const std::string id = document[kind.id_member].string_or("");
    document.set(member, Json(Json::Array(TRY(all_resources(store, api_id, responses, id)))));
  }
  return Json(std::move(documents));
}
}  // namespace

Result<Json> take_snapshot(const storage::Snapshot& store, const Json& api) {
  const std::string api_id = text_of(api, "ApiId");
  Json routes = TRY(with_responses(store, api_id, kRoutes, kRouteResponses, "RouteResponses"));
  if (routes.empty()) return no_routes_to_deploy();
  Json snapshot = Json::object();
  snapshot.set("Api", api);
  snapshot.set("Routes", std::move(routes));
  snapshot.set("Integrations", TRY(with_responses(store, api_id, kIntegrations,
                                                  kIntegrationResponses, "IntegrationResponses")));
  snapshot.set("Authorizers",
               Json(Json::Array(TRY(all_resources(store, api_id, kAuthorizers, "")))));
  snapshot.set("Models", Json(Json::Array(TRY(all_resources(store, api_id, kModels, "")))));
  return snapshot;
}

}  // namespace fairlead::apigateway
