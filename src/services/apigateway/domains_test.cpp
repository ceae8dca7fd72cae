// Custom domain names and API mappings: their operations, and where hosts and paths lead (§2.2).
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

constexpr const char* kCertificate = "arn:aws:acm:eu-west-1:111122223333:certificate/abc";

class CustomDomains : public House {
 protected:
  CustomDomains() {
    make_api();
    route("$default", mock(Json::object({{"$default", "{}"}}), Json()));
    deploy();
  }

  static Json configurations(const char* certificate = kCertificate) {
    return Json::array({Json::object({{"CertificateArn", certificate}})});
  }
  Json domain(const std::string& name) {
    return run("CreateDomainName", Json::object({{"DomainName", name},
                                                 {"DomainNameConfigurations", configurations()}}));
  }
  std::string map(const std::string& name, const std::string& key) {
    const Json mapping =
        run("CreateApiMapping",
            Json::object({{"DomainName", name}, {"Stage", "dev"}, {"ApiMappingKey", key}}));
    return mapping["ApiMappingId"].string_or("");
  }
  // "api stage rest", "no mapping" or "nobody's".
  std::string leads(const std::string& host, const std::string& path) {
    const auto found = gateway->resolve_domain(host, path);
    if (!found) return "nobody's";
    EXPECT_EQ(found->account + found->region, "111122223333eu-west-1");
    if (found->api_id.empty()) return "no mapping";
    EXPECT_EQ(found->api_id, api_id);
    return found->stage + " " + path.substr(found->taken);
  }
};

TEST_F(CustomDomains, CreateReadChangeDelete) {
  Json input = Json::object({{"DomainName", "Chat.example.com"},
                             {"DomainNameConfigurations", configurations()},
                             {"Tags", Json::object({{"a", "1"}})}});
  const Json made = run("CreateDomainName", input);
  EXPECT_EQ(made["DomainName"].string_or(""), "Chat.example.com");
  EXPECT_EQ(made["ApiMappingSelectionExpression"].string_or(""), "$request.basepath");
  EXPECT_EQ(made["DomainNameArn"].string_or(""),
            "arn:aws:apigateway:eu-west-1::/domainnames/Chat.example.com");
  EXPECT_FALSE(made.has("Account"));
  const Json& configuration = made["DomainNameConfigurations"].items().front();
  EXPECT_EQ(configuration["DomainNameStatus"].string_or(""), "AVAILABLE");
  EXPECT_EQ(configuration["CertificateArn"].string_or(""), kCertificate);
  EXPECT_EQ(configuration["HostedZoneId"].string_or(""), "ZLY8HYME6SFDD");
  EXPECT_TRUE(configuration["ApiGatewayDomainName"].string_or("").ends_with(
      ".execute-api.eu-west-1.amazonaws.com"));

  const Json named = Json::object({{"DomainName", "chat.example.com"}});
  EXPECT_EQ(run("GetDomainName", named), made);
  EXPECT_EQ(refused("CreateDomainName", input),
            "409 ConflictException The domain name you provided already exists.");
  domain("b.example.com");
  const Json first = run("GetDomainNames", Json::object({{"MaxResults", "1"}}));
  EXPECT_EQ(first["Items"].size(), 1u);
  const Json second =
      run("GetDomainNames", Json::object({{"MaxResults", "1"}, {"NextToken", first["NextToken"]}}));
  EXPECT_EQ(second["Items"].items().front(), made);
  EXPECT_FALSE(second.has("NextToken"));

  Json change = named;
  change.set("DomainNameConfigurations", configurations("arn:aws:acm:eu-west-1:1:certificate/n"));
  const Json changed = run("UpdateDomainName", change)["DomainNameConfigurations"].items().front();
  EXPECT_EQ(changed["CertificateArn"].string_or(""), "arn:aws:acm:eu-west-1:1:certificate/n");
  EXPECT_EQ(changed["ApiGatewayDomainName"], configuration["ApiGatewayDomainName"]);
  run("DeleteDomainName", named);
  EXPECT_EQ(refused("GetDomainName", named),
            "404 NotFoundException The domain name resource specified in the request was not "
            "found.");
}

TEST_F(CustomDomains, Refusals) {
  const auto create = [&](Json input) { return refused("CreateDomainName", std::move(input)); };
  for (const char* name :
       {"localhost", "127.0.0.1", "a..b", "-a.example", "*.com", "a b.example"}) {
    EXPECT_EQ(create(Json::object(
                  {{"DomainName", name}, {"DomainNameConfigurations", configurations()}})),
              "400 BadRequestException The domain name you provided is not valid.")
        << name;
  }
  EXPECT_EQ(create(Json::object({{"DomainName", "a.example"}})),
            "400 BadRequestException Missing required field domainNameConfigurations");
  EXPECT_EQ(create(Json::object(
                {{"DomainName", "a.example"}, {"DomainNameConfigurations", configurations("no")}})),
            "400 BadRequestException Invalid ARN specified in the request");
  Json edge = configurations();
  edge.items().front().set("EndpointType", "EDGE");
  EXPECT_EQ(create(Json::object({{"DomainName", "a.example"}, {"DomainNameConfigurations", edge}})),
            "400 BadRequestException Only REGIONAL endpoint types are supported for this domain "
            "name.");
}

