// The handlers of this room's operations, one declaration each; operations.cpp holds the table.
// Each takes and answers members in the model's names.
#pragma once

#include <functional>

#include "platform/operation.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

using platform::Context;

// apis.cpp
Result<Json> create_api(Parts& parts, Context& cx, const Json& input);
Result<Json> get_api(Parts& parts, Context& cx, const Json& input);
Result<Json> get_apis(Parts& parts, Context& cx, const Json& input);
Result<Json> update_api(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_api(Parts& parts, Context& cx, const Json& input);
// routes.cpp
Result<Json> create_route(Parts& parts, Context& cx, const Json& input);
Result<Json> update_route(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_route(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_route_request_parameter(Parts& parts, Context& cx, const Json& input);
// route_responses.cpp
Result<Json> create_route_response(Parts& parts, Context& cx, const Json& input);
Result<Json> update_route_response(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_route_response(Parts& parts, Context& cx, const Json& input);
// authorizers.cpp
Result<Json> create_authorizer(Parts& parts, Context& cx, const Json& input);
Result<Json> update_authorizer(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_authorizer(Parts& parts, Context& cx, const Json& input);
// integrations.cpp
Result<Json> create_integration(Parts& parts, Context& cx, const Json& input);
Result<Json> update_integration(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_integration(Parts& parts, Context& cx, const Json& input);
// integration_responses.cpp
Result<Json> create_integration_response(Parts& parts, Context& cx, const Json& input);
Result<Json> update_integration_response(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_integration_response(Parts& parts, Context& cx, const Json& input);
// models.cpp
Result<Json> create_model(Parts& parts, Context& cx, const Json& input);
Result<Json> update_model(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_model(Parts& parts, Context& cx, const Json& input);
Result<Json> get_model_template(Parts& parts, Context& cx, const Json& input);
// domain_names.cpp
Result<Json> create_domain_name(Parts& parts, Context& cx, const Json& input);
Result<Json> get_domain_name(Parts& parts, Context& cx, const Json& input);
Result<Json> get_domain_names(Parts& parts, Context& cx, const Json& input);
Result<Json> update_domain_name(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_domain_name(Parts& parts, Context& cx, const Json& input);
using TagEdit = std::function<void(Json& tags)>;
Result<Json> edit_domain_tags(Parts& parts, Context& cx, const Json& input, const TagEdit& edit);
// api_mappings.cpp
Result<Json> create_api_mapping(Parts& parts, Context& cx, const Json& input);
Result<Json> get_api_mapping(Parts& parts, Context& cx, const Json& input);
Result<Json> get_api_mappings(Parts& parts, Context& cx, const Json& input);
Result<Json> update_api_mapping(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_api_mapping(Parts& parts, Context& cx, const Json& input);
// deployments.cpp
Result<Json> create_deployment(Parts& parts, Context& cx, const Json& input);
Result<Json> update_deployment(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_deployment(Parts& parts, Context& cx, const Json& input);
// stages.cpp
Result<Json> create_stage(Parts& parts, Context& cx, const Json& input);
Result<Json> update_stage(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_stage(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_route_settings(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_access_log_settings(Parts& parts, Context& cx, const Json& input);
// catalog.cpp
template <const Kind& kKind>
Result<Json> get_one(Parts& parts, Context& cx, const Json& input) {
  return read_resource(parts.store, cx, input, kKind);
}
template <const Kind& kKind>
Result<Json> get_all(Parts& parts, Context& cx, const Json& input) {
  return read_resources(parts.store, cx, input, kKind);
}
// tags.cpp
Result<Json> tag_resource(Parts& parts, Context& cx, const Json& input);
Result<Json> untag_resource(Parts& parts, Context& cx, const Json& input);
Result<Json> get_tags(Parts& parts, Context& cx, const Json& input);
// management.cpp
Result<platform::Reply> post_to_connection(Parts& parts, Context& cx, platform::Request& request);
Result<platform::Reply> get_connection(Parts& parts, Context& cx, platform::Request& request);
Result<platform::Reply> delete_connection(Parts& parts, Context& cx, platform::Request& request);

}  // namespace fairlead::apigateway
