// Runs tests/golden/logs/patterns_*.txt: a pattern, events, and whether they match. A new case
// needs no C++; the format stands in tests/golden/logs/README.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lang/logs/filter_pattern.h"

namespace fairlead::logs {
namespace {

std::string shown(const Extracted& all) {
  std::string out;
  for (const auto& [name, value] : all) out += (out.empty() ? "" : "; ") + name + "=" + value;
  return out;
}

void run_file(const std::filesystem::path& file, int& cases) {
  std::ifstream in(file);
  std::string line;
  Result<FilterPattern> pattern = FilterPattern();
  std::string last_event;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string place = file.filename().string() + ":" + std::to_string(number);
    if (line.empty() || line[0] == '#') continue;
    const std::string sign = line.substr(0, line.find(' '));
    const std::string text = line.size() > sign.size() ? line.substr(sign.size() + 1) : "";
    if (sign == "pattern") {
      pattern = FilterPattern::parse(text);
      continue;
    }
    ++cases;
    if (sign == "refused") {
      EXPECT_EQ(pattern.ok() ? "accepted" : pattern.error().message, text) << place;
      continue;
    }
    ASSERT_TRUE(pattern.ok()) << place << ": " << pattern.error().message;
    if (sign == "yes" || sign == "no") {
      EXPECT_EQ(pattern->matches(text), sign == "yes") << place;
      last_event = text;
    } else if (sign == "extracts") {
      EXPECT_EQ(shown(pattern->extract(last_event)), text) << place;
    } else {
      ADD_FAILURE() << place << ": unknown line";
    }
  }
}

TEST(FilterPatterns, EveryCaseGivesWhatItSays) {
  const std::filesystem::path folder =
      std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/logs";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("patterns_")) run_file(entry.path(), cases);
  }
  EXPECT_GT(cases, 60);
}

TEST(FilterPatterns, AreBounded) {
  EXPECT_FALSE(FilterPattern::parse(std::string(5000, 'a')).ok());
  const std::string deep = "{" + std::string(500, '(') + "$.a=1" + std::string(500, ')') + "}";
  EXPECT_FALSE(FilterPattern::parse(deep).ok());
  EXPECT_FALSE(FilterPattern::parse("%a{1000}{1000}%").ok());
}

}  // namespace
}  // namespace fairlead::logs