TEST_F(CustomDomains, Mappings) {
  domain("chat.example.com");
  const std::string id = map("chat.example.com", "v1");
  const Json named = Json::object({{"DomainName", "chat.example.com"}, {"ApiMappingId", id}});
  const Json mapping = run("GetApiMapping", named);
  EXPECT_EQ(mapping["ApiMappingKey"].string_or(""), "v1");
  EXPECT_EQ(mapping["Stage"].string_or(""), "dev");
  EXPECT_EQ(run("GetApiMappings", Json::object({{"DomainName", "chat.example.com"}}))["Items"],
            Json::array({mapping}));
  const auto create = [&](const char* key, const char* stage = "dev") {
    return refused("CreateApiMapping", Json::object({{"DomainName", "chat.example.com"},
                                                     {"Stage", stage},
                                                     {"ApiMappingKey", key}}));
  };
  EXPECT_EQ(create("v1"),
            "409 ConflictException ApiMapping key already exists for this domain name");
  EXPECT_EQ(create("x", "none"), "404 NotFoundException Invalid stage identifier specified");
  EXPECT_EQ(create("/x"),
            "400 BadRequestException API mapping key should not start with a '/' or have "
            "consecutive '/'s.");
  EXPECT_EQ(create("x/"), "400 BadRequestException API mapping key should not end with a '/'.");
  EXPECT_EQ(create("x y"),
            "400 BadRequestException API mapping key should contain only letters, numbers and "
            "$-_.+!*'()/ characters.");
  Json change = named;
  change.set("ApiMappingKey", "v2");
  EXPECT_EQ(run("UpdateApiMapping", change)["ApiMappingKey"].string_or(""), "v2");
  EXPECT_EQ(leads("chat.example.com", "/v2"), "dev ");
  EXPECT_EQ(leads("chat.example.com", "/v1"), "no mapping");
  EXPECT_EQ(refused("DeleteStage", Json::object({{"StageName", "dev"}})),
            "400 BadRequestException Deleting stage failed. Please remove all base path mappings "
            "related to the stage in your domains before deletion.");
  EXPECT_TRUE(refused("DeleteApi").starts_with("400 BadRequestException Deleting API failed."));
  run("DeleteApiMapping", named);
  EXPECT_EQ(refused("GetApiMapping", named),
            "404 NotFoundException The api mapping resource specified in the request was not "
            "found.");
  run("DeleteStage", Json::object({{"StageName", "dev"}}));
}

TEST_F(CustomDomains, Addresses) {
  domain("Chat.example.com");
  domain("*.wild.example");
  map("chat.example.com", "");
  map("chat.example.com", "v1");
  map("chat.example.com", "v1/deep");
  map("*.wild.example", "key");
  const auto check = [&] {
    EXPECT_EQ(leads("CHAT.example.com", ""), "dev ");
    EXPECT_EQ(leads("chat.example.com", "/"), "dev /");
    EXPECT_EQ(leads("chat.example.com", "/v1"), "dev ");
    EXPECT_EQ(leads("chat.example.com", "/v1/"), "dev /");
    EXPECT_EQ(leads("chat.example.com", "/v1x"), "dev /v1x");
    EXPECT_EQ(leads("chat.example.com", "/v1/deep/@connections/x"), "dev /@connections/x");
    EXPECT_EQ(leads("any.wild.example", "/key/x"), "dev /x");
    EXPECT_EQ(leads("any.wild.example", "/other"), "no mapping");
    EXPECT_EQ(leads("other.example.com", "/"), "nobody's");
  };
  check();
  start({});  // another process, the same store
  check();
  run("DeleteDomainName", Json::object({{"DomainName", "chat.example.com"}}));
  EXPECT_EQ(leads("chat.example.com", "/v1"), "nobody's");
}

TEST_F(CustomDomains, TheOnlyWayInWhenTheDefaultEndpointIsDisabled) {
  run("UpdateApi", Json::object({{"DisableExecuteApiEndpoint", true}}));
  close(open());  // nothing changes before it is deployed
  deploy();
  EXPECT_EQ(connect().status, 403);
  platform::Context cx = context();
  platform::HandshakeRequest request;
  const platform::HeaderList headers;
  request.headers = &headers;
  request.custom_domain = true;
  const auto reply = gateway->connect(cx, request);
  EXPECT_EQ(reply.status, 101);
  if (reply.session) reply.session->closed(1000, "");
}

TEST_F(CustomDomains, Tags) {
  domain("chat.example.com");
  const Json arn = Json::object(
      {{"ResourceArn", "arn:aws:apigateway:eu-west-1::/domainnames/chat.example.com"}});
  Json tags = arn;
  tags.set("Tags", Json::object({{"a", "1"}, {"b", "2"}}));
  run("TagResource", tags);
  Json fewer = arn;
  fewer.set("TagKeys", Json::array({"a"}));
  run("UntagResource", fewer);
  EXPECT_EQ(run("GetTags", arn)["Tags"], Json::object({{"b", "2"}}));
  EXPECT_EQ(run("GetDomainName", Json::object({{"DomainName", "chat.example.com"}}))["Tags"],
            Json::object({{"b", "2"}}));
}

}  // namespace
}  // namespace fairlead::apigateway
