// Layers: versions, permissions, functions that use them; code from S3, downloads.
#include <fstream>

#include "services/lambda/operations.h"
#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using test::House;
using test::make_zip;

const std::string kLayer = "arn:aws:lambda:us-east-1:000000000000:layer:tools";

Json with(Json input, std::string_view key, Json value) {
  input.set(key, std::move(value));
  return input;
}

Json layer_input(const std::string& name, const std::vector<test::ZipEntry>& files) {
  return Json::object({{"LayerName", name},
                       {"Content", Json::object({{"ZipFile", base64_encode(make_zip(files))}})}});
}

Json version_of(const std::string& name, int number) {
  return Json::object({{"LayerName", name}, {"VersionNumber", number}});
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(LayersTest, PublishedListedAndDeleted) {
  House house;
  const Json first = house.ok("PublishLayerVersion",
                              with(with(layer_input("tools", {{"a.txt", "1"}}), "Description", "d"),
                                   "CompatibleRuntimes", Json::array({"nodejs20.x"})));
  EXPECT_EQ(first["LayerVersionArn"].string_or(""), kLayer + ":1");
  EXPECT_EQ(first["LayerArn"].string_or(""), kLayer);
  EXPECT_EQ(first["CreatedDate"].string_or(""), "2026-01-12T21:44:56.599+0000");
  house.ok("PublishLayerVersion", layer_input(kLayer, {{"a.txt", "2"}}));
  house.ok("PublishLayerVersion", layer_input("other", {{"a.txt", "2"}}));

  const Json got = house.ok("GetLayerVersion", version_of("tools", 1));
  EXPECT_EQ(got["Content"]["CodeSha256"], first["Content"]["CodeSha256"]);
  EXPECT_EQ(house.ok("GetLayerVersionByArn", Json::object({{"Arn", kLayer + ":1"}}))["Version"],
            Json(1));
  const Json versions = house.ok("ListLayerVersions", Json::object({{"LayerName", "tools"}}));
  ASSERT_EQ(versions["LayerVersions"].items().size(), 2u);
  EXPECT_EQ(versions["LayerVersions"].items()[0]["Version"].int_or(0), 2);
  const Json layers = house.ok("ListLayers", Json::object());
  ASSERT_EQ(layers["Layers"].items().size(), 2u);
  EXPECT_EQ(layers["Layers"].items()[1]["LatestMatchingVersion"]["Version"].int_or(0), 2);
  const Json for_node = house.ok("ListLayers", Json::object({{"CompatibleRuntime", "nodejs20.x"}}));
  ASSERT_EQ(for_node["Layers"].items().size(), 1u);
  EXPECT_EQ(for_node["Layers"].items()[0]["LatestMatchingVersion"]["Version"].int_or(0), 1);

  house.ok("DeleteLayerVersion", version_of("tools", 2));
  EXPECT_EQ(house.refusal("GetLayerVersion", version_of("tools", 2)),
            "ResourceNotFoundException: The resource you requested does not exist.");
  house.start();
  const Json third = house.ok("PublishLayerVersion", layer_input("tools", {{"a.txt", "3"}}));
  EXPECT_EQ(third["Version"].int_or(0), 3) << "numbers are not used twice";
  EXPECT_EQ(
      house.refusal("PublishLayerVersion", layer_input("no good", {{"a", "b"}})).substr(0, 19),
      "ValidationException");
  EXPECT_EQ(
      house
          .refusal("PublishLayerVersion", with(layer_input("tools", {{"a", "b"}}),
                                               "CompatibleRuntimes", Json::array({"nodejs99"})))
          .substr(0, 19),
      "ValidationException");
}

TEST(LayersTest, LaterLayersWinAndOutliveTheirDeletion) {
  House house;
  house.ok("PublishLayerVersion",
           layer_input("a", {{"nodejs/x.js", "a"}, {"both", "a"}, {"place/in", "a"}}));
  house.ok("PublishLayerVersion",
           layer_input("b", {{"nodejs/y.js", "b"}, {"both", "b"}, {"place", "b"}}));
  const std::string a = "arn:aws:lambda:us-east-1:000000000000:layer:a:1";
  const std::string b = "arn:aws:lambda:us-east-1:000000000000:layer:b:1";
  const Json created = house.create("chat", Json::object({{"Layers", Json::array({a, b})}}));
  EXPECT_EQ(created["Layers"].items()[1]["Arn"].string_or(""), b);
  house.ok("DeleteLayerVersion", version_of("a", 1));
  house.start();
  EXPECT_TRUE(house.lambda->clean_up().ok());
  const FunctionPtr function =
      *house.lambda->functions().find({"000000000000", "us-east-1", "chat", ""});
  const auto folder = house.lambda->code().layers_folder(*function);
  ASSERT_TRUE(folder.ok()) << folder.error().message;
  EXPECT_EQ(text_of(*folder + "/nodejs/x.js"), "a");
  EXPECT_EQ(text_of(*folder + "/nodejs/y.js"), "b");
  EXPECT_EQ(text_of(*folder + "/both"), "b");
  EXPECT_EQ(text_of(*folder + "/place"), "b");
  EXPECT_EQ(*house.lambda->code().layers_folder(*function), *folder);

  const Json reversed =
      house.ok("UpdateFunctionConfiguration",
               Json::object({{"FunctionName", "chat"}, {"Layers", Json::array({b})}}));
  EXPECT_EQ(reversed["Layers"].items().size(), 1u);
  house.ok("UpdateFunctionConfiguration",
           Json::object({{"FunctionName", "chat"}, {"Layers", Json::array()}}));
  EXPECT_FALSE(
      house.ok("GetFunctionConfiguration", Json::object({{"FunctionName", "chat"}})).has("Layers"));
  EXPECT_TRUE(house.lambda->clean_up().ok());
  EXPECT_FALSE(std::filesystem::exists(*folder));
}

TEST(LayersTest, WhatAFunctionMayNotHave) {
  House house;
  house.ok("PublishLayerVersion", layer_input("tools", {{"a.txt", "1"}}));
  house.ok("PublishLayerVersion", layer_input("tools", {{"a.txt", "2"}}));
  const std::string other = "arn:aws:lambda:us-east-1:111111111111:layer:theirs:1";
  const std::vector<std::pair<Json, std::string>> cases = {
      {Json::array({"1", "2", "3", "4", "5", "6"}),
       "InvalidParameterValueException: Cannot reference more than 5 layers."},
      {Json::array({kLayer + ":1", kLayer + ":2"}),
       "InvalidParameterValueException: Two different versions of the same layer are not allowed "
       "to be referenced in the same function. " +
           kLayer + ":1 and " + kLayer + ":2 are versions of the same layer."},
      {Json::array({kLayer + ":9"}),
       "InvalidParameterValueException: Layer version " + kLayer + ":9 does not exist."},
      {Json::array({kLayer}), "ValidationException: 1 validation error detected: Value '[" +
                                  kLayer + "]' at 'layers' failed to satisfy constraint: "},
      {Json::array({"arn:aws:lambda:eu-west-1:000000000000:layer:tools:1"}),
       "InvalidParameterValueException: Layers are not in the same region as the function. Layers "
       "are expected to be in region us-east-1."},
      {Json::array({other}),
       "AccessDeniedException: User: arn:aws:iam::000000000000:root is not authorized to perform: "
       "lambda:GetLayerVersion on resource: " +
           other},
  };
  for (const auto& [layers, expected] : cases) {
    const std::string refusal = house.refusal(
        "CreateFunction", House::new_function("chat", Json::object({{"Layers", layers}})));
    EXPECT_EQ(refusal.substr(0, expected.size()), expected);
  }
  // Code and layers together.
  const FunctionName name{"000000000000", "us-east-1", "chat", ""};
  Function function;
  function.code_unpacked = 262'144'000;
  EXPECT_TRUE(check_unpacked_size(function).ok());
  function.layers.push_back({.unpacked = 1});
  EXPECT_EQ(check_unpacked_size(function).error().message,
            "Function code combined with layers exceeds the maximum allowed size of 262144000 "
            "bytes. The actual size is 262144001 bytes.");
}

TEST(LayersTest, Permissions) {
  House house;
  house.ok("PublishLayerVersion", layer_input("tools", {{"a.txt", "1"}}));
  const Json input = with(
      with(with(version_of("tools", 1), "StatementId", "s"), "Action", "lambda:GetLayerVersion"),
      "Principal", "111111111111");
  EXPECT_EQ(house.refusal("GetLayerVersionPolicy", version_of("tools", 1)),
            "ResourceNotFoundException: No policy is associated with the given resource.");
  EXPECT_EQ(house.refusal("AddLayerVersionPermission", with(input, "VersionNumber", 4)),
            "ResourceNotFoundException: Layer version " + kLayer + ":4 does not exist.");
  const Json added = house.ok("AddLayerVersionPermission", input);
  EXPECT_EQ(added["Statement"].string_or(""),
            R"({"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},)"
            R"("Action":"lambda:GetLayerVersion","Resource":")" +
                kLayer + R"(:1"})");
  EXPECT_EQ(house.refusal("AddLayerVersionPermission", input).substr(0, 25),
            "ResourceConflictException");
  EXPECT_EQ(house
                .refusal("AddLayerVersionPermission",
                         with(with(input, "RevisionId", "x"), "StatementId", "t"))
                .substr(0, 27),
            "PreconditionFailedException");
  EXPECT_EQ(house.ok("GetLayerVersionPolicy", version_of("tools", 1))["RevisionId"],
            added["RevisionId"]);
  house.ok("RemoveLayerVersionPermission", with(version_of("tools", 1), "StatementId", "s"));
  EXPECT_EQ(house.refusal("RemoveLayerVersionPermission",
                          with(version_of("tools", 1), "StatementId", "s")),
            "ResourceNotFoundException: Statement s is not found in resource policy.");
}

