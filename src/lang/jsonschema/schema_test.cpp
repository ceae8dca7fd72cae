// The golden cases of schemas (tests/golden/jsonschema), references, and the bounds.
#include "lang/jsonschema/schema.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json_parse.h"
#include "lang/jsonschema/decimal.h"

namespace fairlead::jsonschema {
namespace {

std::string verdict(const std::string& schema, const std::string& value) {
  const auto document = parse_json(schema);
  if (!document.ok()) return "the schema is not JSON";
  const auto compiled = Schema::compile(*document);
  if (!compiled.ok()) return "error: " + compiled.error().message;
  const auto parsed = parse_json(value);
  if (!parsed.ok()) return "the value is not JSON";
  return compiled->problem(*parsed).value_or("yes");
}

TEST(JsonSchema, Golden) {
  std::ifstream in(FAIRLEAD_SOURCE_DIR "/tests/golden/jsonschema/keywords.txt");
  std::string schema, value, expected;
  int cases = 0;
  while (std::getline(in, schema)) {
    if (schema.empty() || schema[0] == '#') continue;
    ASSERT_TRUE(std::getline(in, value) && std::getline(in, expected)) << schema;
    EXPECT_EQ(verdict(schema, value), expected) << schema << "\n" << value;
    ++cases;
  }
  EXPECT_EQ(cases, 90);
}

TEST(JsonSchema, OtherDocuments) {
  const Json name = *parse_json(R"({"type":"string","definitions":{"n":{"type":"integer"}}})");
  const Json user = *parse_json(R"({"properties":{"name":{"$ref":"https://x/Name"},
      "age":{"$ref":"https://x/Name#/definitions/n"},"boss":{"$ref":"#"}}})");
  const auto find = [&](std::string_view uri) -> const Json* {
    return uri == "https://x/Name" ? &name : nullptr;
  };
  const auto schema = Schema::compile(user, find);
  ASSERT_TRUE(schema.ok()) << schema.error().message;
  const auto fits = [&](const char* text) { return !schema->problem(*parse_json(text)); };
  EXPECT_TRUE(fits(R"({"name":"a","age":3,"boss":{"name":"b"}})"));
  EXPECT_FALSE(fits(R"({"name":1})"));
  EXPECT_FALSE(fits(R"({"age":"1"})"));
  EXPECT_FALSE(fits(R"({"boss":{"boss":{"name":false}}})"));
  EXPECT_EQ(Schema::compile(user).error().message, "unknown reference https://x/Name");
}

TEST(JsonSchema, Bounds) {
  const auto loop = Schema::compile(*parse_json(R"({"$ref":"#"})"));
  ASSERT_TRUE(loop.ok());
  EXPECT_TRUE(loop->problem(Json(1)));
  // Doubles the work at each level of the value.
  const auto wide = Schema::compile(
      *parse_json(R"({"items":{"not":{"allOf":[{"not":{"$ref":"#"}},{"not":{"$ref":"#"}}]}}})"));
  ASSERT_TRUE(wide.ok());
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "[" + deep + "]";
  EXPECT_TRUE(wide->problem(*parse_json(deep)));
  std::string nested = "{}";
  for (int i = 0; i < 100; ++i) nested = R"({"not":)" + nested + "}";
  EXPECT_EQ(Schema::compile(*parse_json(nested)).error().message, "the schema nests too deep");
}

TEST(JsonSchema, Decimals) {
  const auto read = [](const char* text) { return Decimal::read(text); };
  EXPECT_EQ(read("1.50"), read("15e-1"));
  EXPECT_EQ(read("-0.0"), read("0"));
  EXPECT_LT(read("-2"), read("-1"));
  EXPECT_LT(read("-1"), read("0"));
  EXPECT_LT(read("9.99"), read("10"));
  EXPECT_LT(read("9007199254740992"), read("9007199254740993"));
  EXPECT_GT(read("1e99999999999999999999"), read("1e400"));
  EXPECT_LT(read("1e-99999999999999999999"), read("1e-400"));
  EXPECT_TRUE(read("0.3").is_multiple_of(read("0.1")));
  EXPECT_TRUE(read("1e300").is_multiple_of(read("7e299")) == false);
  EXPECT_TRUE(read("7e300").is_multiple_of(read("0.07")));
  EXPECT_FALSE(read("0.05").is_multiple_of(read("0.1")));
}

}  // namespace
}  // namespace fairlead::jsonschema
