// Results, TRY, and what CHECK and ODD do.
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/log.h"

namespace fairlead {
namespace {

const ErrorCode kRefused{"RefusedException", 400};

Error refused() { return Error{&kRefused, "no", Json::object({{"why", "because"}})}; }

Result<std::unique_ptr<int>> make(int n) {
  if (n < 0) return refused();
  return std::make_unique<int>(n);
}

Status need_even(int n) {
  if (n % 2 != 0) return refused();
  return {};
}

Result<std::string> describe(int n) {
  TRY(need_even(n));
  const auto made = TRY(make(n));
  return "value " + std::to_string(*made);
}

TEST(Result, TryPassesTheErrorUp) {
  EXPECT_EQ(*describe(4), "value 4");
  EXPECT_EQ(describe(3).error().code, &kRefused);
  EXPECT_EQ(describe(-2).error().message, "no");
  EXPECT_EQ(describe(-2).error().detail["why"], Json("because"));
}

TEST(Result, ConvertsWhatConvertsToItsValue) {
  const Result<std::string> text = "literal";
  EXPECT_EQ(*text, "literal");
  const Result<std::shared_ptr<const int>> pointer = std::make_shared<int>(3);
  EXPECT_EQ(**pointer, 3);
  const Result<Json> json = Json(1);
  EXPECT_EQ(json->to_int64(), 1);
}

TEST(Result, AStatusMoves) {
  Status bad = refused();
  Status moved = std::move(bad);
  EXPECT_FALSE(moved.ok());
  EXPECT_EQ(moved.error().message, "no");
  moved = Status();
  EXPECT_TRUE(moved.ok());
}

TEST(CheckDeath, AbortsAndSaysWhere) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), "CHECK failed.*condition=\"1 \\+ 1 == 3\".*result_test.cpp");
  EXPECT_DEATH((void)make(-1).value(), "CHECK failed");
  EXPECT_DEATH((void)make(1).error(), "CHECK failed");
}

TEST(Odd, IsLoggedOnceForEachSite) {
  int lines = 0;
  set_log_output(
      [&lines](std::string_view line) { lines += line.find("surprising") != line.npos; });
  for (int i = 0; i < 5; ++i) ODD("surprising");
  ODD("also surprising");
  set_log_output(nullptr);
  EXPECT_EQ(lines, 2);
}

}  // namespace
}  // namespace fairlead
