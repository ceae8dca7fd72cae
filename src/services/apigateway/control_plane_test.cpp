// The control plane: defaults, paging, merging, and every error row of reference §15.7 that is
// about WebSocket APIs.
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Control : public House {
 protected:
  void SetUp() override { make_api(); }
};

Json object(std::initializer_list<Json::Member> members) { return Json::object(members); }

TEST_F(Control, ApiDefaults) {
  Json api = run("GetApi");
  EXPECT_TRUE(api_id.size() == 10);
  const Json wanted =
      object({{"ApiEndpoint", "wss://" + api_id + ".execute-api.eu-west-1.amazonaws.com"},
              {"ApiId", api_id},
              {"ApiKeySelectionExpression", "$request.header.x-api-key"},
              {"CreatedDate", 1768254296},
              {"DisableExecuteApiEndpoint", false},
              {"IpAddressType", "ipv4"},
              {"ProtocolType", "WEBSOCKET"},
              {"Tags", Json::object()},
              {"Name", "chat"},
              {"RouteSelectionExpression", "$request.body.action"}});
  EXPECT_EQ(write_json(api), write_json(wanted));
  run("UpdateApi", object({{"Name", "renamed"}, {"Description", "d"}}));
  api = run("UpdateApi", object({{"Version", "1"}, {"Description", ""}}));
  EXPECT_EQ(api["Name"].string_or(""), "renamed");
  EXPECT_EQ(api["Version"].string_or(""), "1");
  EXPECT_FALSE(api.has("Description"));
}

TEST_F(Control, CreateApiRefusals) {
  const auto with = [](std::initializer_list<Json::Member> members) {
    Json input = object({{"ApiId", ""},
                         {"Name", "x"},
                         {"ProtocolType", "WEBSOCKET"},
                         {"RouteSelectionExpression", "$request.body.action"}});
    for (const auto& member : members) input.set(member.key, member.value);
    return input;
  };
  const struct {
    Json input;
    const char* words;
  } rows[] = {
      {with({{"ProtocolType", "HTTP"}}),
       "501 NotImplemented ProtocolType HTTP (HTTP APIs) is not implemented by Fairlead yet."},
      {with({{"ProtocolType", "MQTT"}}),
       "400 BadRequestException Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]"},
      {with({{"RouteSelectionExpression", nullptr}}),
       "400 BadRequestException Missing required field routeSelectionExpression"},
      {with({{"Name", ""}}),
       "400 BadRequestException name must be between 1 and 128 characters long"},
      {with({{"CorsConfiguration", Json::object()}}),
       "400 BadRequestException corsConfiguration is only supported on protocolType HTTP"},
      {with({{"RouteSelectionExpression", "${request.body.a"}}),
       "400 BadRequestException Invalid selection expression ${request.body.a: '}' is missing"},
      {with({{"ApiKeySelectionExpression", "$request.header.key"}}),
       "400 BadRequestException Invalid selection expression $request.header.key: must be "
       "$request.header.x-api-key or $context.authorizer.usageIdentifierKey"},
  };
  for (const auto& row : rows) EXPECT_EQ(refused("CreateApi", row.input), row.words);
}

TEST_F(Control, UnknownThings) {
  const std::string integration = lambda();
  const std::string route_id = route("a", integration);
  const struct {
    const char* operation;
    Json input;
    const char* noun;
  } rows[] = {
      {"GetRoute", object({{"RouteId", "nothere"}}), "Route"},
      {"UpdateRoute", object({{"RouteId", "nothere"}}), "Route"},
      {"DeleteRoute", object({{"RouteId", "nothere"}}), "Route"},
      {"GetRouteResponses", object({{"RouteId", "nothere"}}), "Route"},
      {"GetRouteResponse", object({{"RouteId", route_id}, {"RouteResponseId", "no"}}),
       "RouteResponse"},
      {"DeleteRouteResponse", object({{"RouteId", route_id}, {"RouteResponseId", "no"}}),
       "RouteResponse"},
      {"GetIntegration", object({{"IntegrationId", "nothere"}}), "Integration"},
      {"DeleteIntegration", object({{"IntegrationId", "nothere"}}), "Integration"},
      {"GetIntegrationResponse",
       object({{"IntegrationId", integration}, {"IntegrationResponseId", "no"}}),
       "IntegrationResponse"},
      {"GetStage", object({{"StageName", "nothere"}}), "stage"},
      {"DeleteStage", object({{"StageName", "nothere"}}), "stage"},
      {"UpdateStage", object({{"StageName", "nothere"}}), "stage"},
      {"CreateDeployment", object({{"StageName", "nothere"}}), "stage"},
      {"GetDeployment", object({{"DeploymentId", "no"}}), "deployment"},
      {"DeleteDeployment", object({{"DeploymentId", "no"}}), "deployment"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refused(row.operation, row.input),
              "404 NotFoundException Invalid " + std::string(row.noun) + " identifier specified")
        << row.operation;
  }
  const std::string no_api =
      "404 NotFoundException Invalid API identifier specified 111122223333:nosuchapi0";
  for (const char* operation : {"GetApi", "UpdateApi", "DeleteApi", "GetRoutes", "CreateDeployment",
                                "GetStages", "GetIntegrations"}) {
    EXPECT_EQ(refused(operation, object({{"ApiId", "nosuchapi0"}})), no_api) << operation;
  }
}

