// The order of authorisation, and what a deployment freezes of it.
#include "services/apigateway/authorization.h"

#include "base/limits.h"
#include "base/log.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/integration_uri.h"

namespace fairlead::apigateway {
namespace {

using Type = ConnectAuthorization::Type;
using KeySource = ConnectAuthorization::KeySource;

const Json* find_authorizer(const Json& snapshot, const std::string& id) {
  for (const Json& authorizer : snapshot["Authorizers"].items()) {
    if (authorizer["AuthorizerId"].string_or("") == id) return &authorizer;
  }
  return nullptr;
}

void break_it(ConnectAuthorization& authorization, std::string problem) {
  authorization.type = Type::kBroken;
  authorization.problem = std::move(problem);
}

void aim_at_authorizer(ConnectAuthorization& authorization, const StageOwner& owner,
                       const Json& authorizer, const Json& variables) {
  const std::string uri =
      fill_stage_variables(authorizer["AuthorizerUri"].string_or(""), variables);
  auto function = function_of(uri);
  if (!function) return break_it(authorization, "the authorizer's URI names no function: " + uri);
  authorization.type = Type::kLambda;
  CompiledRoute& call = authorization.authorizer;
  call.key = "$connect authorizer";
  call.target = CompiledRoute::Target::kLambda;
  call.function_arn = std::move(*function);
  call.role_arn = authorizer["AuthorizerCredentialsArn"].string_or("");
  call.source_arn = "arn:aws:execute-api:" + owner.region + ":" + owner.account + ":" +
                    owner.api_id + "/authorizers/" + authorizer["AuthorizerId"].string_or("");
  call.timeout_ms = limits::kIntegrationTimeoutMs;
  for (const Json& source : authorizer["IdentitySource"].items()) {
    auto read = IdentitySource::read(source.string_or(""));
    if (!read) return break_it(authorization, "identity source " + source.string_or(""));
    authorization.sources.push_back(std::move(*read));
  }
}

KeySource key_source(const Json& route, const Json& api) {
  if (!route["ApiKeyRequired"].bool_or(false)) return KeySource::kNotAsked;
  const bool by_authorizer =
      api["ApiKeySelectionExpression"].string_or("") == "$context.authorizer.usageIdentifierKey";
  return by_authorizer ? KeySource::kAuthorizer : KeySource::kHeader;
}

}  // namespace

std::shared_ptr<const ConnectAuthorization> compile_authorization(const StageOwner& owner,
                                                                  const Json& route,
                                                                  const Json& snapshot,
                                                                  const Json& variables) {
  auto authorization = std::make_shared<ConnectAuthorization>();
  authorization->api_key = key_source(route, snapshot["Api"]);
  const std::string type = route["AuthorizationType"].string_or("NONE");
  if (type == "AWS_IAM") {
    authorization->type = Type::kIam;
  } else if (type == "CUSTOM") {
    const std::string id = route["AuthorizerId"].string_or("");
    if (const Json* authorizer = find_authorizer(snapshot, id)) {
      aim_at_authorizer(*authorization, owner, *authorizer, variables);
    } else {
      break_it(*authorization, "the authorizer does not exist: " + id);
    }
  } else if (type != "NONE") {
    break_it(*authorization, "authorization type " + type);
  } else if (authorization->api_key == KeySource::kNotAsked) {
    return nullptr;
  }
  return authorization;
}

std::optional<platform::HandshakeReply> authorise(const Entrant& entrant) {
  const ConnectAuthorization* authorization = entrant.stage.authorization.get();
  if (!authorization) return std::nullopt;
  std::string usage_key;
  std::optional<platform::HandshakeReply> refusal;
  switch (authorization->type) {
    case Type::kNone:
      break;
    case Type::kIam:
      refusal = authorise_by_signature(entrant);
      break;
    case Type::kLambda:
      refusal = authorise_by_lambda(entrant, usage_key);
      break;
    case Type::kBroken:
      log_debug("$connect cannot be authorised",
                {{"api", entrant.stage.api_id}, {"problem", authorization->problem}});
      return refuse_after_routing(500, kInternalServerError, entrant.facts.connection_id,
                                  entrant.stamp.request_id);
  }
  if (refusal || authorization->api_key == KeySource::kNotAsked) return refusal;
  if (authorization->api_key == KeySource::kHeader) {
    const std::string* header = find_header(*entrant.request.headers, "x-api-key");
    usage_key = header ? *header : "";
  }
  return check_api_key(entrant, usage_key);
}

}  // namespace fairlead::apigateway
