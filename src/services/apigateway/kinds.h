// The kinds of control-plane resource an API owns, and where their documents lie in the store
// (Family::kMeta). A document is the resource as Get* answers it, in the model's member names.
//
//   ag/api/  account region apiId          the Api
//   ag/own/  apiId                         {"Account","Region"}: whose API it is
//   ag/res/  apiId kind parent id          everything an API owns; `parent` is empty but for
//                                          responses; kind "snapshot" is a frozen configuration
//   ag/conn/ connectionId                  a live connection (connections.h)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fairlead::apigateway {

struct Kind {
  std::string_view key;          // in the store
  std::string_view id_member;    // in the document
  std::string_view noun;         // in "Invalid {noun} identifier specified"
  std::size_t id_length;         // of the lower-case alphanumeric id
  std::size_t most;              // of one parent
  std::string_view plural;       // in the error about `most`
  const Kind* parent = nullptr;  // of responses: the kind they belong to
};

inline constexpr Kind kRoutes{"route", "RouteId", "Route", 7, 300, "Routes"};
inline constexpr Kind kRouteResponses{"routeresponse",  "RouteResponseId", "RouteResponse", 6, 10,
                                      "RouteResponses", &kRoutes};
inline constexpr Kind kIntegrations{"integration", "IntegrationId", "Integration", 7,
                                    300,           "Integrations"};
inline constexpr Kind kIntegrationResponses{
    "integrationresponse",  "IntegrationResponseId", "IntegrationResponse", 6, 100,
    "IntegrationResponses", &kIntegrations};
inline constexpr Kind kDeployments{"deployment", "DeploymentId", "deployment", 6,
                                   1000,         "Deployments"};
inline constexpr Kind kSnapshots{"snapshot", "DeploymentId", "deployment", 6, 1000, "Deployments"};
inline constexpr Kind kAuthorizers{"authorizer", "AuthorizerId", "Authorizer", 6,
                                   10,           "Authorizers"};
inline constexpr Kind kModels{"model", "ModelId", "Model", 6, 400, "Models"};
inline constexpr Kind kStages{"stage", "StageName", "stage", 0, 10, "Stages"};

std::string api_key(std::string_view account, std::string_view region, std::string_view api_id);
std::string apis_prefix(std::string_view account, std::string_view region);
std::string owner_key(std::string_view api_id);
std::string resource_key(std::string_view api_id, const Kind& kind, std::string_view parent,
                         std::string_view id);
std::string resources_prefix(std::string_view api_id, const Kind& kind, std::string_view parent);
std::string children_prefix(std::string_view api_id, const Kind& kind);  // of every parent
std::string everything_of(std::string_view api_id);

inline constexpr std::string_view kConnectionsPrefix = "ag/conn/";
std::string connection_key(std::string_view connection_id);

}  // namespace fairlead::apigateway