TEST_F(Control, ApisOfOthersAreUnknown) {
  platform::Context cx = context();
  cx.region = "us-east-1";
  platform::Request request;
  request.input = object({{"ApiId", api_id}});
  auto reply = registry->run("apigatewayv2", "GetApi", cx, request);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code->http_status, 404);
}

TEST_F(Control, Routes) {
  const Json created = run("CreateRoute", object({{"RouteKey", "a b/c.d"}}));
  EXPECT_EQ(created["RouteId"].string_or("").size(), 7u);
  EXPECT_EQ(created["AuthorizationType"].string_or(""), "NONE");
  EXPECT_FALSE(created["ApiKeyRequired"].bool_or(true));
  const std::string id = created["RouteId"].string_or("");
  EXPECT_EQ(refused("CreateRoute", object({{"RouteKey", "a b/c.d"}})),
            "409 ConflictException Route with key a b/c.d already exists for this API");
  EXPECT_EQ(refused("CreateRoute", object({{"RouteKey", "$mine"}})),
            "400 BadRequestException Invalid route key $mine: only $connect, $disconnect and "
            "$default may start with $");
  EXPECT_EQ(refused("CreateRoute", object({{"RouteKey", "x"}, {"AuthorizationType", "CUSTOM"}})),
            "400 BadRequestException Currently, authorization is restricted to the $connect route "
            "only");
  EXPECT_TRUE(
      refused("CreateRoute", object({{"RouteKey", "x"}, {"ModelSelectionExpression", "${x"}}))
          .starts_with("400 BadRequestException Invalid selection expression ${x: "));
  // An authorizer id with type NONE is accepted and does nothing.
  run("CreateRoute", object({{"RouteKey", "quiet"}, {"AuthorizerId", "abc123"}}));

  run("UpdateRoute",
      object({{"RouteId", id},
              {"OperationName", "op"},
              {"RequestParameters",
               object({{"route.request.header.a", object({{"Required", false}})}})}}));
  run("DeleteRouteRequestParameter",
      object({{"RouteId", id}, {"RequestParameterKey", "route.request.header.a"}}));
  EXPECT_EQ(refused("DeleteRouteRequestParameter",
                    object({{"RouteId", id}, {"RequestParameterKey", "route.request.header.a"}})),
            "404 NotFoundException Invalid request parameter specified");
  EXPECT_EQ(write_json(run("GetRoute", object({{"RouteId", id}}))["RequestParameters"]), "{}");
  run("DeleteRoute", object({{"RouteId", id}}));
  run("CreateRoute", object({{"RouteKey", "a b/c.d"}}));  // its key is free again
}

