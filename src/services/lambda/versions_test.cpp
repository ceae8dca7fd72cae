// Versions and aliases: publishing, qualified names, weights, policies, removal.
#include <map>

#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using test::House;
using test::make_zip;

const std::string kArn = "arn:aws:lambda:us-east-1:000000000000:function:chat";

Json named(const std::string& name) { return Json::object({{"FunctionName", name}}); }

Json with(Json input, std::string_view key, Json value) {
  input.set(key, std::move(value));
  return input;
}

void change_code(House& house, const std::string& text) {
  const std::string zip = make_zip({{"index.js", text}});
  house.ok("UpdateFunctionCode", with(named("chat"), "ZipFile", base64_encode(zip)));
}

Json alias_input(const std::string& name, const std::string& version) {
  return with(with(named("chat"), "Name", name), "FunctionVersion", version);
}

Json weights(const std::string& version, double weight) {
  return Json::object({{"AdditionalVersionWeights", Json::object({{version, weight}})}});
}

std::string executed_version(House& house, const std::string& name) {
  const auto reply = house.call("Invoke", named(name), "{}");
  return reply.ok() ? reply->output["ExecutedVersion"].string_or("") : reply.error().message;
}

TEST(VersionsTest, PublishingTwiceTheSameIsOneVersion) {
  House house;
  const Json created = house.create("chat", Json::object({{"Description", "talks"}}));
  const Json first = house.ok("PublishVersion", with(named("chat"), "Description", "one"));
  EXPECT_EQ(first["Version"].string_or(""), "1");
  EXPECT_EQ(first["FunctionArn"].string_or(""), kArn + ":1");
  EXPECT_EQ(first["Description"].string_or(""), "one");
  EXPECT_EQ(first["CodeSha256"], created["CodeSha256"]);
  EXPECT_EQ(house.ok("PublishVersion", named("chat")), first);

  change_code(house, "exports.handler = async () => 2;");
  const Json second = house.ok("PublishVersion", named("chat"));
  EXPECT_EQ(second["Version"].string_or(""), "2");
  EXPECT_EQ(second["Description"].string_or(""), "talks");
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named("chat:1")), first);
  EXPECT_EQ(house.ok("GetFunction", with(named("chat"), "Qualifier", "1"))["Configuration"], first);
  house.start();
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named("chat:1")), first);
}

TEST(VersionsTest, PublishConditions) {
  House house;
  const Json created = house.create("chat");
  EXPECT_EQ(house.refusal("PublishVersion", with(named("chat"), "CodeSha256", "abc")),
            "InvalidParameterValueException: CodeSHA256 (abc) is different from current CodeSHA256 "
            "in $LATEST (" +
                created["CodeSha256"].string_or("") +
                "). Please try again with the CodeSHA256 in $LATEST.");
  EXPECT_EQ(house.refusal("PublishVersion", with(named("chat"), "RevisionId", "abc")).substr(0, 27),
            "PreconditionFailedException");
  const Json conditions = with(with(named("chat"), "CodeSha256", created["CodeSha256"]),
                               "RevisionId", created["RevisionId"]);
  EXPECT_EQ(house.ok("PublishVersion", conditions)["Version"].string_or(""), "1");
}

TEST(VersionsTest, PublishWithCreateAndUpdate) {
  House house;
  const Json created = house.create("chat", Json::object({{"Publish", true}}));
  EXPECT_EQ(created["FunctionArn"].string_or(""), kArn + ":1");
  const std::string zip = make_zip({{"index.js", "exports.handler = async () => 2;"}});
  Json update = with(named("chat"), "ZipFile", base64_encode(zip));
  const Json updated = house.ok("UpdateFunctionCode", with(update, "Publish", true));
  EXPECT_EQ(updated["Version"].string_or(""), "2");
  const Json versions = house.ok("ListVersionsByFunction", named("chat"));
  ASSERT_EQ(versions["Versions"].items().size(), 3u);
  EXPECT_EQ(versions["Versions"].items()[0]["Version"].string_or(""), "$LATEST");
  EXPECT_EQ(versions["Versions"].items()[2]["Version"].string_or(""), "2");
}

