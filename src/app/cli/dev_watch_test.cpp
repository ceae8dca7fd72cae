// Watching real folders: each way in which editors and people change them.
#include "app/cli/dev_watch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "app/cli/dev_test_folder.h"

namespace fairlead::app {
namespace {

namespace fs = std::filesystem;

// "0:index.js" for each change, once; inotify tells before the call that changed something returns.
std::set<std::string> told(std::vector<TreeChange> changes) {
  std::set<std::string> names;
  for (const auto& change : changes) {
    names.insert((change.kind == ChangeKind::kDependency ? "d" : "") + std::to_string(change.root) +
                 ":" + change.name);
  }
  return names;
}
using Names = std::set<std::string>;

class DevWatch : public testing::Test {
 protected:
  DevWatch() {
    folder_.write("a/index.js", "one");
    folder_.write("a/lib/tools.js", "one");
    folder_.write("b/index.js", "one");
    auto watch = TreeWatch::create({folder_.at("a"), folder_.at("b")});
    EXPECT_TRUE(watch.ok());
    if (watch.ok()) watch_ = std::make_unique<TreeWatch>(std::move(watch).value());
  }
  Names read() { return told(watch_->read()); }

  TestFolder folder_;
  std::unique_ptr<TreeWatch> watch_;
};

TEST_F(DevWatch, SavesOfEveryKind) {
  EXPECT_EQ(read(), Names{});
  folder_.write("a/index.js", "two");
  EXPECT_EQ(read(), Names{"0:index.js"});
  folder_.write("b/index.js.tmp", "two");
  EXPECT_EQ(read(), Names{"1:index.js.tmp"});
  fs::rename(folder_.at("b/index.js.tmp"), folder_.at("b/index.js"));
  EXPECT_EQ(read(), (Names{"1:index.js", "1:index.js.tmp"}));
  fs::remove(folder_.at("a/lib/tools.js"));
  EXPECT_EQ(read(), Names{"0:lib/tools.js"});
  chmod(folder_.at("a/index.js").c_str(), 0755);
  EXPECT_EQ(read(), Names{"0:index.js"});
  fs::create_symlink("index.js", folder_.at("a/link.js"));
  EXPECT_EQ(read(), Names{"0:link.js"});
  folder_.write("a/.index.js.swp", "x");
  folder_.write("a/index.js~", "x");
  EXPECT_EQ(read(), Names{});
}

TEST_F(DevWatch, AFileCountsWhenItWasWritten) {
  std::ofstream slow(folder_.at("a/slow.js"));
  slow << "half" << std::flush;
  EXPECT_EQ(read(), Names{});
  slow << "whole";
  slow.close();
  EXPECT_EQ(read(), Names{"0:slow.js"});
}

TEST_F(DevWatch, FoldersComeMoveAndGo) {
  fs::create_directories(folder_.at("a/new/deep"));
  folder_.write("a/new/deep/early.js", "x");  // before anybody looked
  EXPECT_TRUE(read().contains("0:new"));
  folder_.write("a/new/deep/late.js", "x");
  EXPECT_EQ(read(), Names{"0:new/deep/late.js"});
  fs::rename(folder_.at("a/new"), folder_.at("b/moved"));
  EXPECT_EQ(read(), (Names{"0:new", "1:moved"}));
  folder_.write("b/moved/deep/late.js", "y");
  EXPECT_EQ(read(), Names{"1:moved/deep/late.js"});
  fs::rename(folder_.at("b/moved"), folder_.at("outside"));
  EXPECT_EQ(read(), Names{"1:moved"});
  folder_.write("outside/deep/late.js", "z");
  EXPECT_EQ(read(), Names{});
  fs::remove_all(folder_.at("a/lib"));
  EXPECT_TRUE(read().contains("0:lib"));
}

TEST_F(DevWatch, InstalledPackagesAreMarked) {
  fs::create_directories(folder_.at("a/node_modules/ms"));
  EXPECT_TRUE(read().contains("d0:node_modules"));
  folder_.write("a/node_modules/ms/index.js", "x");
  EXPECT_EQ(read(), Names{"d0:node_modules/ms/index.js"});
  folder_.write("a/.git/HEAD", "x");
  EXPECT_EQ(read(), Names{});
}

TEST_F(DevWatch, LinkedFoldersAreWatched) {
  folder_.write("shared/code.js", "x");
  fs::create_directory_symlink("../shared", folder_.at("a/shared"));
  EXPECT_EQ(read(), Names{"0:shared"});
  folder_.write("shared/code.js", "y");
  EXPECT_EQ(read(), Names{"0:shared/code.js"});
}

TEST_F(DevWatch, ARootGoesAndComesBack) {
  fs::rename(folder_.at("a"), folder_.at("away"));
  EXPECT_EQ(read(), Names{"0:"});
  EXPECT_TRUE(watch_->missing());
  EXPECT_EQ(told(watch_->look_for_missing()), Names{});
  folder_.write("away/index.js", "unseen");
  folder_.write("b/index.js", "seen");
  EXPECT_EQ(read(), Names{"1:index.js"});
  fs::rename(folder_.at("away"), folder_.at("a"));
  EXPECT_EQ(told(watch_->look_for_missing()), Names{"0:"});
  EXPECT_FALSE(watch_->missing());
  folder_.write("a/lib/tools.js", "three");
  EXPECT_EQ(read(), Names{"0:lib/tools.js"});
  fs::remove_all(folder_.at("b"));
  EXPECT_TRUE(read().contains("1:"));
  EXPECT_TRUE(watch_->missing());
}

TEST_F(DevWatch, OneFolderInTwoRoots) {
  auto made = TreeWatch::create({folder_.at("a"), folder_.at("a/lib"), folder_.at("a")});
  ASSERT_TRUE(made.ok());
  TreeWatch watch = std::move(made).value();
  folder_.write("a/lib/tools.js", "two");
  EXPECT_EQ(told(watch.read()), (Names{"0:lib/tools.js", "1:tools.js", "2:lib/tools.js"}));
}

}  // namespace
}  // namespace fairlead::app
