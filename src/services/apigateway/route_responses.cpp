// Route responses: that a route has one, under `$default`, is what makes it two-way (§10.1).
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

// Models of responses are stored and not used, as on AWS (§12).
Status check_and_copy(const Json& input, Json& response) {
  copy_members(input, response, {"ResponseModels", "ResponseParameters", "RouteResponseKey"});
  copy_or_clear(input, response, {"ModelSelectionExpression"});
  if (text_of(response, "RouteResponseKey") != "$default") return only_default_route_response();
  return {};
}

}  // namespace

Result<Json> create_route_response(Parts& parts, Context& cx, const Json& input) {
  Json response = Json::object();
  TRY(check_and_copy(input, response));
  const std::string route_id = text_of(input, "RouteId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kRoutes, route_id));
  if (!TRY(change.all(kRouteResponses, route_id)).empty()) {
    return duplicate_response_key("$default");
  }
  response.set("RouteResponseId", TRY(change.new_id(kRouteResponses, route_id)));
  change.put(kRouteResponses, response, route_id);
  TRY(change.commit_and_deploy());
  return response;
}

Result<Json> update_route_response(Parts& parts, Context& cx, const Json& input) {
  const std::string route_id = text_of(input, "RouteId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kRoutes, route_id));
  Json response = TRY(change.require(kRouteResponses, text_of(input, "RouteResponseId"), route_id));
  TRY(check_and_copy(input, response));
  change.put(kRouteResponses, response, route_id);
  TRY(change.commit_and_deploy());
  return response;
}

Result<Json> delete_route_response(Parts& parts, Context& cx, const Json& input) {
  const std::string route_id = text_of(input, "RouteId");
  const std::string id = text_of(input, "RouteResponseId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kRoutes, route_id));
  TRY(change.require(kRouteResponses, id, route_id));
  change.erase(kRouteResponses, id, route_id);
  TRY(change.commit_and_deploy());
  return Json();
}

}  // namespace fairlead::apigateway
