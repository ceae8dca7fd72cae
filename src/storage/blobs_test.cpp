// The blobs' contract for both kinds, and what the files of the durable kind must be like.
#include "storage/blobs.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include "storage/test_temporary_folder.h"

namespace fairlead::storage {
namespace {

std::string read_all(Blobs& blobs, const std::string& id, std::uint64_t offset = 0,
                     std::uint64_t length = UINT64_MAX) {
  auto reader = blobs.open(id, offset, length);
  if (!reader.ok()) return "(" + std::string(reader.error().code->name) + ")";
  std::string all;
  char piece[7];
  for (;;) {
    const auto n = (*reader)->read(piece, sizeof piece);
    EXPECT_TRUE(n.ok());
    if (!n.ok() || *n == 0) return all;
    all.append(piece, *n);
  }
}

std::string store_blob(Blobs& blobs, std::string_view bytes) {
  auto writer = blobs.create();
  EXPECT_TRUE(writer.ok());
  EXPECT_TRUE((*writer)->write(bytes).ok());
  auto id = (*writer)->finish();
  EXPECT_TRUE(id.ok());
  return *id;
}

std::set<std::string> files_under(const std::string& folder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path().filename());
  }
  return files;
}

class BlobsContract : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("memory")) {
      blobs_ = make_memory_blobs();
    } else {
      auto opened = open_blobs(folder_.path() + "/blobs");
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      blobs_ = std::move(opened).value();
    }
  }
  TemporaryFolder folder_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_P(BlobsContract, WritesInPiecesAndReadsRanges) {
  auto writer = blobs_->create();
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->write("hello ").ok());
  ASSERT_TRUE((*writer)->write("").ok());
  ASSERT_TRUE((*writer)->write("big world").ok());
  EXPECT_EQ((*writer)->size(), 15u);
  const auto id = (*writer)->finish();
  ASSERT_TRUE(id.ok());
  struct Case {
    std::uint64_t offset, length;
    const char* expected;
  };
  for (const Case& c :
       {Case{0, UINT64_MAX, "hello big world"}, Case{6, 3, "big"}, Case{10, UINT64_MAX, "world"},
        Case{15, 5, ""}, Case{99, 5, ""}, Case{0, 0, ""}, Case{UINT64_MAX, UINT64_MAX, ""}}) {
    EXPECT_EQ(read_all(*blobs_, *id, c.offset, c.length), c.expected) << c.offset;
  }
  EXPECT_EQ((*blobs_->open(*id, 3, 2))->size(), 15u);
}

TEST_P(BlobsContract, MissingAndHostileIds) {
  for (const std::string& id :
       {std::string(), std::string("../../etc/passwd"), std::string(32, 'f'),
        std::string("..") + std::string(30, '/'), std::string(32, 'A'), std::string(32, '\0')}) {
    EXPECT_EQ(read_all(*blobs_, id), "(BlobMissing)");
    blobs_->remove(id);  // no error
  }
}

TEST_P(BlobsContract, RemovesAndLeavesThisRunToItsOwners) {
  const std::string kept = store_blob(*blobs_, "kept"), gone = store_blob(*blobs_, "gone");
  blobs_->remove(gone);
  EXPECT_EQ(read_all(*blobs_, gone), "(BlobMissing)");
  blobs_->sweep([](const std::string&) { return false; });
  EXPECT_EQ(read_all(*blobs_, kept), "kept");
}

TEST_P(BlobsContract, AnOpenReaderSurvivesRemoval) {
  const std::string id = store_blob(*blobs_, "still here");
  auto reader = blobs_->open(id);
  ASSERT_TRUE(reader.ok());
  blobs_->remove(id);
  char bytes[32];
  EXPECT_EQ(*(*reader)->read(bytes, sizeof bytes), 10u);
}

TEST_P(BlobsContract, ManyAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string bytes(1000 + t, static_cast<char>('a' + t));
        const std::string id = store_blob(*blobs_, bytes);
        EXPECT_EQ(read_all(*blobs_, id), bytes);
        if (i % 2) blobs_->remove(id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(Kinds, BlobsContract, ::testing::Values("memory", "files"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST(FileBlobs, UnfinishedWritesLeaveNothing) {
  TemporaryFolder folder;
  auto blobs = open_blobs(folder.path());
  ASSERT_TRUE(blobs.ok());
  {
    auto writer = (*blobs)->create();
    ASSERT_TRUE((*writer)->write("half").ok());
    EXPECT_EQ(files_under(folder.path()).size(), 1u);  // in tmp, under no blob's name
    EXPECT_EQ(files_under(folder.path() + "/tmp").size(), 1u);
  }
  EXPECT_TRUE(files_under(folder.path()).empty());
}

TEST(FileBlobs, LeftOversOfACrashAreClearedWhenOpening) {
  TemporaryFolder folder;
  std::string id;
  {
    auto blobs = open_blobs(folder.path());
    id = store_blob(**blobs, "whole");
    std::ofstream(folder.path() + "/tmp/" + std::string(32, 'a')) << "half";
  }
  auto blobs = open_blobs(folder.path());
  ASSERT_TRUE(blobs.ok());
  EXPECT_TRUE(files_under(folder.path() + "/tmp").empty());
  EXPECT_EQ(read_all(**blobs, id), "whole");
  EXPECT_TRUE(std::filesystem::exists(folder.path() + "/" + id.substr(0, 2) + "/" + id));
}

TEST(FileBlobs, SweepsWhatAnEarlierRunLeft) {
  TemporaryFolder folder;
  std::string kept, lost;
  {
    auto earlier = open_blobs(folder.path());
    kept = store_blob(**earlier, "kept");
    lost = store_blob(**earlier, "lost");
  }
  auto blobs = open_blobs(folder.path());
  const std::string fresh = store_blob(**blobs, "fresh");  // not yet in any record
  (*blobs)->sweep([&](const std::string& id) { return id == kept; });
  EXPECT_EQ(read_all(**blobs, kept), "kept");
  EXPECT_EQ(read_all(**blobs, fresh), "fresh");
  EXPECT_EQ(read_all(**blobs, lost), "(BlobMissing)");
}

TEST(FileBlobs, ABlobThatLostBytesIsAnErrorNotAShortAnswer) {
  TemporaryFolder folder;
  auto blobs = open_blobs(folder.path());
  const std::string id = store_blob(**blobs, "ten bytes!");
  auto reader = (*blobs)->open(id);
  ASSERT_EQ(::truncate((folder.path() + "/" + id.substr(0, 2) + "/" + id).c_str(), 4), 0);
  char bytes[16];
  ASSERT_EQ(*(*reader)->read(bytes, sizeof bytes), 4u);
  EXPECT_FALSE((*reader)->read(bytes, sizeof bytes).ok());
}

TEST(FileBlobs, AFullDiskIsAnError) {
  TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto blobs = open_blobs(folder.path());
    const rlimit small{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto writer = (*blobs)->create();
    const auto status = (*writer)->write(std::string(10'000, 'x'));
    ::_exit(!status.ok() && status.error().message.find("File too large") != std::string::npos ? 0
                                                                                               : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(FileBlobs, AnUnusableFolderIsNamed) {
  const auto blobs = open_blobs("/proc/no-such-place/blobs");
  ASSERT_FALSE(blobs.ok());
  EXPECT_NE(blobs.error().message.find("/proc/no-such-place"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::storage
