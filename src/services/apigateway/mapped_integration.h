// MappedIntegration: an integration whose requests and answers go through mappings (AWS, HTTP,
// HTTP_PROXY, and a MOCK that computes), made once when the stage is compiled: templates parsed,
// patterns compiled, stage variables filled in (reference/websocket-api.md §10.2 to §10.6).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/apigateway/integration_uri.h"
#include "services/apigateway/parameter_source.h"
#include "services/apigateway/templates.h"

namespace fairlead::apigateway {

class ResponsePattern;  // response_pattern.h

struct MappedResponse {
  std::string key;                                 // `$default` or `/regular expression/`
  std::shared_ptr<const ResponsePattern> pattern;  // null: `$default`
  TemplateChoice templates;
  ParameterMappings headers;
  std::string content_handling;
};

struct MappedIntegration {
  enum class Backend { kMock, kLambda, kService, kHttp, kHttpProxy };
  enum class Passthrough { kWhenNoMatch, kWhenNoTemplates, kNever };

  Backend backend = Backend::kMock;
  TemplateChoice requests;
  Passthrough passthrough = Passthrough::kWhenNoMatch;
  std::string content_handling;
  ParameterMappings parameters;
  std::vector<MappedResponse> responses;  // explicit keys sorted, `$default` last
  std::string function_arn;               // kLambda
  ServiceTarget service;                  // kService
  std::string method, url;                // kService and HTTP; {name} is a path parameter
  std::string role_arn;

  // `integration`: its document with its "IntegrationResponses"; `variables`: the stage's. An error
  // says why it cannot work.
  static Result<std::shared_ptr<const MappedIntegration>> compile(const Json& integration,
                                                                  const Json& variables);

  // By the backend's status, or a function's errorMessage; nullptr: none fits. Without `text` only
  // `$default` does.
  const MappedResponse* response_for(const std::optional<std::string>& text) const;
};

}  // namespace fairlead::apigateway
