// Authorizers (reference/websocket-api.md §4.1). One record for both protocols: HTTP APIs read the
// members that WebSocket APIs refuse.
#include "services/apigateway/authorizers.h"

#include "base/arn.h"
#include "services/apigateway/authorizer_errors.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/identity_source.h"
#include "services/apigateway/integration_uri.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

bool is_http(const Json& api) { return text_of(api, "ProtocolType") == "HTTP"; }

// JSON names of an authorizer whose value an Update replaces whole.
void copy_authorizer(const Json& input, Json& authorizer) {
  copy_members(input, authorizer,
               {"Name", "AuthorizerType", "AuthorizerUri", "IdentitySource", "JwtConfiguration",
                "AuthorizerResultTtlInSeconds", "EnableSimpleResponses"});
  copy_or_clear(input, authorizer,
                {"AuthorizerCredentialsArn", "AuthorizerPayloadFormatVersion",
                 "IdentityValidationExpression"});
}

Status check_role(const Json& authorizer) {
  const std::string role = text_of(authorizer, "AuthorizerCredentialsArn");
  if (role.empty()) return {};
  const auto arn = parse_arn(role);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) {
    return malformed_role_arn(role);
  }
  return {};
}

Status check_uri(const Json& authorizer) {
  const std::string uri = text_of(authorizer, "AuthorizerUri");
  if (uri.empty()) return missing_field("authorizerUri");
  TRY(check_lambda_uri(uri));
  return check_role(authorizer);
}

Status check_websocket(const Json& authorizer) {
  if (text_of(authorizer, "AuthorizerType") == "JWT") return jwt_not_on_websocket();
  for (const std::string_view member :
       {"AuthorizerResultTtlInSeconds", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses",
        "JwtConfiguration"}) {
    if (!authorizer[member].is_null()) return cannot_be_set_on_websocket(member);
  }
  for (const Json& source : authorizer["IdentitySource"].items()) {
    if (!IdentitySource::read(source.string_or(""))) {
      return invalid_mapping_expression(source.string_or(""));
    }
  }
  return check_uri(authorizer);
}

Status check_http(const Json& authorizer) {
  if (text_of(authorizer, "AuthorizerType") == "JWT") {
    const Json& jwt = authorizer["JwtConfiguration"];
    if (text_of(jwt, "Issuer").empty()) return missing_field("jwtConfiguration.issuer");
    if (jwt["Audience"].empty()) return missing_field("jwtConfiguration.audience");
    if (authorizer["IdentitySource"].size() != 1) return missing_field("identitySource");
    return {};
  }
  const std::string version = text_of(authorizer, "AuthorizerPayloadFormatVersion");
  if (version.empty()) return missing_field("authorizerPayloadFormatVersion");
  if (version != "1.0" && version != "2.0") return bad_payload_format_version();
  if (version == "1.0" && authorizer["EnableSimpleResponses"].bool_or(false)) {
    return simple_responses_need_version_2();
  }
  return check_uri(authorizer);
}

Status check_authorizer(const Change& change, const Json& authorizer) {
  TRY(check_lengths(authorizer, {{"Name", 1, 128}, {"AuthorizerUri", 1, 2048}}));
  const std::string name = text_of(authorizer, "Name");
  for (const Json& other : TRY(change.all(kAuthorizers))) {
    if (text_of(other, "Name") == name && other["AuthorizerId"] != authorizer["AuthorizerId"]) {
      return authorizer_name_taken(name);
    }
  }
  const std::string type = text_of(authorizer, "AuthorizerType");
  if (type != "REQUEST" && type != "JWT") return unknown_authorizer_type(type);
  return is_http(change.api()) ? check_http(authorizer) : check_websocket(authorizer);
}

Error wrong_authorizer(const std::string& authorization) {
  return authorization == "JWT" ? jwt_needs_authorizer() : custom_needs_authorizer();
}

}  // namespace

Result<Json> create_authorizer(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json authorizer = Json::object();
  copy_authorizer(input, authorizer);
  if (text_of(authorizer, "AuthorizerType").empty()) return authorizer_type_missing();
  authorizer.set("AuthorizerId", TRY(change.new_id(kAuthorizers)));
  TRY(check_authorizer(change, authorizer));
  change.put(kAuthorizers, authorizer);
  TRY(change.commit_and_deploy());
  return authorizer;
}

Result<Json> update_authorizer(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json authorizer = TRY(change.require(kAuthorizers, text_of(input, "AuthorizerId")));
  copy_authorizer(input, authorizer);
  TRY(check_authorizer(change, authorizer));
  change.put(kAuthorizers, authorizer);
  TRY(change.commit_and_deploy());
  return authorizer;
}

Result<Json> delete_authorizer(Parts& parts, Context& cx, const Json& input) {
  const std::string id = text_of(input, "AuthorizerId");
  Change change = TRY(Change::begin(parts, cx, input));
  TRY(change.require(kAuthorizers, id));
  for (const Json& route : TRY(change.all(kRoutes))) {
    const bool used = route["AuthorizationType"].string_or("NONE") != "NONE";
    if (used && text_of(route, "AuthorizerId") == id) return authorizer_in_use(id);
  }
  change.erase(kAuthorizers, id);
  TRY(change.commit_and_deploy());
  return Json();
}

Status check_route_authorization(const Change& change, const Json& route) {
  const bool http = is_http(change.api());
  const std::string type = route["AuthorizationType"].string_or("NONE");
  const bool connect = text_of(route, "RouteKey") == "$connect";
  if (!http && route["ApiKeyRequired"].bool_or(false) && !connect) {
    return platform::not_implemented("ApiKeyRequired on routes other than $connect");
  }
  if (http && route["ApiKeyRequired"].bool_or(false)) return api_keys_not_on_http();
  if (type == "NONE") return {};
  if (!http && !connect) return authorization_only_on_connect();
  if (type == "AWS_IAM") return {};
  if (type == "JWT" && !http) return only_for_http("authorizationType JWT");
  if (type != "JWT" && type != "CUSTOM") return unknown_authorization_type(type);
  const std::string id = text_of(route, "AuthorizerId");
  if (id.empty()) return wrong_authorizer(type);
  const auto authorizer = TRY(find_resource(change.store(), change.api_id(), kAuthorizers, "", id));
  const std::string wanted = type == "JWT" ? "JWT" : "REQUEST";
  if (!authorizer || text_of(*authorizer, "AuthorizerType") != wanted) {
    return wrong_authorizer(type);
  }
  return {};
}

}  // namespace fairlead::apigateway
