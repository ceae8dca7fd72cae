// The control plane of authorizers and of what routes ask for.
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Authorizers : public House {
 protected:
  void SetUp() override { make_api(); }
  Json authorizer(Json also = Json::object()) const {
    also.set("Name", also["Name"].string_or("a"));
    if (!also.has("AuthorizerType")) also.set("AuthorizerType", "REQUEST");
    if (!also.has("AuthorizerUri")) also.set("AuthorizerUri", lambda_uri("auth"));
    return also;
  }
};

TEST_F(Authorizers, LiveAndDie) {
  const Json made =
      run("CreateAuthorizer",
          authorizer(Json::object({{"IdentitySource", Json::array({"route.request.header.A"})}})));
  const std::string id = made["AuthorizerId"].string_or("");
  EXPECT_EQ(id.size(), 6u);
  EXPECT_EQ(write_json(made),
            R"({"Name":"a","AuthorizerType":"REQUEST","AuthorizerUri":")" + lambda_uri("auth") +
                R"(","IdentitySource":["route.request.header.A"],"AuthorizerId":")" + id + "\"}");
  const Json one = Json::object({{"AuthorizerId", id}});
  EXPECT_EQ(run("GetAuthorizer", one), made);
  EXPECT_EQ(run("GetAuthorizers")["Items"].items().at(0), made);
  Json change = one;
  change.set("Name", "b");
  EXPECT_EQ(run("UpdateAuthorizer", change)["Name"].string_or(""), "b");
  const std::string route_id = run("CreateRoute", Json::object({{"RouteKey", "$connect"},
                                                                {"AuthorizationType", "CUSTOM"},
                                                                {"AuthorizerId", id}}))["RouteId"]
                                   .string_or("");
  EXPECT_EQ(refused("DeleteAuthorizer", one),
            "409 ConflictException Cannot delete Authorizer '" + id + "' as it is being used");
  run("DeleteRoute", Json::object({{"RouteId", route_id}}));
  run("DeleteAuthorizer", one);
  EXPECT_EQ(refused("GetAuthorizer", one),
            "404 NotFoundException Invalid Authorizer identifier specified");
}

TEST_F(Authorizers, WhatTheyMayNotSay) {
  run("CreateAuthorizer", authorizer(Json::object({{"Name", "taken"}})));
  const auto bad = [](std::string text) { return "400 BadRequestException " + std::move(text); };
  const std::pair<Json, std::string> cases[] = {
      {Json::object({{"Name", "taken"}}),
       bad("Authorizer name must be unique. Authorizer taken already exists in this RestApi.")},
      {Json::object({{"AuthorizerType", ""}}),
       bad("Invalid request input. CreateAuthorizer input is missing authorizer type.")},
      {Json::object({{"AuthorizerType", "TOKEN"}}),
       bad("Invalid authorizer type TOKEN. Must be one of [REQUEST, JWT]")},
      {Json::object({{"AuthorizerType", "JWT"}}),
       bad("Authorizer type JWT cannot be set for WEBSOCKET protocol Apis")},
      {Json::object({{"AuthorizerResultTtlInSeconds", 300}}),
       bad("AuthorizerResultTtlInSeconds cannot be set for WEBSOCKET protocol Apis")},
      {Json::object({{"IdentitySource", Json::array({"$request.header.A"})}}),
       bad("Invalid mapping expression specified: Validation Result: warnings : [], errors : "
           "[Invalid mapping expression specified: $request.header.A]")},
      {Json::object({{"AuthorizerUri", ""}}),
       bad("authorizerUri must be between 1 and 2048 characters long")},
      {Json::object({{"AuthorizerUri", "nonsense"}}), bad("Invalid ARN specified in the request")},
      {Json::object({{"AuthorizerCredentialsArn", "me"}}),
       bad("Invalid ARN. ARN is not well formed me")},
  };
  for (const auto& [input, expected] : cases) {
    EXPECT_EQ(refused("CreateAuthorizer", authorizer(input)), expected) << write_json(input);
  }
}

TEST_F(Authorizers, WhatRoutesMayAsk) {
  const auto asked = [&](const char* key, Json also) {
    also.set("RouteKey", key);
    return refused("CreateRoute", std::move(also));
  };
  EXPECT_EQ(asked("x", Json::object({{"AuthorizationType", "AWS_IAM"}})),
            "400 BadRequestException Currently, authorization is restricted to the $connect route "
            "only");
  const std::string unknown =
      "400 BadRequestException Invalid authorizer ID specified. Setting the authorization type to "
      "CUSTOM requires a valid authorizer.";
  EXPECT_EQ(asked("$connect", Json::object({{"AuthorizationType", "CUSTOM"}})), unknown);
  EXPECT_EQ(asked("$connect",
                  Json::object({{"AuthorizationType", "CUSTOM"}, {"AuthorizerId", "abcdef"}})),
            unknown);
  EXPECT_EQ(asked("$connect", Json::object({{"AuthorizationType", "JWT"}})),
            "400 BadRequestException authorizationType JWT is only supported on protocolType HTTP");
  EXPECT_EQ(asked("x", Json::object({{"ApiKeyRequired", true}})),
            "501 NotImplemented ApiKeyRequired on routes other than $connect is not implemented by "
            "Fairlead yet.");
  run("CreateRoute", Json::object({{"RouteKey", "$connect"}, {"ApiKeyRequired", true}}));
}

}  // namespace
}  // namespace fairlead::apigateway