TEST_F(Control, RouteResponses) {
  const std::string id = route("a", "", Way::kTwo);
  EXPECT_EQ(
      refused("CreateRouteResponse", object({{"RouteId", id}, {"RouteResponseKey", "/200/"}})),
      "400 BadRequestException Route response key must be $default");
  EXPECT_EQ(
      refused("CreateRouteResponse", object({{"RouteId", id}, {"RouteResponseKey", "$default"}})),
      "409 ConflictException Response with key $default already exists");
  const Json page = run("GetRouteResponses", object({{"RouteId", id}}));
  ASSERT_EQ(page["Items"].size(), 1u);
  const Json response = page["Items"].items()[0];
  run("UpdateRouteResponse", object({{"RouteId", id},
                                     {"RouteResponseId", response["RouteResponseId"]},
                                     {"ResponseModels", object({{"$default", "Empty"}})}}));
  EXPECT_EQ(
      run("GetRouteResponse",
          object({{"RouteId", id},
                  {"RouteResponseId", response["RouteResponseId"]}}))["ResponseModels"]["$default"]
          .string_or(""),
      "Empty");
  run("DeleteRouteResponse",
      object({{"RouteId", id}, {"RouteResponseId", response["RouteResponseId"]}}));
  EXPECT_EQ(run("GetRouteResponses", object({{"RouteId", id}}))["Items"].size(), 0u);
}

TEST_F(Control, IntegrationDefaults) {
  const std::string id = lambda("f");
  EXPECT_EQ(id.size(), 7u);
  const Json wanted = object(
      {{"ConnectionType", "INTERNET"},
       {"IntegrationResponseSelectionExpression", "${integration.response.body.errorMessage}"},
       {"PassthroughBehavior", "WHEN_NO_MATCH"},
       {"PayloadFormatVersion", "1.0"},
       {"TimeoutInMillis", 29000},
       {"IntegrationMethod", "POST"},
       {"IntegrationType", "AWS_PROXY"},
       {"IntegrationUri", lambda_uri("f")},
       {"IntegrationId", id}});
  EXPECT_EQ(run("GetIntegration", object({{"IntegrationId", id}})), wanted);
  run("UpdateIntegration", object({{"IntegrationId", id}, {"TimeoutInMillis", 50}}));
  const std::string in_use = route("a", id);
  EXPECT_EQ(refused("DeleteIntegration", object({{"IntegrationId", id}})),
            "409 ConflictException Cannot delete Integration '" + id +
                "' as it is being used by 1 route(s)");
  run("DeleteRoute", object({{"RouteId", in_use}}));
  run("DeleteIntegration", object({{"IntegrationId", id}}));
}

TEST_F(Control, IntegrationRefusals) {
  const auto lambda_with = [](std::initializer_list<Json::Member> members) {
    Json input = object({{"IntegrationType", "AWS_PROXY"}, {"IntegrationUri", lambda_uri("f")}});
    for (const auto& member : members) input.set(member.key, member.value);
    return input;
  };
  const std::string soon = " is not implemented by Fairlead yet.";
  const struct {
    Json input;
    std::string words;
  } rows[] = {
      {lambda_with({{"IntegrationType", "AWS"}}),
       "400 BadRequestException Enumeration value for HttpMethod must be non-empty"},
      {lambda_with({{"IntegrationType", "HTTP"}, {"IntegrationMethod", "POST"}}),
       "400 BadRequestException Invalid HTTP endpoint specified for URI"},
      {lambda_with({{"IntegrationType", "SOAP"}}),
       "400 BadRequestException Invalid integration type SOAP"},
      {lambda_with({{"ConnectionType", "VPC_LINK"}}),
       "501 NotImplemented ConnectionType VPC_LINK" + soon},
      {lambda_with({{"ContentHandlingStrategy", "CONVERT_TO_BINARY"}}),
       "501 NotImplemented ContentHandlingStrategy CONVERT_TO_BINARY" + soon},
      {lambda_with({{"TimeoutInMillis", 49}}),
       "400 BadRequestException Timeout should be between 50 ms and 29000 ms"},
      {lambda_with({{"TimeoutInMillis", 29001}}),
       "400 BadRequestException Timeout should be between 50 ms and 29000 ms"},
      {lambda_with({{"IntegrationUri", "nonsense"}}),
       "400 BadRequestException Invalid ARN specified in the request"},
      {lambda_with({{"IntegrationUri", "arn:aws:lambda:eu-west-1:111122223333:function:f"}}),
       "400 BadRequestException AWS ARN for integration must contain path or action"},
      {lambda_with({{"IntegrationUri", "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem"}}),
       "400 BadRequestException Integrations of type 'AWS_PROXY' currently only supports Lambda "
       "function and Firehose stream invocations."},
      {lambda_with({{"CredentialsArn", "role"}}),
       "400 BadRequestException Invalid ARN. ARN is not well formed role"},
      {lambda_with({{"RequestParameters", object({{"integration.request.header.a", "b"}})}}),
       "400 BadRequestException Invalid mapping expression specified: Validation Result: warnings "
       ": [], errors : [Invalid mapping expression specified: b]"},
      {object({{"IntegrationType", "MOCK"}, {"TemplateSelectionExpression", "${context"}}),
       "400 BadRequestException Invalid selection expression ${context: '}' is missing"},
  };
  for (const auto& row : rows) EXPECT_EQ(refused("CreateIntegration", row.input), row.words);
  // A proxy ignores templates, whatever they hold.
  run("CreateIntegration", lambda_with({{"RequestTemplates", object({{"a", "$input.body"}})}}));
}

