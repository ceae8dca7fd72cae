// Routes (reference/websocket-api.md §15.3).
#include "lang/routing/selector.h"
#include "services/apigateway/authorizers.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

Status check_route_key(const std::string& key) {
  if (key.empty() || key.size() > 128) return bad_length("routeKey", 1, 128);
  const bool reserved = key == "$connect" || key == "$disconnect" || key == "$default";
  if (key[0] == '$' && !reserved) return bad_route_key(key);
  return {};
}

Status check_model_selection(const std::string& expression) {
  if (expression.empty()) return {};
  const auto compiled = routing::Selector::compile(expression);
  if (compiled.ok()) return {};
  return invalid_selection_expression(expression, compiled.error().message);
}

// What a route may say; `route` is the document as it would become.
Status check_route(const Json& route) {
  TRY(check_lengths(route, {{"OperationName", 1, 64}, {"Target", 1, 128}}));
  const std::string key = text_of(route, "RouteKey");
  TRY(check_route_key(key));
  TRY(check_model_selection(text_of(route, "ModelSelectionExpression")));
  const std::string responses = route["RouteResponseSelectionExpression"].string_or("$default");
  if (responses != "$default") {
    return invalid_selection_expression(responses, "must be $default");
  }
  return {};
}

void copy_route(const Json& input, Json& route) {
  copy_members(input, route, {"RouteKey", "ApiKeyRequired", "AuthorizationType"});
  copy_or_clear(input, route,
                {"AuthorizationScopes", "AuthorizerId", "ModelSelectionExpression", "OperationName",
                 "RouteResponseSelectionExpression", "Target"});
  copy_map(input, route, "RequestModels");
  copy_map(input, route, "RequestParameters");
}

Status check_key_is_free(const Change& change, const Json& route) {
  const std::string key = text_of(route, "RouteKey");
  for (const Json& other : TRY(change.all(kRoutes))) {
    if (text_of(other, "RouteKey") == key && other["RouteId"] != route["RouteId"]) {
      return duplicate_route(key);
    }
  }
  return {};
}

}  // namespace

Result<Json> create_route(Parts& parts, Context& cx, const Json& input) {
  Json route = Json::object({{"ApiKeyRequired", false}, {"AuthorizationType", "NONE"}});
  copy_route(input, route);
  TRY(check_route(route));
  Change change = TRY(Change::begin(parts, cx, input));
  route.set("RouteId", TRY(change.new_id(kRoutes)));
  TRY(check_key_is_free(change, route));
  TRY(check_route_authorization(change, route));
  change.put(kRoutes, route);
  TRY(change.commit_and_deploy());
  return route;
}

Result<Json> update_route(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json route = TRY(change.require(kRoutes, text_of(input, "RouteId")));
  copy_route(input, route);
  TRY(check_route(route));
  TRY(check_key_is_free(change, route));
  TRY(check_route_authorization(change, route));
  change.put(kRoutes, route);
  TRY(change.commit_and_deploy());
  return route;
}

Result<Json> delete_route(Parts& parts, Context& cx, const Json& input) {
  const std::string id = text_of(input, "RouteId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kRoutes, id));
  change.erase(kRoutes, id);
  change.erase_children(kRouteResponses, id);
  TRY(change.commit_and_deploy());
  return Json();
}

Result<Json> delete_route_request_parameter(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json route = TRY(change.require(kRoutes, text_of(input, "RouteId")));
  Json* parameters = route.find("RequestParameters");
  const std::string key = text_of(input, "RequestParameterKey");
  if (!parameters || !parameters->erase(key)) {
    return Error{&kNotFound, "Invalid request parameter specified", {}};
  }
  change.put(kRoutes, route);
  TRY(change.commit_and_deploy());
  return Json();
}

}  // namespace fairlead::apigateway
