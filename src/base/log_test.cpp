// Log lines: both formats, levels, and values that try to break out of their line.
#include "base/log.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/json_parse.h"

namespace fairlead {
namespace {

class Log : public testing::Test {
 protected:
  Log() {
    set_log_output([this](std::string_view line) { lines_.emplace_back(line); });
    set_log_level(LogLevel::kInfo);
    set_log_format(LogFormat::kText);
  }
  ~Log() override {
    set_log_output(nullptr);
    set_log_level(LogLevel::kInfo);
    set_log_format(LogFormat::kText);
  }
  std::string text() const { return lines_.at(0).substr(13); }  // without the time

  std::vector<std::string> lines_;
};

TEST_F(Log, TextForPeople) {
  log_info("function started", {{"function", "chat"}, {"pid", 12}});
  EXPECT_EQ(text(), "INFO  function started  function=chat pid=12\n");
  EXPECT_EQ(lines_[0][2], ':');
  EXPECT_EQ(lines_[0][8], '.');
  EXPECT_EQ(lines_[0][12], ' ');
}

TEST_F(Log, NoFields) {
  log_error("gone");
  EXPECT_EQ(text(), "ERROR gone\n");
}

TEST_F(Log, QuotesWhereAReaderNeedsThem) {
  log_warn("m", {{"a", "two words"}, {"b", ""}, {"c", "x=y"}, {"d", "q\"q"}, {"e", "é/:,"}});
  EXPECT_EQ(text(), R"(WARN  m  a="two words" b="" c="x=y" d="q\"q" e=é/:,)"
                    "\n");
}

TEST_F(Log, NothingForgesALine) {
  log_info("one\ntwo", {{"a", "x\ny"}, {"b", "\xff"}, {"c", std::string(1, '\0')}});
  EXPECT_EQ(text(), "INFO  one\\ntwo  a=\"x\\ny\" b=\xef\xbf\xbd c=\"\\u0000\"\n");
}

TEST_F(Log, JsonForMachines) {
  set_log_format(LogFormat::kJson);
  log_info("a \"b\"\n", {{"function", "chat"}, {"n", 7ul}, {"bad", "\xff"}});
  const auto json = parse_json(lines_.at(0));
  ASSERT_TRUE(json.ok()) << lines_[0];
  EXPECT_EQ(lines_[0].back(), '\n');
  EXPECT_NE(parse_iso8601((*json)["time"].string_or("")), -1);
  EXPECT_EQ((*json)["level"], Json("INFO"));
  EXPECT_EQ((*json)["message"], Json("a \"b\"\n"));
  EXPECT_EQ((*json)["function"], Json("chat"));
  EXPECT_EQ((*json)["n"], Json("7"));
  EXPECT_EQ((*json)["bad"], Json("\xef\xbf\xbd"));
}

TEST_F(Log, LevelsBelowTheLeastAreLeftOut) {
  log_debug("no");
  EXPECT_TRUE(lines_.empty());
  EXPECT_FALSE(log_enabled(LogLevel::kDebug));
  set_log_level(LogLevel::kDebug);
  log_debug("yes");
  EXPECT_EQ(text(), "DEBUG yes\n");
  set_log_level(LogLevel::kError);
  log_warn("no");
  EXPECT_EQ(lines_.size(), 1u);
}

TEST_F(Log, ALongValueIsCutBetweenCharacters) {
  std::string value = "x";
  while (value.size() < 40'000) value += "é";
  log_info("m", {{"v", value}});
  EXPECT_LT(text().size(), 17'000u);
  EXPECT_TRUE(text().ends_with("é…\n"));
}

TEST_F(Log, LinesFromManyThreadsStayWhole) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 500; ++i) log_info("line", {{"i", i}});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(lines_.size(), 2000u);
  for (const auto& line : lines_) ASSERT_EQ(line.substr(13, 12), "INFO  line  ");
}

TEST(LogDefault, GoesToStandardErrorInOneLine) {
  testing::internal::CaptureStderr();
  log_info("hello", {{"to", "stderr"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr().substr(13), "INFO  hello  to=stderr\n");
}

}  // namespace
}  // namespace fairlead
