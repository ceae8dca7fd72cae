// Functions through the operation table: making, reading, changing, listing, removing.
#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using test::House;
using test::kRole;
using test::make_zip;

const std::string kArn = "arn:aws:lambda:us-east-1:000000000000:function:chat";

Json named(const std::string& name) { return Json::object({{"FunctionName", name}}); }

Json with(Json input, std::string_view key, Json value) {
  input.set(key, std::move(value));
  return input;
}

TEST(FunctionsTest, CreateAnswersTheConfiguration) {
  House house;
  const Json created = house.create(
      "chat",
      Json::object({{"Description", "talks"},
                    {"Environment", Json::object({{"Variables", Json::object({{"table", "t"}})}})},
                    {"Tags", Json::object({{"team", "a"}})}}));
  EXPECT_EQ(created["FunctionArn"].string_or(""), kArn);
  EXPECT_EQ(created["Timeout"].int_or(0), 3);
  EXPECT_EQ(created["MemorySize"].int_or(0), 128);
  EXPECT_EQ(created["LastModified"].string_or(""), "2026-01-12T21:44:56.599+0000");
  EXPECT_EQ(created["CodeSize"].int_or(0), static_cast<std::int64_t>(House::code().size()));
  EXPECT_EQ(created["State"].string_or(""), "Active");
  EXPECT_EQ(created["LastUpdateStatus"].string_or(""), "Successful");
  EXPECT_EQ(created["Version"].string_or(""), "$LATEST");
  EXPECT_EQ(created["Environment"]["Variables"]["table"].string_or(""), "t");
  EXPECT_EQ(write_json(created["Architectures"]), R"(["x86_64"])");

  const Json got = house.ok("GetFunction", named("chat"));
  EXPECT_EQ(got["Configuration"], created);
  EXPECT_EQ(write_json(got["Tags"]), R"({"team":"a"})");
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named(kArn)), created);
  const Json qualified = house.ok("GetFunctionConfiguration", named("chat:$LATEST"));
  EXPECT_EQ(qualified["FunctionArn"].string_or(""), kArn + ":$LATEST");
}

TEST(FunctionsTest, SurvivesARestart) {
  House house;
  const Json created = house.create("chat");
  house.start();
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named("chat")), created);
  EXPECT_EQ(house.lambda->referenced_blobs()->size(), 1u);
  EXPECT_TRUE(house.lambda->clean_up().ok());
}

Json fresh(Json more) { return House::new_function("new", std::move(more)); }
Json one(std::string_view key, Json value) {
  return Json::object({{std::string(key), std::move(value)}});
}
Json variables(Json map) { return one("Environment", one("Variables", std::move(map))); }

using RefusalCases = std::vector<std::pair<Json, std::string>>;

void expect_refusals(const RefusalCases& cases) {
  House house;
  house.create("chat");
  for (const auto& [input, expected] : cases) {
    const std::string refusal = house.refusal("CreateFunction", input);
    EXPECT_EQ(refusal.substr(0, expected.size()), expected);
  }
  EXPECT_EQ(house.refusal("GetFunction", named("new")),
            "ResourceNotFoundException: Function not found: "
            "arn:aws:lambda:us-east-1:000000000000:function:new");
}

