// The operation tables of apigatewayv2 and apigatewaymanagementapi. What the models have and these
// rows lack (VPC links, import and export) answers 501.
#include "services/apigateway/operations.h"

#include <algorithm>

#include "base/text.h"
#include "services/apigateway/apigateway.h"
#include "services/apigateway/resource_arn.h"
#include "services/apigateway/rest_operations.h"

namespace fairlead::apigateway {
namespace {

using platform::json;
using platform::Operation;
using platform::OperationKind;
using platform::raw;

// The last element is literally this text: policies end at `@connections/*` (§14.7).
template <Path kMethod>
std::string connections(const Context& cx, const Json&) {
  return "arn:aws:execute-api:" + cx.region + ":" + cx.account + ":" + cx.api_id + "/" + cx.stage +
         "/" + kMethod.text + "/@connections/{connectionId}";
}

constexpr const char* kGet = "apigateway:GET";
constexpr const char* kPost = "apigateway:POST";
constexpr const char* kPatch = "apigateway:PATCH";
constexpr const char* kDelete = "apigateway:DELETE";
constexpr OperationKind kRead = OperationKind::kRead;
constexpr OperationKind kWrite = OperationKind::kWrite;

#define ROUTE "/apis/{ApiId}/routes/{RouteId}"
#define INTEGRATION "/apis/{ApiId}/integrations/{IntegrationId}"
#define AUTHORIZER "/apis/{ApiId}/authorizers/{AuthorizerId}"
#define DEPLOYMENT "/apis/{ApiId}/deployments/{DeploymentId}"
#define STAGE "/apis/{ApiId}/stages/{StageName}"
#define MODEL "/apis/{ApiId}/models/{ModelId}"
#define DOMAIN_NAME "/domainnames/{DomainName}"
#define MAPPING DOMAIN_NAME "/apimappings/{ApiMappingId}"

// clang-format off
const Operation kControl[] = {
  {"CreateApi",  kPost,   resource<"/apis">,         kWrite, json<create_api>},
  {"GetApi",     kGet,    resource<"/apis/{ApiId}">, kRead,  json<get_api>},
  {"GetApis",    kGet,    resource<"/apis">,         kRead,  json<get_apis>},
  {"UpdateApi",  kPatch,  resource<"/apis/{ApiId}">, kWrite, json<update_api>},
  {"DeleteApi",  kDelete, resource<"/apis/{ApiId}">, kWrite, json<delete_api>},

  {"CreateRoute", kPost,   resource<"/apis/{ApiId}/routes">, kWrite, json<create_route>},
  {"GetRoute",    kGet,    resource<ROUTE>,                  kRead,  json<get_one<kRoutes>>},
  {"GetRoutes",   kGet,    resource<"/apis/{ApiId}/routes">, kRead,  json<get_all<kRoutes>>},
  {"UpdateRoute", kPatch,  resource<ROUTE>,                  kWrite, json<update_route>},
  {"DeleteRoute", kDelete, resource<ROUTE>,                  kWrite, json<delete_route>},
  {"DeleteRouteRequestParameter", kDelete,
   resource<ROUTE "/requestparameters/{RequestParameterKey}">, kWrite,
   json<delete_route_request_parameter>},

  {"CreateRouteResponse", kPost, resource<ROUTE "/routeresponses">, kWrite,
   json<create_route_response>},
  {"GetRouteResponse", kGet, resource<ROUTE "/routeresponses/{RouteResponseId}">, kRead,
   json<get_one<kRouteResponses>>},
  {"GetRouteResponses", kGet, resource<ROUTE "/routeresponses">, kRead,
   json<get_all<kRouteResponses>>},
  {"UpdateRouteResponse", kPatch, resource<ROUTE "/routeresponses/{RouteResponseId}">, kWrite,
   json<update_route_response>},
  {"DeleteRouteResponse", kDelete, resource<ROUTE "/routeresponses/{RouteResponseId}">, kWrite,
   json<delete_route_response>},

  {"CreateAuthorizer", kPost, resource<"/apis/{ApiId}/authorizers">, kWrite,
   json<create_authorizer>},
  {"GetAuthorizer",    kGet,    resource<AUTHORIZER>, kRead,  json<get_one<kAuthorizers>>},
  {"GetAuthorizers", kGet, resource<"/apis/{ApiId}/authorizers">, kRead,
   json<get_all<kAuthorizers>>},
  {"UpdateAuthorizer", kPatch,  resource<AUTHORIZER>, kWrite, json<update_authorizer>},
  {"DeleteAuthorizer", kDelete, resource<AUTHORIZER>, kWrite, json<delete_authorizer>},

  {"CreateIntegration", kPost, resource<"/apis/{ApiId}/integrations">, kWrite,
   json<create_integration>},
  {"GetIntegration",    kGet,    resource<INTEGRATION>, kRead,  json<get_one<kIntegrations>>},
  {"GetIntegrations", kGet, resource<"/apis/{ApiId}/integrations">, kRead,
   json<get_all<kIntegrations>>},
  {"UpdateIntegration", kPatch,  resource<INTEGRATION>, kWrite, json<update_integration>},
  {"DeleteIntegration", kDelete, resource<INTEGRATION>, kWrite, json<delete_integration>},

  {"CreateIntegrationResponse", kPost, resource<INTEGRATION "/integrationresponses">, kWrite,
   json<create_integration_response>},
  {"GetIntegrationResponse", kGet,
   resource<INTEGRATION "/integrationresponses/{IntegrationResponseId}">, kRead,
   json<get_one<kIntegrationResponses>>},
  {"GetIntegrationResponses", kGet, resource<INTEGRATION "/integrationresponses">, kRead,
   json<get_all<kIntegrationResponses>>},
  {"UpdateIntegrationResponse", kPatch,
   resource<INTEGRATION "/integrationresponses/{IntegrationResponseId}">, kWrite,
   json<update_integration_response>},
  {"DeleteIntegrationResponse", kDelete,
   resource<INTEGRATION "/integrationresponses/{IntegrationResponseId}">, kWrite,
   json<delete_integration_response>},

  {"CreateDeployment", kPost, resource<"/apis/{ApiId}/deployments">, kWrite,
   json<create_deployment>},
  {"GetDeployment",    kGet,    resource<DEPLOYMENT>, kRead,  json<get_one<kDeployments>>},
  {"GetDeployments", kGet, resource<"/apis/{ApiId}/deployments">, kRead,
   json<get_all<kDeployments>>},
  {"UpdateDeployment", kPatch,  resource<DEPLOYMENT>, kWrite, json<update_deployment>},
  {"DeleteDeployment", kDelete, resource<DEPLOYMENT>, kWrite, json<delete_deployment>},

  {"CreateStage", kPost,   resource<"/apis/{ApiId}/stages">, kWrite, json<create_stage>},
  {"GetStage",    kGet,    resource<STAGE>,                  kRead,  json<get_one<kStages>>},
  {"GetStages",   kGet,    resource<"/apis/{ApiId}/stages">, kRead,  json<get_all<kStages>>},
  {"UpdateStage", kPatch,  resource<STAGE>,                  kWrite, json<update_stage>},
  {"DeleteStage", kDelete, resource<STAGE>,                  kWrite, json<delete_stage>},
  {"DeleteRouteSettings", kDelete, resource<STAGE "/routesettings/{RouteKey}">, kWrite,
   json<delete_route_settings>},
  {"DeleteAccessLogSettings", kDelete, resource<STAGE "/accesslogsettings">, kWrite,
   json<delete_access_log_settings>},

  {"CreateModel", kPost,   resource<"/apis/{ApiId}/models">, kWrite, json<create_model>},
  {"GetModel",    kGet,    resource<MODEL>,                  kRead,  json<get_one<kModels>>},
  {"GetModels",   kGet,    resource<"/apis/{ApiId}/models">, kRead,  json<get_all<kModels>>},
  {"UpdateModel", kPatch,  resource<MODEL>,                  kWrite, json<update_model>},
  {"DeleteModel", kDelete, resource<MODEL>,                  kWrite, json<delete_model>},
  {"GetModelTemplate", kGet, resource<MODEL "/template">, kRead, json<get_model_template>},

  {"CreateDomainName", kPost,   resource<"/domainnames">, kWrite, json<create_domain_name>},
  {"GetDomainName",    kGet,    resource<DOMAIN_NAME>,    kRead,  json<get_domain_name>},
  {"GetDomainNames",   kGet,    resource<"/domainnames">, kRead,  json<get_domain_names>},
  {"UpdateDomainName", kPatch,  resource<DOMAIN_NAME>,    kWrite, json<update_domain_name>},
  {"DeleteDomainName", kDelete, resource<DOMAIN_NAME>,    kWrite, json<delete_domain_name>},

  {"CreateApiMapping", kPost,   resource<DOMAIN_NAME "/apimappings">, kWrite,
   json<create_api_mapping>},
  {"GetApiMapping",    kGet,    resource<MAPPING>, kRead,  json<get_api_mapping>},
  {"GetApiMappings",   kGet,    resource<DOMAIN_NAME "/apimappings">, kRead,
   json<get_api_mappings>},
  {"UpdateApiMapping", kPatch,  resource<MAPPING>, kWrite, json<update_api_mapping>},
  {"DeleteApiMapping", kDelete, resource<MAPPING>, kWrite, json<delete_api_mapping>},

  {"TagResource",   kPost,   resource<"/tags/{ResourceArn}">, kWrite, json<tag_resource>},
  {"UntagResource", kDelete, resource<"/tags/{ResourceArn}">, kWrite, json<untag_resource>},
  {"GetTags",       kGet,    resource<"/tags/{ResourceArn}">, kRead,  json<get_tags>},
};

// The default body limit is beyond a message's: the handler itself answers 413.
const Operation kManagement[] = {
  {"PostToConnection", "execute-api:ManageConnections", connections<"POST">, kWrite,
   raw<post_to_connection>},
  {"GetConnection", "execute-api:ManageConnections", connections<"GET">, kRead,
   raw<get_connection>},
  {"DeleteConnection", "execute-api:ManageConnections", connections<"DELETE">, kWrite,
   raw<delete_connection>},
};
// clang-format on

}  // namespace

void add_apigateway(platform::Registry& registry, ApiGateway& gateway) {
  registry.add("apigatewayv2", kControl, &gateway.parts());
  add_rest_operations(registry, gateway.parts());
  registry.add("apigatewaymanagementapi", kManagement, &gateway.parts());
}

}  // namespace fairlead::apigateway