TEST_F(Control, IntegrationResponses) {
  const std::string proxy = lambda();
  const std::string mocked = mock(Json(), Json());
  run("CreateIntegrationResponse",
      object({{"IntegrationId", proxy}, {"IntegrationResponseKey", "/201/"}}));
  EXPECT_EQ(refused("CreateIntegrationResponse",
                    object({{"IntegrationId", proxy}, {"IntegrationResponseKey", "/201/"}})),
            "409 ConflictException Response with key /201/ already exists");
  for (const char* key : {"200", "/", "//", "/(/"}) {
    EXPECT_EQ(refused("CreateIntegrationResponse",
                      object({{"IntegrationId", proxy}, {"IntegrationResponseKey", key}})),
              "400 BadRequestException Invalid integration response key " + std::string(key) +
                  ": must be $default or /regular expression/");
  }
  EXPECT_EQ(refused("CreateIntegrationResponse",
                    object({{"IntegrationId", mocked},
                            {"IntegrationResponseKey", "$default"},
                            {"ResponseTemplates", object({{"$default", "#set($a = )"}})}}))
                .substr(0, 77),
            "400 BadRequestException Invalid mapping template specified for $default: line");
  const Json response = run("CreateIntegrationResponse",
                            object({{"IntegrationId", mocked},
                                    {"IntegrationResponseKey", "$default"},
                                    {"ResponseTemplates", object({{"$default", "#1 at $5"}})}}));
  EXPECT_EQ(response["IntegrationResponseId"].string_or("").size(), 6u);
  const Json named = object(
      {{"IntegrationId", mocked}, {"IntegrationResponseId", response["IntegrationResponseId"]}});
  EXPECT_EQ(run("GetIntegrationResponse", named), response);
  Json update = named;
  update.set("IntegrationResponseKey", "/200/");
  EXPECT_EQ(run("UpdateIntegrationResponse", update)["IntegrationResponseKey"].string_or(""),
            "/200/");
  run("DeleteIntegrationResponse", named);
  EXPECT_EQ(run("GetIntegrationResponses", object({{"IntegrationId", mocked}}))["Items"].size(),
            0u);
}