TEST(FunctionsTest, CreateRefusesBadSettings) {
  const std::string reserved =
      "InvalidParameterValueException: Lambda was unable to configure your environment variables "
      "because the environment variables you have provided contains reserved keys that are "
      "currently not supported for modification. Reserved keys used in this request: AWS_REGION, "
      "_HANDLER";
  expect_refusals({
      {House::new_function("chat"), "ResourceConflictException: Function already exist: chat"},
      {fresh(one("Role", "runner")),
       "ValidationException: 1 validation error detected: Value "
       "'runner' at 'role' failed to satisfy constraint: Member must "
       "satisfy regular expression pattern: "},
      {fresh(one("Role", "arn:aws:iam::000000000000:role/missing")),
       "InvalidParameterValueException: The role defined for the function cannot be assumed by "
       "Lambda."},
      {fresh(one("Runtime", "nodejs99.x")),
       "InvalidParameterValueException: Value nodejs99.x at 'runtime' failed to satisfy "
       "constraint: "
       "Member must satisfy enum value set: [nodejs24.x, "},
      {fresh(one("Runtime", "java21")), "NotImplemented: CreateFunction with Runtime java21"},
      {fresh(one("Handler", Json())),
       "InvalidParameterValueException: Runtime and Handler are "
       "mandatory parameters"},
      {fresh(one("Timeout", 901)),
       "ValidationException: 1 validation error detected: Value '901' "
       "at 'timeout' failed to satisfy constraint: Member must have "
       "value less than or equal to 900"},
      {fresh(one("Timeout", 0)), "ValidationException: "},
      {fresh(one("MemorySize", 127)), "ValidationException: "},
      {fresh(one("MemorySize", 10241)), "ValidationException: "},
      {fresh(one("EphemeralStorage", one("Size", 100))), "ValidationException: "},
      {fresh(one("Architectures", Json::array({"sparc"}))), "ValidationException: "},
      {fresh(variables(Json::object({{"AWS_REGION", "x"}, {"ok", "y"}, {"_HANDLER", "z"}}))),
       reserved},
      {fresh(variables(one("big", std::string(4096, 'x')))),
       "InvalidParameterValueException: Lambda was unable to configure your environment variables "
       "because the environment variables you have provided exceeded the 4KB limit. String "
       "measured: {\"big\":\"xxx"},
      {fresh(variables(one("a=b", "x"))), "ValidationException: "},
  });
}

TEST(FunctionsTest, CreateRefusesBadCodeAndWhatIsNotThere) {
  expect_refusals({
      {fresh(one("Code", Json::object())),
       "InvalidParameterValueException: Please provide a source "
       "for function code."},
      {fresh(one("Code", one("ZipFile", ""))),
       "InvalidParameterValueException: Uploaded file must "
       "be a non-empty zip"},
      {fresh(one("Code", one("ZipFile", base64_encode("nonsense")))),
       "InvalidParameterValueException: Could not unzip uploaded file."},
      {fresh(one("Code", one("S3Bucket", "b"))), "NotImplemented: CreateFunction with S3Bucket"},
      {fresh(one("PackageType", "Image")), "NotImplemented: CreateFunction with PackageType Image"},
      {fresh(one("Code", one("ImageUri", "i"))), "NotImplemented: CreateFunction with ImageUri"},
      {fresh(one("KMSKeyArn", "arn:aws:kms:us-east-1:000000000000:key/k")),
       "NotImplemented: CreateFunction with KMSKeyArn"},
      {fresh(one("DurableConfig", Json::object())),
       "NotImplemented: CreateFunction with DurableConfig"},
      {fresh(one("DeadLetterConfig", one("TargetArn", "arn:aws:sqs:us-east-1:000000000000:q"))),
       "NotImplemented: DeadLetterConfig with TargetArn arn:aws:sqs:us-east-1:000000000000:q"},
      {fresh(one("LoggingConfig", one("SystemLogLevel", "WARN"))),
       "InvalidParameterValueException: To set ApplicationLogLevel or SystemLogLevel, LogFormat "
       "must be JSON."},
      {fresh(one("LoggingConfig", one("LogGroup", "a b"))), "ValidationException: "},
      {fresh(one("VpcConfig", one("SubnetIds", Json::array({"s"})))),
       "NotImplemented: CreateFunction with VpcConfig"},
      {fresh(one("SnapStart", one("ApplyOn", "PublishedVersions"))),
       "NotImplemented: CreateFunction with SnapStart"},
  });
}

TEST(FunctionsTest, WhatChangesNothingIsAccepted) {
  House house;
  house.create("chat", Json::object({
                           {"VpcConfig", Json::object({{"SubnetIds", Json::array()},
                                                       {"SecurityGroupIds", Json::array()}})},
                           {"TracingConfig", Json::object({{"Mode", "PassThrough"}})},
                           {"SnapStart", Json::object({{"ApplyOn", "None"}})},
                           {"Publish", false},
                           {"PackageType", "Zip"},
                           {"Layers", Json::array()},
                       }));
}

