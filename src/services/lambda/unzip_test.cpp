// Deployment packages, honest and otherwise.
#include "services/lambda/unzip.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

namespace fs = std::filesystem;
using test::make_zip;
using test::ZipEntry;

constexpr std::uint32_t kSymlink = 0120777;
const std::string kBad =
    "Could not unzip uploaded file. Please check your file, then try to upload again.";
const std::string kEmpty = "Uploaded file must be a non-empty zip";
const std::string kLarge = "Unzipped size must be smaller than 262144000 bytes";

class UnzipTest : public testing::Test {
 protected:
  UnzipTest() {
    outer_ = testing::TempDir() + "fairlead-unzip-" + random_hex(16);
    folder_ = outer_ + "/inner/task";
    fs::create_directories(folder_);
  }
  ~UnzipTest() override { fs::remove_all(outer_); }

  // The refusal, or "" when all went well.
  std::string run(std::string_view zip, const UnzipLimits& limits = {}) {
    const Status status = unzip(zip, folder_, limits);
    return status.ok() ? "" : status.error().message;
  }
  std::string read(const std::string& name) {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  mode_t mode(const std::string& name) {
    struct stat found {};
    EXPECT_EQ(lstat((folder_ + "/" + name).c_str(), &found), 0) << name;
    return found.st_mode & 07777;
  }
  // Files outside of the task folder.
  std::size_t escaped() {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(outer_)) {
      const bool inside = entry.path().string().starts_with(folder_);
      if (!inside && !entry.is_directory()) ++count;
    }
    return count;
  }
  std::string outer_, folder_;
};

TEST_F(UnzipTest, WritesFilesFoldersAndModes) {
  const std::string large(300'000, 'x');
  ASSERT_EQ(run(make_zip({{"index.js", "code"},
                          {"bin/", "", 040755},
                          {"bin/tool", "#!/bin/sh", 0100755},
                          {"a/b/c.txt", large},
                          {"secret", "s", 0100400},
                          {"setuid", "s", 0104755},
                          {"./dot.txt", "d"},
                          {"empty", ""}})),
            "");
  EXPECT_EQ(read("index.js"), "code");
  EXPECT_EQ(read("a/b/c.txt"), large);
  EXPECT_EQ(read("dot.txt"), "d");
  EXPECT_EQ(read("empty"), "");
  EXPECT_EQ(mode("index.js"), 0644u);
  EXPECT_EQ(mode("bin/tool"), 0755u);
  EXPECT_EQ(mode("secret"), 0444u);  // a sandboxed worker is another user
  EXPECT_EQ(mode("setuid"), 0755u);
}

TEST_F(UnzipTest, KeepsLinksThatStayInside) {
  ASSERT_EQ(run(make_zip({{"node_modules/.bin/tool", "../tool/cli.js", kSymlink},
                          {"node_modules/tool/cli.js", "run"},
                          {"later", "not/there", kSymlink}})),
            "");
  EXPECT_EQ(read("node_modules/.bin/tool"), "run");
  EXPECT_EQ(fs::read_symlink(folder_ + "/later"), "not/there");
}

TEST_F(UnzipTest, ALastEntryOfTheSameNameWins) {
  ASSERT_EQ(run(make_zip({{"a", "first, and longer"}, {"./a", "second"}})), "");
  EXPECT_EQ(read("a"), "second");
}

TEST_F(UnzipTest, RefusesWhatLeadsOutside) {
  const std::vector<std::pair<const char*, std::vector<ZipEntry>>> cases = {
      {"parent", {{"ok", "1"}, {"../evil", "x"}}},
      {"deep parent", {{"a/b/../../../evil", "x"}}},
      {"parent in the middle", {{"a/../b", "x"}}},
      {"absolute", {{"/tmp/evil", "x"}}},
      {"absolute link", {{"link", "/etc/passwd", kSymlink}}},
      {"link out", {{"link", "../x", kSymlink}}},
      {"link out from below", {{"a/link", "../../x", kSymlink}}},
      {"link to a file that exists outside", {{"a/link", "../../../marker", kSymlink}}},
      {"link out through a link",
       {{"dot", ".", kSymlink}, {"a/b/f", "x"}, {"dot2", "dot/../..", kSymlink}}},
      {"file through a link", {{"link", ".", kSymlink}, {"link/x", "x"}}},
      {"fifo", {{"pipe", "", 0010644}}},
      {"device", {{"null", "", 0020666}}},
      {"file and folder", {{"a/b", "x"}, {"a", "y"}}},
      {"folder in a file", {{"a", "y"}, {"a/b", "x"}}},
      {"encrypted", {{"index.js", "code", 0100644, true}}},
      {"a name too long", {{std::string(256, 'n'), "x"}}},
  };
  std::ofstream(outer_ + "/marker") << "outside";
  for (const auto& [what, entries] : cases) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    EXPECT_EQ(run(make_zip(entries)), kBad) << what;
    EXPECT_EQ(escaped(), 1u) << what;  // the marker
  }
}

TEST_F(UnzipTest, RefusesWhatIsNoZip) {
  const std::string zip = make_zip({{"index.js", "code"}});
  EXPECT_EQ(run(""), kEmpty);
  EXPECT_EQ(run(make_zip({{"folder/", "", 040755}})), kEmpty);
  EXPECT_EQ(run("not a zip at all, but long enough to look"), kBad);
  EXPECT_EQ(run(std::string_view(zip).substr(0, zip.size() - 10)), kBad);
  for (std::size_t cut = 1; cut < zip.size(); cut += 7) {
    EXPECT_NE(run(std::string_view(zip).substr(0, cut)), "") << cut;
  }
}

TEST_F(UnzipTest, RefusesDamagedBytes) {
  std::string zip = make_zip({{"index.js", "abcdefghijklmnopqrstuvwxyz0123456789"}});
  const std::size_t at = zip.find("index.js") + 12;  // in the entry's data
  zip[at] = static_cast<char>(zip[at] ^ 0x55);
  EXPECT_EQ(run(zip), kBad);
}

TEST_F(UnzipTest, AnyDamageIsAnAnswerAndStaysInside) {
  const std::string whole = make_zip({{"index.js", std::string(500, 'c')},
                                      {"a/b/c.txt", "text"},
                                      {"link", "a/b", kSymlink},
                                      {"bin/tool", "#!/bin/sh", 0100755}});
  std::uint64_t state = 88172645463325252ull;  // xorshift: the same damage in every run
  const auto random = [&] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  UnzipLimits limits;
  limits.max_bytes = 1'000'000;
  int refused = 0;
  for (int round = 0; round < 120; ++round) {
    std::string zip = whole;
    for (std::uint64_t i = 0; i <= random() % 4; ++i) {
      zip[random() % zip.size()] = static_cast<char>(random());
    }
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    if (!run(zip, limits).empty()) ++refused;
    EXPECT_EQ(escaped(), 0u) << round;
  }
  EXPECT_GT(refused, 30);
}

TEST_F(UnzipTest, StopsAtTheLimits) {
  const std::string bomb = make_zip({{"zeros", std::string(2'000'000, '\0')}});
  EXPECT_LT(bomb.size(), 10'000u);
  UnzipLimits limits;
  limits.max_bytes = 1'999'999;
  EXPECT_EQ(run(bomb, limits), kLarge);
  limits.max_bytes = 2'000'000;
  EXPECT_EQ(run(bomb, limits), "");
  limits.max_entries = 2;
  EXPECT_EQ(run(make_zip({{"a", ""}, {"b", ""}, {"c", ""}}), limits), kLarge);
}

}  // namespace
}  // namespace fairlead::lambda
