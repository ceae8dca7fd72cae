// The golden cases of event patterns (tests/golden/patterns), and text that is no pattern at all.
#include "lang/patterns/pattern.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json_parse.h"

namespace fairlead::patterns {
namespace {

std::string verdict(const std::string& pattern, const std::string& event) {
  const auto compiled = Pattern::compile_text(pattern);
  if (!compiled.ok()) return "error: " + compiled.error().message;
  const auto parsed = parse_json(event);
  if (!parsed.ok()) return "the event is not JSON";
  return compiled->matches(*parsed) ? "yes" : "no";
}

TEST(Patterns, Golden) {
  std::ifstream in(FAIRLEAD_SOURCE_DIR "/tests/golden/patterns/operators.txt");
  std::string pattern, event, expected;
  int cases = 0;
  while (std::getline(in, pattern)) {
    if (pattern.empty() || pattern[0] == '#') continue;
    ASSERT_TRUE(std::getline(in, event) && std::getline(in, expected)) << pattern;
    EXPECT_EQ(verdict(pattern, event), expected) << pattern << "\n" << event;
    ++cases;
  }
  EXPECT_EQ(cases, 66);
}

TEST(Patterns, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "1", "\"x\"", "null", "{", "{}"}) {
    EXPECT_FALSE(Pattern::compile_text(text).ok()) << text;
  }
  std::string deep = "[1]";
  for (int i = 0; i < 100; ++i) deep = R"({"a":)" + deep + "}";
  EXPECT_EQ(Pattern::compile_text(deep).error().message, "it nests too deep");
}

}  // namespace
}  // namespace fairlead::patterns