class AnyTarget : public platform::Target {
 public:
  bool takes(std::string_view arn) const override { return arn.starts_with("arn:aws:sqs:"); }
  Status deliver(platform::Context&, platform::Delivery) override { return {}; }
};

TEST(FunctionsTest, SettingsThatAreKeptAndShown) {
  House house;
  AnyTarget target;
  platform::Targets targets;
  targets.add(target);
  house.lambda->set_targets(targets);
  const Json dead_letter = one("TargetArn", "arn:aws:sqs:us-east-1:000000000000:q");
  const Json created = house.create(
      "chat", Json::object({{"TracingConfig", one("Mode", "Active")},
                            {"DeadLetterConfig", dead_letter},
                            {"EphemeralStorage", one("Size", 1024)},
                            {"LoggingConfig",
                             Json::object({{"LogFormat", "JSON"}, {"LogGroup", "/our/group"}})}}));
  EXPECT_EQ(created["TracingConfig"]["Mode"].string_or(""), "Active");
  EXPECT_EQ(created["DeadLetterConfig"], dead_letter);
  EXPECT_EQ(created["EphemeralStorage"]["Size"].int_or(0), 1024);
  EXPECT_EQ(created["LoggingConfig"], Json::object({{"LogFormat", "JSON"},
                                                    {"LogGroup", "/our/group"},
                                                    {"ApplicationLogLevel", "INFO"},
                                                    {"SystemLogLevel", "INFO"}}));
  EXPECT_EQ(created["RuntimeVersionConfig"]["RuntimeVersionArn"].string_or("").substr(0, 34),
            "arn:aws:lambda:us-east-1::runtime:");
  house.start();
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named("chat")), created);
  const Json text = house.ok("UpdateFunctionConfiguration",
                             with(with(named("chat"), "LoggingConfig", one("LogFormat", "Text")),
                                  "DeadLetterConfig", one("TargetArn", "")));
  EXPECT_EQ(text["LoggingConfig"],
            Json::object({{"LogFormat", "Text"}, {"LogGroup", "/our/group"}}));
  EXPECT_FALSE(text.has("DeadLetterConfig"));
}

TEST(FunctionsTest, SmallConfigsBesideTheConfiguration) {
  House house;
  house.create("chat");
  EXPECT_EQ(write_json(house.ok("GetFunctionRecursionConfig", named("chat"))),
            R"({"RecursiveLoop":"Terminate"})");
  house.ok("PutFunctionRecursionConfig", with(named("chat"), "RecursiveLoop", "Allow"));
  EXPECT_EQ(write_json(house.ok("GetFunctionRecursionConfig", named("chat"))),
            R"({"RecursiveLoop":"Allow"})");
  EXPECT_EQ(house.refusal("PutFunctionRecursionConfig", named("chat")).substr(0, 19),
            "ValidationException");
  EXPECT_EQ(house.ok("GetRuntimeManagementConfig", named("chat"))["UpdateRuntimeOn"].string_or(""),
            "Auto");
  house.ok("PutRuntimeManagementConfig", with(named("chat"), "UpdateRuntimeOn", "Auto"));
  EXPECT_EQ(
      house.refusal("PutRuntimeManagementConfig", with(named("chat"), "UpdateRuntimeOn", "Manual"))
          .substr(0, 14),
      "NotImplemented");
  for (const char* operation : {"GetFunctionRecursionConfig", "GetRuntimeManagementConfig",
                                "GetFunctionCodeSigningConfig"}) {
    EXPECT_EQ(house.refusal(operation, named("gone")).substr(0, 25), "ResourceNotFoundException")
        << operation;
  }
}

