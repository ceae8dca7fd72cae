// The Json value: kinds, conversions, members in order, comparison, and both ways of writing it.
#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace fairlead {
namespace {

using Kind = Json::Kind;

TEST(Json, KindsFollowWhatItWasMadeOf) {
  EXPECT_EQ(Json().kind(), Kind::kNull);
  EXPECT_EQ(Json(nullptr).kind(), Kind::kNull);
  EXPECT_EQ(Json(true).kind(), Kind::kBool);
  EXPECT_EQ(Json(7).kind(), Kind::kNumber);
  EXPECT_EQ(Json(1.5).kind(), Kind::kNumber);
  EXPECT_EQ(Json("text").kind(), Kind::kString);
  EXPECT_EQ(Json(std::string("text")).kind(), Kind::kString);
  EXPECT_EQ(Json(std::string_view("text")).kind(), Kind::kString);
  EXPECT_EQ(Json::array().kind(), Kind::kArray);
  EXPECT_EQ(Json::object().kind(), Kind::kObject);
}

TEST(Json, IntegersKeepEveryDigit) {
  EXPECT_EQ(Json(std::numeric_limits<std::int64_t>::min()).number_text(), "-9223372036854775808");
  EXPECT_EQ(Json(std::numeric_limits<std::uint64_t>::max()).number_text(), "18446744073709551615");
  EXPECT_EQ(Json(-1).number_text(), "-1");
  EXPECT_EQ(Json(1u).number_text(), "1");
  EXPECT_EQ(Json(1ll).number_text(), "1");
  EXPECT_EQ(Json(1ull).number_text(), "1");
}

TEST(Json, DoublesAreWrittenShortAndReadBackTheSame) {
  EXPECT_EQ(Json(0.1).number_text(), "0.1");
  EXPECT_EQ(Json(100.0).number_text(), "100");
  EXPECT_EQ(Json(-2.5).number_text(), "-2.5");
  for (const double value : {1e300, 5e-324, 1.0 / 3, 1e21, 123456789012345680.0, -0.0}) {
    const Json json(value);
    EXPECT_EQ(json.to_double(), value) << json.number_text();
    EXPECT_EQ(Json::number(json.number_text()), json);  // and it is a JSON number
  }
}

struct IntegerCase {
  const char* text;
  std::optional<std::int64_t> value;
};

TEST(Json, ToInt64TakesExactIntegersOnly) {
  const IntegerCase cases[] = {
      {"0", 0},
      {"-0", 0},
      {"1e2", 100},
      {"1E+2", 100},
      {"5.0", 5},
      {"1.50e1", 15},
      {"-12.00", -12},
      {"120e-1", 12},
      {"0.0", 0},
      {"0e99999999999999999999", 0},
      {"0.0001e4", 1},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"9223372036854775808", std::nullopt},
      {"922337203685477580.7e1", INT64_MAX},
      {"1.5", std::nullopt},
      {"1e-1", std::nullopt},
      {"1e19", std::nullopt},
      {"1e18", 1'000'000'000'000'000'000},
      {"1e99999999999999999999", std::nullopt},
      {"1e-99999999999999999999", std::nullopt},
      {"10000000000000000000000e-22", 1},
  };
  for (const auto& [text, value] : cases) {
    EXPECT_EQ(Json::number(text).to_int64(), value) << text;
    EXPECT_EQ(Json::number(text).int_or(-7), value.value_or(-7)) << text;
  }
  EXPECT_EQ(Json("5").to_int64(), std::nullopt);
  EXPECT_EQ(Json().int_or(3), 3);
}

TEST(Json, FallbacksAnswerForOtherKinds) {
  EXPECT_TRUE(Json("x").bool_or(true));
  EXPECT_FALSE(Json(false).bool_or(true));
  EXPECT_EQ(Json(1).string_or("none"), "none");
  EXPECT_EQ(Json("x").string_or("none"), "x");
  EXPECT_EQ(Json("1").to_double(), std::nullopt);
  const Json number(1);
  EXPECT_TRUE(number.items().empty());
  EXPECT_TRUE(number.members().empty());
}

