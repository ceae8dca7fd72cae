// Each log event is printed once, however late it comes.
#include "app/cli/dev_logs.h"

#include <gtest/gtest.h>

namespace fairlead::app {
namespace {

TEST(SeenEvents, EachOnceAndLateOnesToo) {
  SeenEvents seen(100'000);
  EXPECT_EQ(seen.ask_from_ms(), 100'000);
  EXPECT_FALSE(seen.is_new("before", 99'999));
  EXPECT_TRUE(seen.is_new("a", 100'000));
  EXPECT_FALSE(seen.is_new("a", 100'000));
  EXPECT_TRUE(seen.is_new("b", 103'000));
  EXPECT_TRUE(seen.is_new("late", 101'000));
  EXPECT_FALSE(seen.is_new("late", 101'000));
  EXPECT_EQ(seen.ask_from_ms(), 100'000);
  EXPECT_TRUE(seen.is_new("c", 110'000));
  EXPECT_EQ(seen.ask_from_ms(), 110'000 - SeenEvents::kOverlapMs);
  EXPECT_FALSE(seen.is_new("b", 103'000)) << "forgotten, and too old to count";
  EXPECT_TRUE(seen.is_new("still", 105'000));
  EXPECT_FALSE(seen.is_new("c", 110'000));
}

}  // namespace
}  // namespace fairlead::app