TEST_F(Control, DeploymentsAndStages) {
  EXPECT_EQ(refused("CreateDeployment"),
            "400 BadRequestException At least one route is required before deploying the Api");
  route("a", "");
  const Json deployment = run("CreateDeployment", object({{"Description", "one"}}));
  const std::string id = deployment["DeploymentId"].string_or("");
  EXPECT_EQ(deployment, object({{"AutoDeployed", false},
                                {"CreatedDate", 1768254296},
                                {"DeploymentId", id},
                                {"DeploymentStatus", "DEPLOYED"},
                                {"Description", "one"}}));
  const Json stage = run("CreateStage", object({{"StageName", "prod"}, {"DeploymentId", id}}));
  EXPECT_EQ(stage, object({{"CreatedDate", 1768254296},
                           {"LastUpdatedDate", 1768254296},
                           {"DeploymentId", id},
                           {"DefaultRouteSettings", object({{"DataTraceEnabled", false},
                                                            {"DetailedMetricsEnabled", false},
                                                            {"LoggingLevel", "OFF"}})},
                           {"RouteSettings", Json::object()},
                           {"StageVariables", Json::object()},
                           {"Tags", Json::object()},
                           {"StageName", "prod"}}));
  EXPECT_EQ(refused("CreateStage", object({{"StageName", "prod"}})),
            "409 ConflictException Stage already exists");
  EXPECT_EQ(refused("CreateStage", object({{"StageName", "$default"}})),
            "400 BadRequestException Stage name only allows a-zA-Z0-9_-");
  EXPECT_EQ(refused("CreateStage", object({{"StageName", "x"}, {"DeploymentId", "nope"}})),
            "400 BadRequestException Deployment id does not exist");
  EXPECT_EQ(refused("DeleteDeployment", object({{"DeploymentId", id}})),
            "400 BadRequestException Active stages pointing to this deployment must be moved or "
            "deleted");
  // A deployment that names a stage moves it.
  const Json second = run("CreateDeployment", object({{"StageName", "prod"}}));
  EXPECT_EQ(run("GetStage", object({{"StageName", "prod"}}))["DeploymentId"],
            second["DeploymentId"]);
  run("DeleteDeployment", object({{"DeploymentId", id}}));
  EXPECT_EQ(run("UpdateDeployment", object({{"DeploymentId", second["DeploymentId"]},
                                            {"Description", "two"}}))["Description"]
                .string_or(""),
            "two");
  run("UpdateStage", object({{"StageName", "prod"}, {"AutoDeploy", true}}));
  EXPECT_EQ(refused("UpdateStage",
                    object({{"StageName", "prod"}, {"DeploymentId", second["DeploymentId"]}})),
            "400 BadRequestException Deployment id cannot be set on a stage with auto deploy "
            "enabled");
  run("DeleteStage", object({{"StageName", "prod"}}));
  EXPECT_EQ(run("GetStages")["Items"].size(), 0u);
}