TEST(FunctionsTest, UpdateCode) {
  House house;
  const Json created = house.create("chat");
  const std::string zip = make_zip({{"index.js", "exports.handler = async () => 2;"}});
  Json input = with(named("chat"), "ZipFile", base64_encode(zip));
  EXPECT_EQ(house.refusal("UpdateFunctionCode", with(input, "RevisionId", "other")),
            "PreconditionFailedException: The Revision Id provided does not match the latest "
            "Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id");

  const Json tried = house.ok("UpdateFunctionCode", with(input, "DryRun", true));
  EXPECT_NE(tried["CodeSha256"], created["CodeSha256"]);
  EXPECT_EQ(house.ok("GetFunctionConfiguration", named("chat")), created);

  house.clock.advance_ms(1000);
  const Json updated =
      house.ok("UpdateFunctionCode", with(input, "RevisionId", created["RevisionId"]));
  EXPECT_EQ(updated["CodeSha256"], tried["CodeSha256"]);
  EXPECT_NE(updated["RevisionId"], created["RevisionId"]);
  EXPECT_EQ(updated["LastModified"].string_or(""), "2026-01-12T21:44:57.599+0000");
  EXPECT_EQ(house.lambda->referenced_blobs()->size(), 1u);
}

TEST(FunctionsTest, UpdateConfigurationKeepsWhatIsNotGiven) {
  House house;
  house.create("chat", Json::object({{"Description", "old"}, {"Timeout", 10}}));
  const Json updated =
      house.ok("UpdateFunctionConfiguration", with(named("chat"), "MemorySize", 512));
  EXPECT_EQ(updated["MemorySize"].int_or(0), 512);
  EXPECT_EQ(updated["Timeout"].int_or(0), 10);
  EXPECT_EQ(updated["Description"].string_or(""), "old");
  EXPECT_EQ(house.refusal("UpdateFunctionConfiguration", with(named("chat"), "Timeout", 0)),
            "ValidationException: 1 validation error detected: Value '0' at 'timeout' failed to "
            "satisfy constraint: Member must have value greater than or equal to 1");
  EXPECT_EQ(house.refusal("UpdateFunctionConfiguration", with(named("gone"), "Timeout", 5)),
            "ResourceNotFoundException: Function not found: "
            "arn:aws:lambda:us-east-1:000000000000:function:gone");
}

TEST(FunctionsTest, ListGoesPageByPage) {
  House house;
  for (int i = 0; i < 5; ++i) house.create("f" + std::to_string(i));
  std::string names;
  Json input = Json::object({{"MaxItems", 2}});
  for (int page = 0; page < 3; ++page) {
    const Json listed = house.ok("ListFunctions", input);
    for (const Json& function : listed["Functions"].items()) {
      names += function["FunctionName"].string_or("") + " ";
    }
    EXPECT_EQ(listed.has("NextMarker"), page < 2);
    input.set("Marker", listed["NextMarker"]);
  }
  EXPECT_EQ(names, "f0 f1 f2 f3 f4 ");
  EXPECT_EQ(house.refusal("ListFunctions", Json::object({{"Marker", "!"}})),
            "InvalidParameterValueException: Invalid Pagination Marker");
  const Json versions = house.ok("ListVersionsByFunction", named("f1"));
  EXPECT_EQ(versions["Versions"].items()[0]["FunctionArn"].string_or(""),
            "arn:aws:lambda:us-east-1:000000000000:function:f1:$LATEST");
}

TEST(FunctionsTest, DeleteRemovesEverything) {
  House house;
  house.create("chat");
  house.ok("DeleteFunction", named("chat"));
  EXPECT_TRUE(house.lambda->referenced_blobs()->empty());
  EXPECT_EQ(house.refusal("DeleteFunction", named("chat")),
            "ResourceNotFoundException: Function not found: " + kArn);
  EXPECT_EQ(house.refusal("GetFunction", named("chat:prod")),
            "ResourceNotFoundException: Function not found: " + kArn + ":prod");
  house.create("chat");
}

