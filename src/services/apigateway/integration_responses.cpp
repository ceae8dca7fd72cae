// Integration responses. On proxy types they are kept and ignored, as AWS does (§10.5); on others
// they make the reply.
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"
#include "services/apigateway/parameter_source.h"
#include "services/apigateway/response_pattern.h"
#include "services/apigateway/templates.h"

namespace fairlead::apigateway {
namespace {

Status check_and_copy(const Json& integration, const Json& input, Json& response) {
  copy_members(input, response,
               {"IntegrationResponseKey", "ResponseParameters", "ResponseTemplates"});
  copy_or_clear(input, response, {"ContentHandlingStrategy", "TemplateSelectionExpression"});
  const std::string key = text_of(response, "IntegrationResponseKey");
  if (!is_integration_response_key(key)) return bad_integration_response_key(key);
  if (text_of(integration, "IntegrationType").ends_with("_PROXY")) return {};
  TRY(read_response_parameters(response["ResponseParameters"]));
  TRY(TemplateChoice::compile(response["ResponseTemplates"],
                              response["TemplateSelectionExpression"]));
  return {};
}

Status check_key_is_free(const Change& change, const std::string& integration_id,
                         const Json& response) {
  for (const Json& other : TRY(change.all(kIntegrationResponses, integration_id))) {
    if (other["IntegrationResponseKey"] == response["IntegrationResponseKey"] &&
        other["IntegrationResponseId"] != response["IntegrationResponseId"]) {
      return duplicate_response_key(text_of(response, "IntegrationResponseKey"));
    }
  }
  return {};
}

}  // namespace

Result<Json> create_integration_response(Parts& parts, Context& cx, const Json& input) {
  const std::string integration_id = text_of(input, "IntegrationId");
  Change change = TRY(Change::begin(parts, cx, input));
  const Json integration = TRY(change.require(kIntegrations, integration_id));
  Json response = Json::object();
  TRY(check_and_copy(integration, input, response));
  TRY(check_key_is_free(change, integration_id, response));
  response.set("IntegrationResponseId", TRY(change.new_id(kIntegrationResponses, integration_id)));
  change.put(kIntegrationResponses, response, integration_id);
  TRY(change.commit_and_deploy());
  return response;
}

Result<Json> update_integration_response(Parts& parts, Context& cx, const Json& input) {
  const std::string integration_id = text_of(input, "IntegrationId");
  Change change = TRY(Change::begin(parts, cx, input));
  const Json integration = TRY(change.require(kIntegrations, integration_id));
  Json response = TRY(change.require(kIntegrationResponses, text_of(input, "IntegrationResponseId"),
                                     integration_id));
  TRY(check_and_copy(integration, input, response));
  TRY(check_key_is_free(change, integration_id, response));
  change.put(kIntegrationResponses, response, integration_id);
  TRY(change.commit_and_deploy());
  return response;
}

Result<Json> delete_integration_response(Parts& parts, Context& cx, const Json& input) {
  const std::string integration_id = text_of(input, "IntegrationId");
  const std::string id = text_of(input, "IntegrationResponseId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kIntegrations, integration_id));
  TRY(change.require(kIntegrationResponses, id, integration_id));
  change.erase(kIntegrationResponses, id, integration_id);
  TRY(change.commit_and_deploy());
  return Json();
}

}  // namespace fairlead::apigateway