class Bucket : public platform::ObjectSource {
 public:
  Result<std::string> read_object(platform::Context&, const platform::ObjectName& name,
                                  std::size_t) override {
    static const ErrorCode kNoSuchKey{"NoSuchKey", 404};
    const auto found = objects.find(name.bucket + "/" + name.key + "@" + name.version);
    if (found == objects.end()) {
      return Error{&kNoSuchKey, "The specified key does not exist.", {}};
    }
    return found->second;
  }
  std::map<std::string, std::string> objects;
};

TEST(CodeSourceTest, FromABucketAndBackByDownload) {
  House house;
  const Json from =
      Json::object({{"S3Bucket", "b"}, {"S3Key", "code.zip"}, {"S3ObjectVersion", "v"}});
  EXPECT_EQ(
      house.refusal("CreateFunction", House::new_function("chat", Json::object({{"Code", from}}))),
      "NotImplemented: CreateFunction with S3Bucket is not implemented by Fairlead yet.");
  Bucket bucket;
  bucket.objects["b/code.zip@v"] = House::code();
  house.lambda->set_object_source(bucket);
  house.create("chat", Json::object({{"Code", from}}));
  EXPECT_EQ(
      house.refusal("UpdateFunctionCode",
                    Json::object({{"FunctionName", "chat"}, {"S3Bucket", "b"}, {"S3Key", "none"}})),
      "InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: "
      "NoSuchKey. S3 Error Message: The specified key does not exist.");

  const Json got = house.ok("GetFunction", Json::object({{"FunctionName", "chat"}}));
  const std::string location = got["Code"]["Location"].string_or("");
  const std::string token = location.substr(location.rfind('/') + 1);
  auto download = house.lambda->open_download(token);
  ASSERT_TRUE(download) << location;
  std::string bytes(download->length, '\0');
  EXPECT_EQ(*download->body->read(bytes.data(), bytes.size()), bytes.size());
  EXPECT_EQ(bytes, House::code());
  std::string forged = token;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_FALSE(house.lambda->open_download(forged));
  EXPECT_FALSE(house.lambda->open_download("nonsense"));
  house.clock.advance_ms(10 * 60 * 1000);
  EXPECT_FALSE(house.lambda->open_download(token)) << "it has run out";
}

}  // namespace
}  // namespace fairlead::lambda
