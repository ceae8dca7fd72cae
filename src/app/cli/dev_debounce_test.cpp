// When a folder that changes is looked at.
#include "app/cli/dev_debounce.h"

#include <gtest/gtest.h>

namespace fairlead::app {
namespace {

TEST(Debounce, OneChangeIsDueAfterAMomentOfQuiet) {
  Debounce debounce;
  EXPECT_FALSE(debounce.due_ms());
  EXPECT_FALSE(debounce.take(1'000'000));
  debounce.changed(1000, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), 1000 + Debounce::kQuietMs);
  EXPECT_FALSE(debounce.take(1000 + Debounce::kQuietMs - 1));
  EXPECT_EQ(debounce.take(1000 + Debounce::kQuietMs), 1000);
  EXPECT_FALSE(debounce.due_ms());
}

TEST(Debounce, ABurstIsOne) {
  Debounce debounce;
  for (int ms : {0, 10, 25, 50}) debounce.changed(ms, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), 50 + Debounce::kQuietMs);
  EXPECT_EQ(debounce.take(100), 0);
}

TEST(Debounce, AFolderThatNeverRestsIsStillLookedAt) {
  Debounce debounce;
  for (int ms = 0; ms < 1000; ms += 10) debounce.changed(ms, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), Debounce::kLongestMs);
}

TEST(Debounce, InstalledPackagesWaitUntilTheInstallationIsThrough) {
  Debounce debounce;
  debounce.changed(0, ChangeKind::kSource);
  debounce.changed(5, ChangeKind::kDependency);
  EXPECT_EQ(debounce.due_ms(), 5 + Debounce::kDependencyQuietMs);
  for (int ms = 5; ms < 60'000; ms += 500) debounce.changed(ms, ChangeKind::kDependency);
  EXPECT_EQ(debounce.due_ms(), Debounce::kDependencyLongestMs);
  EXPECT_TRUE(debounce.take(60'000));
  debounce.changed(70'000, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), 70'000 + Debounce::kQuietMs);
}

TEST(Debounce, TryingAgainKeepsTheFirstChange) {
  Debounce debounce;
  debounce.changed(0, ChangeKind::kSource);
  ASSERT_EQ(debounce.take(30), 0);
  debounce.again(0, 40, 500);
  EXPECT_EQ(debounce.due_ms(), 540);
  debounce.changed(100, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), 540);
  EXPECT_EQ(debounce.take(540), 0);
  debounce.changed(600, ChangeKind::kSource);
  EXPECT_EQ(debounce.due_ms(), 600 + Debounce::kQuietMs);
}

}  // namespace
}  // namespace fairlead::app
