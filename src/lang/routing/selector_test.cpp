// Golden cases of selection expressions, and what cannot be compiled.
#include "lang/routing/selector.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json_parse.h"

namespace fairlead::routing {
namespace {

// A case is three lines; an empty message is an empty second line, so blocks are read by counting.
int run_golden(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  int cases = 0, number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::string message, expected;
    std::getline(in, message);
    std::getline(in, expected);
    const int at = number;
    number += 2;
    ++cases;
    auto selector = Selector::compile(line);
    EXPECT_TRUE(selector.ok()) << file << ":" << at;
    if (!selector.ok()) continue;
    std::string scratch;
    const auto key = selector->select(message, scratch);
    const std::string got = key ? write_json(Json(*key)) : "not json";
    const auto wanted = parse_json(expected);
    EXPECT_EQ(got, wanted.ok() ? write_json(wanted.value()) : expected)
        << file << ":" << at << " " << line;
  }
  return cases;
}

TEST(Selector, Golden) {
  const std::filesystem::path folder = FAIRLEAD_SOURCE_DIR "/tests/golden/routing";
  EXPECT_EQ(run_golden(folder / "variables.txt"), 24);
  EXPECT_EQ(run_golden(folder / "values.txt"), 37);
}

TEST(Selector, RefusesBrokenExpressions) {
  for (const char* expression :
       {"${request.body.a", "${request.body.}", "${request.body.a..b}", "${request.body.a[}",
        "${request.body.a[x]}", "${request.body[-1]}", "${request.body.a[0]b}"}) {
    EXPECT_FALSE(Selector::compile(expression).ok()) << expression;
  }
}

TEST(Selector, PlainStringsAreNotCopied) {
  const auto selector = Selector::compile("$request.body.action");
  ASSERT_TRUE(selector.ok());
  const std::string message = R"({"action":"a rather long name for a route of a chat"})";
  std::string scratch;
  const auto key = selector.value().select(message, scratch);
  ASSERT_TRUE(key);
  EXPECT_GE(key->data(), message.data());
  EXPECT_LT(key->data(), message.data() + message.size());
  EXPECT_TRUE(scratch.empty());
}

TEST(Selector, EmptyExpressionIsAnEmptyKey) {
  const auto selector = Selector::compile("");
  ASSERT_TRUE(selector.ok());
  EXPECT_TRUE(selector.value().is_literal());
  EXPECT_EQ(selector.value().literal(), "");
}

TEST(Selector, DepthIsBoundedAsInTheReader) {
  const auto selector = Selector::compile("$request.body.a");
  std::string scratch;
  for (const int depth : {127, 128, 129, 100000}) {
    const std::string text = std::string(static_cast<std::size_t>(depth), '[') +
                             std::string(static_cast<std::size_t>(depth), ']');
    EXPECT_EQ(selector.value().select(text, scratch).has_value(), parse_json(text).ok()) << depth;
  }
}

TEST(JsonScan, AgreesWithTheReader) {
  const JsonPath path{PathStep{"a"}, PathStep{"", 1}};
  for (const char* text : {"{\"a\":[1,2]}",
                           "[]",
                           "{}",
                           "\"\"",
                           "-",
                           "-1",
                           "1.",
                           "1.e3",
                           "1e",
                           "1e+",
                           "tru",
                           "true",
                           "nul",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u123g\"",
                           "\"\\udc00\"",
                           "\"\\ud83d\\ude00\"",
                           "\"\\ud83dx\"",
                           "[1 2]",
                           "{\"a\" 1}",
                           "{\"a\":}",
                           "{1:2}",
                           "[1,]",
                           "",
                           " ",
                           "\"\x01\"",
                           "\"12345678\\\"90\"",
                           "{\"a\":[1,{\"a\":[3,4]}]}",
                           "\xEF\xBB\xBF{}",
                           "\"abc",
                           "\"\\"}) {
    std::string_view found;
    EXPECT_EQ(find_value(text, path, found) != Scan::kNotJson, parse_json(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fairlead::routing