TEST_F(Control, StageSettings) {
  route("a", "");
  run("CreateStage",
      object({{"StageName", "s"}, {"StageVariables", object({{"x", "1"}, {"y", "2"}})}}));
  Json stage = run("UpdateStage",
                   object({{"StageName", "s"},
                           {"StageVariables", object({{"y", ""}, {"z", "a-b.c~d/e?f#g&h=i,j"}})},
                           {"DefaultRouteSettings", object({{"ThrottlingRateLimit", 1.5}})}}));
  EXPECT_EQ(write_json(stage["StageVariables"]), R"({"x":"1","z":"a-b.c~d/e?f#g&h=i,j"})");
  EXPECT_EQ(write_json(stage["DefaultRouteSettings"]),
            R"({"DataTraceEnabled":false,"DetailedMetricsEnabled":false,"LoggingLevel":"OFF",)"
            R"("ThrottlingRateLimit":1.5})");
  const std::string soon = " is not implemented by Fairlead yet.";
  const auto with = [](const char* member, Json value) {
    return object({{"StageName", "s"}, {member, std::move(value)}});
  };
  const struct {
    Json input;
    std::string words;
  } rows[] = {
      {with("AccessLogSettings", object({{"Format", "x"}})),
       "501 NotImplemented AccessLogSettings" + soon},
      {with("ClientCertificateId", "abc"), "501 NotImplemented ClientCertificateId" + soon},
      {with("DefaultRouteSettings", object({{"LoggingLevel", "INFO"}})),
       "501 NotImplemented LoggingLevel INFO" + soon},
      {with("DefaultRouteSettings", object({{"DataTraceEnabled", true}})),
       "501 NotImplemented DataTraceEnabled" + soon},
      {with("RouteSettings", object({{"a", object({{"DetailedMetricsEnabled", true}})}})),
       "501 NotImplemented DetailedMetricsEnabled" + soon},
      {with("RouteSettings", object({{"b", object({{"ThrottlingBurstLimit", 1}})}})),
       "404 NotFoundException Unable to find Route by key b within the provided RouteSettings"},
      {with("DefaultRouteSettings", object({{"ThrottlingBurstLimit", -1}})),
       "400 BadRequestException Throttling limits must not be negative"},
      {with("StageVariables", object({{"bad name", "x"}})),
       "400 BadRequestException Invalid stage variable bad name: names are letters, digits and _; "
       "values match [A-Za-z0-9-._~:/?#&=,]+"},
  };
  for (const auto& row : rows) EXPECT_EQ(refused("UpdateStage", row.input), row.words);
  run("DeleteAccessLogSettings", object({{"StageName", "s"}}));
}

TEST_F(Control, PagesAreOrderedById) {
  for (int i = 0; i < 7; ++i) route("k" + std::to_string(i), "");
  std::vector<std::string> ids;
  std::string token;
  int pages = 0;
  do {
    Json input = object({{"MaxResults", "3"}});
    if (!token.empty()) input.set("NextToken", token);
    const Json page = run("GetRoutes", input);
    for (const Json& item : page["Items"].items()) ids.push_back(item["RouteId"].string_or(""));
    token = page["NextToken"].string_or("");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(ids.size(), 7u);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  for (const char* bad : {"0", "-1", "many", "1234567"}) {
    EXPECT_EQ(refused("GetRoutes", object({{"MaxResults", bad}})),
              "400 BadRequestException Invalid maxResults or nextToken specified");
  }
  EXPECT_EQ(refused("GetRoutes", object({{"NextToken", "%%%"}})),
            "400 BadRequestException Invalid maxResults or nextToken specified");
  EXPECT_EQ(run("GetApis", object({{"ApiId", nullptr}}))["Items"].size(), 1u);
}

TEST_F(Control, DefaultPageAndQuota) {
  for (int i = 0; i < 300; ++i) route("k" + std::to_string(i), "");
  EXPECT_EQ(run("GetRoutes")["Items"].size(), 25u);
  EXPECT_EQ(run("GetRoutes", object({{"MaxResults", "1000"}}))["Items"].size(), 300u);
  EXPECT_EQ(refused("CreateRoute", object({{"RouteKey", "one too many"}})),
            "400 BadRequestException Maximum number of Routes for this API has been reached");
}

TEST_F(Control, Tags) {
  run("CreateStage", object({{"StageName", "s"}, {"Tags", object({{"a", "1"}})}}));
  const std::string api_arn = "arn:aws:apigateway:eu-west-1::/apis/" + api_id;
  for (const std::string& arn : {api_arn, api_arn + "/stages/s"}) {
    run("TagResource", object({{"ResourceArn", arn}, {"Tags", object({{"b", "2"}, {"c", "3"}})}}));
    run("UntagResource", object({{"ResourceArn", arn}, {"TagKeys", Json::array({"b", "x"})}}));
  }
  EXPECT_EQ(write_json(run("GetTags", object({{"ResourceArn", api_arn}}))),
            R"({"Tags":{"c":"3"}})");
  EXPECT_EQ(write_json(run("GetStage", object({{"StageName", "s"}}))["Tags"]),
            R"({"a":"1","c":"3"})");
  EXPECT_EQ(refused("GetTags", object({{"ResourceArn", "x"}})),
            "400 BadRequestException Invalid ARN specified in the request");
  EXPECT_EQ(refused("GetTags", object({{"ResourceArn", api_arn + "/stages/none"}})),
            "404 NotFoundException Invalid stage identifier specified");
  EXPECT_EQ(
      refused("GetTags", object({{"ResourceArn", "arn:aws:apigateway:eu-west-1::/vpclinks/a"}})),
      "501 NotImplemented Tags of /vpclinks is not implemented by Fairlead yet.");
  Json many = Json::object();
  for (int i = 0; i < 51; ++i) many.set("k" + std::to_string(i), "v");
  EXPECT_EQ(refused("TagResource", object({{"ResourceArn", api_arn}, {"Tags", many}})),
            "400 BadRequestException A resource can have at most 50 tags");
}

TEST_F(Control, DeleteApiTakesEverything) {
  const std::string integration = lambda();
  route("a", integration, Way::kTwo);
  deploy();
  run("DeleteApi");
  auto cursor = store->range(storage::Family::kMeta, "ag/", "ag0");
  EXPECT_FALSE(cursor->valid()) << "left: " << cursor->key();
}

TEST_F(Control, PermissionsAndUnknownOperations) {
  const auto* entry = registry->find("apigatewayv2", "UpdateRoute");
  ASSERT_TRUE(entry);
  EXPECT_STREQ(entry->operation->permission, "apigateway:PATCH");
  EXPECT_EQ(entry->operation->resource(context(), object({{"ApiId", api_id}, {"RouteId", "r1"}})),
            "arn:aws:apigateway:eu-west-1::/apis/" + api_id + "/routes/r1");
  EXPECT_EQ(refused("CreateVpcLink"),
            "501 NotImplemented apigatewayv2.CreateVpcLink is not implemented by Fairlead yet.");
}

}  // namespace
}  // namespace fairlead::apigateway