TEST(VersionsTest, ListsGoPageByPage) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  change_code(house, "2");
  house.ok("PublishVersion", named("chat"));
  house.create("other");
  for (const auto& [operation, list, expected] :
       {std::tuple("ListVersionsByFunction", "Versions", "$LATEST 1 2 "),
        std::tuple("ListFunctions", "Functions", "$LATEST 1 2 $LATEST ")}) {
    Json input = with(with(named("chat"), "MaxItems", 1), "FunctionVersion", "ALL");
    std::string seen;
    for (int page = 0; page < 10; ++page) {
      const Json reply = house.ok(operation, input);
      for (const Json& one : reply[list].items()) seen += one["Version"].string_or("") + " ";
      if (!reply.has("NextMarker")) break;
      input.set("Marker", reply["NextMarker"]);
    }
    EXPECT_EQ(seen, expected) << operation;
  }
  EXPECT_EQ(house.refusal("ListVersionsByFunction", with(named("chat"), "Marker", "!")),
            "InvalidParameterValueException: Invalid Pagination Marker");
}

TEST(VersionsTest, EachRunsItsOwnCode) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  change_code(house, "exports.handler = async () => 2;");
  EXPECT_EQ(executed_version(house, "chat"), "$LATEST");
  EXPECT_EQ(executed_version(house, "chat:1"), "1");
  EXPECT_EQ(executed_version(house, kArn + ":1"), "1");
  EXPECT_EQ(executed_version(house, "chat:2"), "Function not found: " + kArn + ":2");
  const auto& specs = house.launches().specs;
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_NE(specs[0].working_folder, specs[1].working_folder);
  EXPECT_NE(house.logs.stream_.find("[1]"), std::string::npos);
  change_code(house, "3");  // $LATEST's worker is ended, the version's stays
  EXPECT_EQ(executed_version(house, "chat:1"), "1");
  EXPECT_EQ(house.launches().launched(), 2u);
}

TEST(VersionsTest, AVersionGoesAloneAndKeepsSharedCode) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  house.ok("CreateAlias", alias_input("prod", "1"));
  EXPECT_EQ(house.refusal("DeleteFunction", with(named("chat"), "Qualifier", "1")),
            "ResourceConflictException: Unable to delete version because the following aliases "
            "reference it: [prod]");
  EXPECT_EQ(house.refusal("DeleteFunction", with(named("chat"), "Qualifier", "prod")),
            "InvalidParameterValueException: Deletion of aliases is not currently supported.");
  house.ok("DeleteAlias", with(named("chat"), "Name", "prod"));
  house.ok("DeleteFunction", with(named("chat"), "Qualifier", "1"));
  house.ok("DeleteFunction", with(named("chat"), "Qualifier", "1"));  // nothing happens
  EXPECT_EQ(house.refusal("GetFunction", named("chat:1")),
            "ResourceNotFoundException: Function not found: " + kArn + ":1");
  EXPECT_EQ(executed_version(house, "chat"), "$LATEST");
  EXPECT_EQ(house.ok("PublishVersion", named("chat"))["Version"].string_or(""), "2");

  change_code(house, "3");
  EXPECT_EQ(house.lambda->referenced_blobs()->size(), 2u);
  EXPECT_EQ(executed_version(house, "chat:2"), "2");
  house.ok("DeleteFunction", named("chat"));
  EXPECT_TRUE(house.lambda->referenced_blobs()->empty());
  house.create("chat");
  EXPECT_EQ(house.refusal("GetFunction", named("chat:2")),
            "ResourceNotFoundException: Function not found: " + kArn + ":2");
}

TEST(AliasesTest, MadeChangedListedRemoved) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  change_code(house, "2");
  house.ok("PublishVersion", named("chat"));
  const Json made = house.ok("CreateAlias", with(alias_input("prod", "1"), "Description", "d"));
  EXPECT_EQ(made["AliasArn"].string_or(""), kArn + ":prod");
  EXPECT_EQ(made["FunctionVersion"].string_or(""), "1");
  const Json get = with(named("chat"), "Name", "prod");
  EXPECT_EQ(house.ok("GetAlias", get), made);
  EXPECT_EQ(house.refusal("CreateAlias", alias_input("prod", "1")),
            "ResourceConflictException: Alias already exists: " + kArn + ":prod");
  EXPECT_EQ(house.refusal("CreateAlias", alias_input("next", "7")),
            "ResourceNotFoundException: Function not found: " + kArn + ":7");

  const Json change = with(get, "FunctionVersion", "2");
  EXPECT_EQ(house.refusal("UpdateAlias", with(change, "RevisionId", "x")).substr(0, 27),
            "PreconditionFailedException");
  const Json changed = house.ok("UpdateAlias", with(change, "RevisionId", made["RevisionId"]));
  EXPECT_EQ(changed["FunctionVersion"].string_or(""), "2");
  EXPECT_EQ(changed["Description"].string_or(""), "d");
  house.start();
  EXPECT_EQ(executed_version(house, "chat:prod"), "2");
  const Json shown = house.ok("GetFunctionConfiguration", named("chat:prod"));
  EXPECT_EQ(shown["FunctionArn"].string_or(""), kArn + ":prod");
  EXPECT_EQ(shown["Version"].string_or(""), "2");

  house.ok("CreateAlias", alias_input("a", "1"));
  EXPECT_EQ(house.ok("ListAliases", named("chat"))["Aliases"].items().size(), 2u);
  const Json of_two = house.ok("ListAliases", with(named("chat"), "FunctionVersion", "2"));
  ASSERT_EQ(of_two["Aliases"].items().size(), 1u);
  EXPECT_EQ(of_two["Aliases"].items()[0]["Name"].string_or(""), "prod");
  house.ok("DeleteAlias", get);
  house.ok("DeleteAlias", get);
  EXPECT_EQ(house.refusal("GetAlias", get),
            "ResourceNotFoundException: Cannot find alias arn: " + kArn + ":prod");
  EXPECT_EQ(house.refusal("UpdateAlias", get).substr(0, 25), "ResourceNotFoundException");
}