TEST(FunctionsTest, Permissions) {
  House house;
  house.create("chat");
  EXPECT_EQ(house.refusal("GetPolicy", named("chat")),
            "ResourceNotFoundException: The resource you requested does not exist.");
  Json input = Json::object({{"FunctionName", "chat"},
                             {"StatementId", "gateway"},
                             {"Action", "lambda:InvokeFunction"},
                             {"Principal", "apigateway.amazonaws.com"},
                             {"SourceArn", "arn:aws:execute-api:us-east-1:000000000000:api1/*/*"},
                             {"SourceAccount", "000000000000"}});
  const std::string statement =
      R"({"Sid":"gateway","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},)"
      R"("Action":"lambda:InvokeFunction","Resource":")" +
      kArn +
      R"(","Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"},)"
      R"("ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:000000000000:api1/*/*"}}})";
  EXPECT_EQ(house.ok("AddPermission", input)["Statement"].string_or(""), statement);
  EXPECT_EQ(house.refusal("AddPermission", input),
            "ResourceConflictException: The statement id (gateway) provided already exists. Please "
            "provide a new statement id, or remove the existing statement.");
  EXPECT_EQ(
      house.refusal("AddPermission", with(with(input, "StatementId", "b"), "Principal", "me")),
      "InvalidParameterValueException: The provided principal was invalid. Please check the "
      "principal and try again.");
  const Json policy = house.ok("GetPolicy", named("chat"));
  EXPECT_EQ(policy["Policy"].string_or(""),
            R"({"Version":"2012-10-17","Id":"default","Statement":[)" + statement + "]}");

  Json remove = Json::object({{"FunctionName", "chat"}, {"StatementId", "nobody"}});
  EXPECT_EQ(house.refusal("RemovePermission", remove),
            "ResourceNotFoundException: Statement nobody is not found in resource policy.");
  remove.set("StatementId", "gateway");
  EXPECT_EQ(house.refusal("RemovePermission", with(remove, "RevisionId", "x")).substr(0, 27),
            "PreconditionFailedException");
  house.ok("RemovePermission", with(remove, "RevisionId", policy["RevisionId"]));
  EXPECT_EQ(house.refusal("RemovePermission", remove),
            "ResourceNotFoundException: The resource you requested does not exist.");
}

TEST(FunctionsTest, TagsByArn) {
  House house;
  house.create("chat", Json::object({{"Tags", Json::object({{"a", "1"}})}}));
  const Json resource = Json::object({{"Resource", kArn}});
  house.ok("TagResource", with(resource, "Tags", Json::object({{"b", "2"}, {"a", "3"}})));
  EXPECT_EQ(write_json(house.ok("ListTags", resource)), R"({"Tags":{"a":"3","b":"2"}})");
  house.ok("UntagResource", with(resource, "TagKeys", Json::array({"a", "none"})));
  EXPECT_EQ(write_json(house.ok("ListTags", resource)), R"({"Tags":{"b":"2"}})");
  Json many = Json::object();
  for (int i = 0; i < 50; ++i) many.set("k" + std::to_string(i), "v");
  EXPECT_EQ(house.refusal("TagResource", with(resource, "Tags", many)),
            "InvalidParameterValueException: Number of tags exceeds function tag limit.");
  EXPECT_EQ(house.refusal("ListTags", Json::object({{"Resource", "chat"}})).substr(0, 19),
            "ValidationException");
}

TEST(FunctionsTest, AccountAndConcurrency) {
  House house;
  house.create("chat");
  const auto put = [](int n) { return with(named("chat"), "ReservedConcurrentExecutions", n); };
  EXPECT_EQ(write_json(house.ok("GetFunctionConcurrency", named("chat"))), "{}");
  EXPECT_EQ(house.refusal("PutFunctionConcurrency", put(901)),
            "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function "
            "decreases account's UnreservedConcurrentExecution below its minimum value of [100].");
  house.ok("PutFunctionConcurrency", put(900));
  const Json settings = house.ok("GetAccountSettings", Json::object());
  EXPECT_EQ(settings["AccountLimit"]["UnreservedConcurrentExecutions"].int_or(0), 100);
  EXPECT_EQ(settings["AccountUsage"]["FunctionCount"].int_or(0), 1);
  house.ok("DeleteFunctionConcurrency", named("chat"));
  EXPECT_EQ(write_json(house.ok("GetFunctionConcurrency", named("chat"))), "{}");
  EXPECT_EQ(write_json(house.ok("GetFunctionCodeSigningConfig", named("chat"))), "{}");
}

}  // namespace
}  // namespace fairlead::lambda