TEST(Json, MembersKeepTheirOrderAndFirstPlace) {
  Json json = Json::object({{"b", 1}, {"a", 2}});
  json.set("c", 3);
  json.set("b", "again");
  EXPECT_EQ(write_json(json), R"({"b":"again","a":2,"c":3})");
  EXPECT_EQ(json["a"], Json(2));
  EXPECT_TRUE(json["missing"].is_null());
  EXPECT_TRUE(json["missing"]["deeper"].is_null());
  EXPECT_TRUE(json.has("c"));
  EXPECT_TRUE(json.erase("a"));
  EXPECT_FALSE(json.erase("a"));
  EXPECT_EQ(write_json(json), R"({"b":"again","c":3})");
  EXPECT_EQ(json.size(), 2u);
}

TEST(Json, NullBecomesWhatIsPutIntoIt) {
  Json object, array;
  object.set("a", Json::array({1, "x", nullptr}));
  array.push_back(true);
  EXPECT_EQ(write_json(object), R"({"a":[1,"x",null]})");
  EXPECT_EQ(write_json(array), "[true]");
}

TEST(Json, AValueMayBeAssignedFromItsOwnInside) {
  Json json = Json::object({{"inner", Json::array({Json::object({{"x", 1}})})}});
  json = json["inner"];
  EXPECT_EQ(write_json(json), R"([{"x":1}])");
  json = std::move(json.items()[0]);
  EXPECT_EQ(write_json(json), R"({"x":1})");
  json.set("self", json);
  EXPECT_EQ(write_json(json), R"({"x":1,"self":{"x":1}})");
}

TEST(Json, EqualityIgnoresMemberOrderOnly) {
  const Json a = Json::object({{"x", 1}, {"y", Json::object({{"p", true}, {"q", nullptr}})}});
  const Json b = Json::object({{"y", Json::object({{"q", nullptr}, {"p", true}})}, {"x", 1}});
  EXPECT_EQ(a, b);
  EXPECT_FALSE(a == Json::object({{"x", 1}}));
  EXPECT_FALSE(a == Json::object({{"x", 1}, {"z", 2}}));
  EXPECT_FALSE(Json::array({1, 2}) == Json::array({2, 1}));
  EXPECT_FALSE(Json::number("1") == Json::number("1.0"));
  EXPECT_FALSE(Json(1) == Json("1"));
  EXPECT_FALSE(Json() == Json(false));
  EXPECT_FALSE(Json::array() == Json::object());
}

TEST(JsonDeath, ChecksTheKind) {
  EXPECT_DEATH((void)Json(1).as_string(), "CHECK");
  EXPECT_DEATH((void)Json("x").number_text(), "CHECK");
  EXPECT_DEATH((void)Json::number("01"), "CHECK");
  EXPECT_DEATH((void)Json::number("1."), "CHECK");
  EXPECT_DEATH((void)Json::number(""), "CHECK");
  EXPECT_DEATH((void)Json(std::numeric_limits<double>::infinity()), "CHECK");
}

TEST(JsonWrite, EscapesWhatItMustAndNothingElse) {
  const std::pair<std::string, const char*> cases[] = {
      {"plain", R"("plain")"},
      {"", R"("")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
      {std::string("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
      {"a/b", R"("a/b")"},
      {"é€😀\x7f", "\"é€😀\x7f\""},
  };
  for (const auto& [text, written] : cases) EXPECT_EQ(write_json(text), written);
}

TEST(JsonWrite, PrettyIsJacksonsLayout) {
  const Json json = Json::object({{"a", 1},
                                  {"b", Json::array({1, Json::object({{"c", "x"}})})},
                                  {"d", Json::object()},
                                  {"e", Json::array()}});
  EXPECT_EQ(write_json_pretty(json),
            "{\n  \"a\" : 1,\n  \"b\" : [ 1, {\n    \"c\" : \"x\"\n  } ],\n"
            "  \"d\" : { },\n  \"e\" : [ ]\n}");
  EXPECT_EQ(write_json_pretty(Json("x")), "\"x\"");
}

}  // namespace
}  // namespace fairlead