TEST(AliasesTest, RoutingIsChecked) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  const std::vector<std::pair<Json, std::string>> cases = {
      {with(alias_input("x", "1"), "RoutingConfig", weights("1", 0.5)),
       "InvalidParameterValueException: Invalid function version 1. Function version 1 is already "
       "included in routing configuration."},
      {with(alias_input("x", "$LATEST"), "RoutingConfig", weights("1", 0.5)),
       "InvalidParameterValueException: $LATEST is not supported for an alias pointing to more "
       "than "
       "1 version"},
      {with(alias_input("x", "1"), "RoutingConfig", weights("9", 0.5)),
       "ResourceNotFoundException: Function not found: " + kArn + ":9"},
      {with(alias_input("x", "1"), "RoutingConfig", weights("2", 1.5)),
       "ValidationException: 1 validation error detected: Value '{2=1.5}' at "
       "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must "
       "satisfy constraint: [Member must have value less than or equal to 1.0"},
  };
  for (const auto& [input, expected] : cases) {
    EXPECT_EQ(house.refusal("CreateAlias", input).substr(0, expected.size()), expected);
  }
  EXPECT_EQ(house.ok("ListAliases", named("chat"))["Aliases"].items().size(), 0u);
}

TEST(AliasesTest, WeightsShareTheInvocations) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  change_code(house, "2");
  house.ok("PublishVersion", named("chat"));
  house.ok("CreateAlias", with(alias_input("prod", "1"), "RoutingConfig", weights("2", 0.25)));
  std::map<std::string, int> counts;
  for (int i = 0; i < 400; ++i) ++counts[executed_version(house, "chat:prod")];
  EXPECT_EQ(counts["1"] + counts["2"], 400);
  EXPECT_NEAR(counts["2"], 100, 60);  // seven standard deviations
  house.ok("UpdateAlias", with(with(named("chat"), "Name", "prod"), "RoutingConfig",
                               Json::object({{"AdditionalVersionWeights", Json::object()}})));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(executed_version(house, "chat:prod"), "1");
}

TEST(AliasesTest, EachQualifierHasItsOwnPolicy) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  house.ok("CreateAlias", alias_input("prod", "1"));
  for (const std::string qualifier : {"prod", "1"}) {
    const Json input = Json::object({{"FunctionName", "chat"},
                                     {"Qualifier", qualifier},
                                     {"StatementId", "s"},
                                     {"Action", "lambda:InvokeFunction"},
                                     {"Principal", "apigateway.amazonaws.com"}});
    const Json added = house.ok("AddPermission", input);
    EXPECT_NE(added["Statement"].string_or("").find(kArn + ":" + qualifier), std::string::npos);
    EXPECT_EQ(house.refusal("AddPermission", input).substr(0, 25), "ResourceConflictException");
  }
  EXPECT_EQ(house.refusal("GetPolicy", named("chat")),
            "ResourceNotFoundException: The resource you requested does not exist.");
  house.start();
  house.ok("GetPolicy", named("chat:prod"));

  platform::Context cx = house.context();
  platform::InvokeRequest request{kArn + ":prod", "{}", "apigateway.amazonaws.com", ""};
  EXPECT_TRUE(house.lambda->invoke(cx, request).ok());
  request.function_arn = kArn;
  EXPECT_EQ(house.lambda->invoke(cx, request).error().code->name,
            std::string("AccessDeniedException"));
  house.ok("RemovePermission", with(with(named("chat"), "Qualifier", "prod"), "StatementId", "s"));
  EXPECT_EQ(house.refusal("GetPolicy", named("chat:prod")).substr(0, 25),
            "ResourceNotFoundException");
}

}  // namespace
}  // namespace fairlead::lambda
