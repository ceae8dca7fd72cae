// Compiling what an integration maps.
#include "services/apigateway/mapped_integration.h"

#include <algorithm>

#include "services/apigateway/errors.h"
#include "services/apigateway/response_pattern.h"

namespace fairlead::apigateway {
namespace {

using Backend = MappedIntegration::Backend;
using Passthrough = MappedIntegration::Passthrough;

Result<MappedResponse> compile_response(const Json& response) {
  MappedResponse made{response["IntegrationResponseKey"].string_or(""), nullptr,
                      TRY(TemplateChoice::compile(response["ResponseTemplates"],
                                                  response["TemplateSelectionExpression"])),
                      TRY(read_response_parameters(response["ResponseParameters"])),
                      response["ContentHandlingStrategy"].string_or("")};
  made.pattern = ResponsePattern::compile(made.key);
  return made;
}

Status aim(MappedIntegration& made, const Json& integration, const std::string& uri) {
  const std::string type = integration["IntegrationType"].string_or("");
  if (type == "MOCK") return {};
  made.method = integration["IntegrationMethod"].string_or("POST");
  if (type == "HTTP" || type == "HTTP_PROXY") {
    made.backend = type == "HTTP" ? Backend::kHttp : Backend::kHttpProxy;
    made.url = uri;
    return check_http_uri(uri);
  }
  if (type != "AWS") return bad_request("Invalid integration type " + type);
  made.role_arn = integration["CredentialsArn"].string_or("");
  if (auto function = function_of(uri)) {
    made.backend = Backend::kLambda;
    made.function_arn = std::move(*function);
    return {};
  }
  auto service = service_of(uri);
  if (!service) return invalid_arn();
  made.backend = Backend::kService;
  made.service = std::move(*service);
  return {};
}

Passthrough passthrough_of(const Json& integration) {
  const std::string value = integration["PassthroughBehavior"].string_or("");
  if (value == "NEVER") return Passthrough::kNever;
  return value == "WHEN_NO_TEMPLATES" ? Passthrough::kWhenNoTemplates : Passthrough::kWhenNoMatch;
}

}  // namespace

Result<std::shared_ptr<const MappedIntegration>> MappedIntegration::compile(const Json& integration,
                                                                            const Json& variables) {
  MappedIntegration made{
      .requests = TRY(TemplateChoice::compile(integration["RequestTemplates"],
                                              integration["TemplateSelectionExpression"]))};
  made.passthrough = passthrough_of(integration);
  made.content_handling = integration["ContentHandlingStrategy"].string_or("");
  made.parameters = TRY(read_request_parameters(integration["RequestParameters"]));
  TRY(aim(made, integration,
          fill_stage_variables(integration["IntegrationUri"].string_or(""), variables)));
  for (const Json& response : integration["IntegrationResponses"].items()) {
    made.responses.push_back(TRY(compile_response(response)));
  }
  std::sort(made.responses.begin(), made.responses.end(), [](const auto& a, const auto& b) {
    return std::pair(a.key == "$default", std::string_view(a.key)) <
           std::pair(b.key == "$default", std::string_view(b.key));
  });
  return std::make_shared<const MappedIntegration>(std::move(made));
}

const MappedResponse* MappedIntegration::response_for(
    const std::optional<std::string>& text) const {
  for (const MappedResponse& response : responses) {
    if (response.key == "$default") return &response;
    if (text && response.pattern && response.pattern->matches(*text)) return &response;
  }
  return nullptr;
}

}  // namespace fairlead::apigateway
