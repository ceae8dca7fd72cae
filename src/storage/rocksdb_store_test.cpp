// What only a store on disk has to withstand: reopening, kill -9, newer and damaged files, a folder
// that is in use, and a disk that refuses.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "storage/store.h"
#include "storage/test_temporary_folder.h"

namespace fairlead::storage {
namespace {

namespace fs = std::filesystem;

constexpr int kNoSmallDisk = 77;

Status put(Store& store, std::string key, std::string value) {
  Batch batch;
  batch.put(Family::kItems, std::move(key), std::move(value));
  return store.commit(std::move(batch));
}

std::unique_ptr<Store> must_open(const std::string& folder) {
  auto store = open_store(folder, {});
  EXPECT_TRUE(store.ok()) << store.error().message;
  return store.ok() ? std::move(store).value() : nullptr;
}

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void spill(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::map<std::string, std::string> files_in(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder);
    if (entry.is_regular_file() && name != "LOCK") files[name] = slurp(entry.path());
  }
  return files;
}

TEST(RocksStore, KeepsEverythingOverReopening) {
  TemporaryFolder folder;
  for (int round = 0; round < 3; ++round) {
    const auto store = must_open(folder.path() + "/deep/data");
    for (int before = 0; before < round; ++before) {
      EXPECT_EQ(**store->get(Family::kItems, "round" + std::to_string(before)), "kept");
    }
    ASSERT_TRUE(put(*store, "round" + std::to_string(round), "kept").ok());
  }
  EXPECT_EQ(slurp(folder.path() + "/deep/data/FORMAT"), "fairlead-store 1\n");
  for (const auto& [name, bytes] : files_in(folder.path())) {
    EXPECT_EQ(name.find("LOG"), std::string::npos) << name;  // no text logs of the database
  }
}

TEST(RocksStore, ManyThreadsShareSyncs) {
  TemporaryFolder folder;
  const auto store = must_open(folder.path());
  std::vector<std::thread> threads;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(put(*store, std::to_string(t) + "/" + std::to_string(i), "v").ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int found = 0;
  for (auto at = store->range(Family::kItems, "", ""); at->valid(); at->next()) ++found;
  EXPECT_EQ(found, 32 * 50);
}

TEST(RocksStore, NewerAndForeignFormatsAreLeftAlone) {
  struct Case {
    const char* format;
    const ErrorCode* code;
    const char* says;
  };
  for (const Case& c : {Case{"fairlead-store 2\n", &kStoreTooNew, "has format 2"},
                        Case{"fairlead-store 999999\n", &kStoreTooNew, "has format 999999"},
                        Case{"fairlead-store 9999999\n", &kStoreDamaged, "names no version"},
                        Case{"fairlead-store 0\n", &kStoreDamaged, "names no version"},
                        Case{"fairlead-store 1x\n", &kStoreDamaged, "names no version"},
                        Case{"fairlead-store 1", &kStoreDamaged, "not one of ours"},
                        Case{"something else\n", &kStoreDamaged, "not one of ours"},
                        Case{"", &kStoreDamaged, "not one of ours"}}) {
    TemporaryFolder folder;
    must_open(folder.path());
    spill(folder.path() + "/FORMAT", c.format);
    const auto before = files_in(folder.path());
    const auto opened = open_store(folder.path(), {});
    ASSERT_FALSE(opened.ok()) << c.format;
    EXPECT_EQ(opened.error().code, c.code) << c.format;
    EXPECT_NE(opened.error().message.find(c.says), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find(folder.path()), std::string::npos);
    EXPECT_EQ(files_in(folder.path()), before) << c.format;
  }
}

TEST(RocksStore, LostFilesAreDamageNotAnEmptyStore) {
  for (const char* lost : {"FORMAT", "rocksdb/CURRENT", "rocksdb"}) {
    TemporaryFolder folder;
    ASSERT_TRUE(put(*must_open(folder.path()), "k", "v").ok());
    fs::remove_all(folder.path() + "/" + lost);
    const auto opened = open_store(folder.path(), {});
    ASSERT_FALSE(opened.ok()) << lost;
    EXPECT_EQ(opened.error().code, &kStoreDamaged) << opened.error().message;
  }
}

TEST(RocksStore, ACreationThatWasCutShortStartsAgain) {
  TemporaryFolder folder;
  must_open(folder.path());
  spill(folder.path() + "/FORMAT", "fairlead-store 1 creating\n");
  fs::remove(folder.path() + "/rocksdb/CURRENT");
  EXPECT_TRUE(put(*must_open(folder.path()), "k", "v").ok());
  EXPECT_EQ(**must_open(folder.path())->get(Family::kItems, "k"), "v");
}

// Bytes are flipped all over the files; whatever happens, no read may answer something else than
// what was written.
TEST(RocksStore, FlippedBytesNeverReadAsData) {
  TemporaryFolder folder;
  const std::string original = folder.path() + "/original";
  constexpr int kKeys = 300;
  const auto value = [](int i) {
    return "value " + std::to_string(i * 7919) + std::string(i, 'x');
  };
  {
    const auto store = must_open(original);
    for (int i = 0; i < kKeys; ++i) {
      Batch batch;
      batch.put(Family::kItems, "key" + std::to_string(i), value(i));
      ASSERT_TRUE(store->commit(std::move(batch)).ok());
      // A backup flushes the memtables, so that half of the keys lie in table files.
      if (i == kKeys / 2) {
        ASSERT_TRUE(store->backup(folder.path() + "/backup").ok());
      }
    }
  }
  int noticed = 0, runs = 0, tables = 0, manifests = 0, logs = 0;
  for (const auto& [name, bytes] : files_in(original)) {
    const bool table = name.ends_with(".sst"), manifest = name.find("MANIFEST") != name.npos,
               log = name.ends_with(".log");
    if (!(table || manifest || log) || bytes.empty()) continue;
    tables += table, manifests += manifest, logs += log;
    for (std::size_t at = 3; at < bytes.size(); at += std::max<std::size_t>(bytes.size() / 9, 1)) {
      const std::string copy = folder.path() + "/copy";
      fs::remove_all(copy);
      fs::copy(original, copy, fs::copy_options::recursive);
      std::string bad = bytes;
      bad[at] = static_cast<char>(~bad[at]);
      spill(copy + "/" + name, bad);
      ++runs;
      const auto opened = open_store(copy, {});
      if (!opened.ok()) {
        EXPECT_EQ(opened.error().code, &kStoreDamaged) << opened.error().message;
        ++noticed;
        continue;
      }
      bool clean = true;
      for (int i = 0; i < kKeys; ++i) {
        const auto got = (*opened)->get(Family::kItems, "key" + std::to_string(i));
        if (!got.ok()) {
          EXPECT_EQ(got.error().code, &kStoreDamaged);
          clean = false;
        } else {
          // Missing is wrong too: everything was acknowledged.
          EXPECT_EQ(got->value_or("(none)"), value(i)) << name << " at " << at;
        }
      }
      if (!clean) ++noticed;
    }
  }
  EXPECT_GT(tables, 0);
  EXPECT_GT(manifests, 0);
  EXPECT_GT(logs, 0);
  EXPECT_GT(noticed, runs / 2);
}

TEST(RocksStore, AFolderInUseNamesTheProcess) {
  TemporaryFolder folder;
  const auto store = must_open(folder.path());
  const auto second = open_store(folder.path(), {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, &kStoreBusy);
  EXPECT_NE(second.error().message.find("pid " + std::to_string(::getpid())), std::string::npos)
      << second.error().message;
  EXPECT_TRUE(put(*store, "k", "v").ok());
}

TEST(RocksStore, UnusableFoldersAreNamed) {
  TemporaryFolder folder;
  spill(folder.path() + "/file", "x");
  for (const std::string& place : {folder.path() + "/file", folder.path() + "/file/below",
                                   std::string("/proc/nowhere/data")}) {
    const auto opened = open_store(place, {});
    ASSERT_FALSE(opened.ok()) << place;
    EXPECT_EQ(opened.error().code, &kStoreFailed) << opened.error().message;
    EXPECT_NE(opened.error().message.find(place.substr(0, 13)), std::string::npos)
        << opened.error().message;
  }
}

TEST(RocksStore, BackupsOpenAsStores) {
  TemporaryFolder folder;
  const std::string copy = folder.path() + "/backup";
  const auto store = must_open(folder.path() + "/data");
  ASSERT_TRUE(put(*store, "k", "before").ok());
  ASSERT_TRUE(store->backup(copy).ok());
  ASSERT_TRUE(put(*store, "k", "after").ok());
  EXPECT_EQ(**must_open(copy)->get(Family::kItems, "k"), "before");
  const auto again = store->backup(copy);
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().message.find("already holds a store"), std::string::npos);
}

// Commits from several threads, writes each key to `reports` after its acknowledgement, and is
// killed in the middle of it.
void commit_until_killed(const std::string& folder, const std::string& reports, int round) {
  const int file = ::open(reports.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  auto store = open_store(folder, {});
  if (file < 0 || !store.ok()) ::_exit(1);
  std::atomic<std::size_t> reported{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const std::string key =
            std::to_string(round) + "/" + std::to_string(t) + "/" + std::to_string(i) + "\n";
        if (!put(**store, key, "v" + key).ok()) ::_exit(2);
        if (::write(file, key.data(), key.size()) < 0) ::_exit(3);
        if (reported.fetch_add(key.size()) + key.size() > 20'000) ::kill(::getpid(), SIGKILL);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Every key that was reported must be there, also after the next kills. The process to be killed is
// this program started again (a forked one would lack the database's threads); it learns the folder
// from the environment.
TEST(RocksStoreDeathTest, AcknowledgedWritesSurviveAKill) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr const char* kFolderVariable = "FAIRLEAD_TEST_FOLDER";
  const char* const given = std::getenv(kFolderVariable);
  std::optional<TemporaryFolder> own;
  const std::string folder = given ? given : own.emplace().path();
  ::setenv(kFolderVariable, folder.c_str(), 1);
  const std::string reports = folder + "/reports";
  for (int round = 0; round < 3; ++round) {
    EXPECT_EXIT(commit_until_killed(folder + "/data", reports, round),
                testing::KilledBySignal(SIGKILL), "");
    if (given) continue;
    const auto store = must_open(folder + "/data");
    ASSERT_TRUE(store);
    std::istringstream keys(slurp(reports));
    int acknowledged = 0;
    for (std::string line; std::getline(keys, line); ++acknowledged) {
      const std::string key = line + "\n";
      ASSERT_EQ(store->get(Family::kItems, key)->value_or("(none)"), "v" + key);
    }
    EXPECT_GT(acknowledged, 1000 * (round + 1));
  }
  ::unsetenv(kFolderVariable);
}

// For this process only; as nobody special through a user namespace.
bool mount_small_disk(const std::string& folder) {
  const std::string user = std::to_string(::getuid());
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    spill("/proc/self/uid_map", "0 " + user + " 1\n");
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder.c_str(), "tmpfs", 0, "size=64m") == 0;
}

// In a child on a small disk of its own: writes fail with a clear error when it is full, reads go
// on, and once there is room the store writes again without a restart.
int live_with_a_full_disk(const std::string& folder) {
  if (!mount_small_disk(folder)) return kNoSmallDisk;
  spill(folder + "/ballast", std::string(61 << 20, 'b'));
  auto store = open_store(folder + "/data", {});
  if (!store.ok()) std::fprintf(stderr, "%s\n", store.error().message.c_str());
  if (!store.ok() || !put(**store, "first", "v").ok()) return 1;
  int acknowledged = 0;
  const ErrorCode* refused = nullptr;
  for (int i = 0; i < 1000 && !refused; ++i) {
    const Status status = put(**store, "k" + std::to_string(i), std::string(4096, 'x'));
    if (status.ok()) {
      ++acknowledged;
    } else {
      refused = status.error().code;
    }
  }
  if (refused != &kStoreFailed || acknowledged == 0) return 3;
  if (put(**store, "refused", "v").ok()) return 4;
  for (int i = 0; i < acknowledged; ++i) {
    if (!(*store)->get(Family::kItems, "k" + std::to_string(i))->has_value()) return 5;
  }
  if ((*store)->get(Family::kItems, "refused")->has_value()) return 6;
  fs::remove(folder + "/ballast");
  for (int tries = 0; !put(**store, "again", "v").ok(); ++tries) {
    if (tries == 100) return 8;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  store->reset();
  store = open_store(folder + "/data", {});
  if (!store.ok()) return 9;
  for (int i = 0; i < acknowledged; ++i) {
    if (!(*store)->get(Family::kItems, "k" + std::to_string(i))->has_value()) return 10;
  }
  return (*store)->get(Family::kItems, "again")->has_value() ? 0 : 11;
}

// In a process of its own (gtest starts the program again): a forked one would lack the threads
// that the database started in this one.
void run_and_exit(int (*story)(const std::string& folder)) {
  int code = 0;
  {
    TemporaryFolder folder;
    code = story(folder.path());
    ::umount2(folder.path().c_str(), MNT_DETACH);
  }
  ::_exit(code);
}

TEST(RocksStoreDeathTest, AFullDiskIsAnErrorAndHeals) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto well_or_skipped = [](int status) {
    return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kNoSmallDisk);
  };
  EXPECT_EXIT(run_and_exit(live_with_a_full_disk), well_or_skipped, "");
}

// Any other failure of the disk may need a restart, but what was acknowledged is still there then.
int live_with_a_failing_disk(const std::string& folder) {
  ::signal(SIGXFSZ, SIG_IGN);
  auto store = open_store(folder, {});
  if (!store.ok()) return 1;
  const rlimit small{256 << 10, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_FSIZE, &small) != 0) return 2;
  int acknowledged = 0;
  while (put(**store, "k" + std::to_string(acknowledged), std::string(4096, 'x')).ok()) {
    if (++acknowledged == 1000) return 3;
  }
  const Status again = put(**store, "refused", "v");
  if (again.ok() || again.error().code != &kStoreFailed) return 4;
  if ((*store)->get(Family::kItems, "refused")->has_value()) return 5;
  store->reset();
  const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_FSIZE, &large) != 0) return 6;
  store = open_store(folder, {});
  if (!store.ok()) return 7;
  for (int i = 0; i < acknowledged; ++i) {
    if (!(*store)->get(Family::kItems, "k" + std::to_string(i))->has_value()) return 8;
  }
  return put(**store, "again", "v").ok() ? 0 : 9;
}

TEST(RocksStoreDeathTest, AFailingDiskIsAnErrorAndLosesNothing) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_and_exit(live_with_a_failing_disk), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace fairlead::storage
