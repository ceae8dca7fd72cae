// The store's contract, run against every implementation.
#include "storage/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "storage/test_temporary_folder.h"

namespace fairlead::storage {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class StoreContract : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("memory")) {
      store_ = make_memory_store();
    } else {
      StoreOptions options;
      options.durability = Durability::kRelaxed;
      auto opened = open_store(folder_.path() + "/store", options);
      ASSERT_TRUE(opened.ok()) << opened.error().message;
      store_ = std::move(opened).value();
    }
  }

  void put(std::string key, std::string value, Family family = Family::kItems) {
    Batch batch;
    batch.put(family, std::move(key), std::move(value));
    ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  }

  static std::string get(const Snapshot& from, std::string_view key,
                         Family family = Family::kItems) {
    auto value = from.get(family, key);
    EXPECT_TRUE(value.ok());
    return value->value_or("(none)");
  }

  static Pairs walk(const Snapshot& from, std::string_view first, std::string_view end,
                    Direction direction = Direction::kForward, Family family = Family::kItems) {
    Pairs pairs;
    auto cursor = from.range(family, first, end, direction);
    for (; cursor->valid(); cursor->next()) {
      pairs.emplace_back(cursor->key(), cursor->value());
    }
    EXPECT_TRUE(cursor->status().ok());
    return pairs;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, ReadsWhatWasCommitted) {
  EXPECT_EQ(get(*store_, "a"), "(none)");
  put("a", "1");
  EXPECT_EQ(get(*store_, "a"), "1");
  put("a", "2");
  EXPECT_EQ(get(*store_, "a"), "2");
  put("empty", "");
  EXPECT_EQ(get(*store_, "empty"), "");
  put(std::string("z\0\xFF", 3), std::string("\0", 1));
  EXPECT_EQ(get(*store_, std::string_view("z\0\xFF", 3)), std::string("\0", 1));
}

TEST_P(StoreContract, KeepsFamiliesApart) {
  put("k", "items", Family::kItems);
  put("k", "meta", Family::kMeta);
  EXPECT_EQ(get(*store_, "k", Family::kItems), "items");
  EXPECT_EQ(get(*store_, "k", Family::kMeta), "meta");
  EXPECT_EQ(get(*store_, "k", Family::kLogs), "(none)");
}

TEST_P(StoreContract, AppliesABatchInItsOrder) {
  put("gone", "x");
  Batch batch;
  batch.put(Family::kItems, "a", "1");
  batch.erase(Family::kItems, "a");
  batch.put(Family::kItems, "a", "2");
  batch.put(Family::kItems, "b", "1");
  batch.erase(Family::kItems, "b");
  batch.erase(Family::kItems, "gone");
  batch.erase(Family::kItems, "never was");
  batch.put(Family::kIndexes, "i", "3");
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  EXPECT_EQ(walk(*store_, "", ""), (Pairs{{"a", "2"}}));
  EXPECT_EQ(get(*store_, "i", Family::kIndexes), "3");
  EXPECT_TRUE(store_->commit(Batch()).ok());
}

TEST_P(StoreContract, WalksRangesBothWays) {
  for (const char* key : {"b", "a", "d", "c", "aa"}) put(key, std::string("v") + key);
  put("c", "other", Family::kIndexes);
  struct Case {
    const char *from, *to;
    std::vector<std::string> keys;
  };
  for (const Case& c : std::vector<Case>{{"", "", {"a", "aa", "b", "c", "d"}},
                                         {"a", "c", {"a", "aa", "b"}},
                                         {"aa", "", {"aa", "b", "c", "d"}},
                                         {"a\x01", "b", {"aa"}},
                                         {"b", "b", {}},
                                         {"c", "a", {}},
                                         {"e", "", {}},
                                         {"", "a", {}}}) {
    Pairs forward, backward;
    for (const std::string& key : c.keys) forward.emplace_back(key, "v" + key);
    backward.assign(forward.rbegin(), forward.rend());
    EXPECT_EQ(walk(*store_, c.from, c.to), forward) << c.from << ".." << c.to;
    EXPECT_EQ(walk(*store_, c.from, c.to, Direction::kBackward), backward)
        << c.from << ".." << c.to;
  }
}

TEST_P(StoreContract, ErasesRanges) {
  for (const char* key : {"a", "b", "ba", "c", "d"}) put(key, "x");
  Batch batch;
  batch.put(Family::kItems, "bb", "x");
  batch.erase_range(Family::kItems, "b", "c");
  batch.put(Family::kItems, "bc", "after");
  batch.erase_range(Family::kItems, "d", "d");  // empty ranges take nothing
  batch.erase_range(Family::kItems, "d", "a");
  batch.erase_range(Family::kItems, "a", "");
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  EXPECT_EQ(walk(*store_, "", ""), (Pairs{{"a", "x"}, {"bc", "after"}, {"c", "x"}, {"d", "x"}}));
}

TEST_P(StoreContract, SnapshotsAndCursorsStayWhereTheyAre) {
  put("a", "1");
  put("b", "1");
  const auto before = store_->snapshot();
  auto cursor = store_->range(Family::kItems, "", "");
  put("a", "2");
  Batch batch;
  batch.erase(Family::kItems, "b");
  batch.put(Family::kItems, "c", "2");
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  const auto after = store_->snapshot();
  put("a", "3");

  EXPECT_EQ(walk(*before, "", ""), (Pairs{{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(walk(*after, "", "", Direction::kBackward), (Pairs{{"c", "2"}, {"a", "2"}}));
  EXPECT_EQ(walk(*store_, "", ""), (Pairs{{"a", "3"}, {"c", "2"}}));
  EXPECT_EQ(get(*before, "b"), "1");
  EXPECT_EQ(get(*after, "b"), "(none)");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "1");
  cursor->next();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->key(), "b");
  cursor->next();
  EXPECT_FALSE(cursor->valid());
}

TEST_P(StoreContract, SnapshotOutlivesTheStore) {
  put("a", "1");
  const auto kept = store_->snapshot();
  auto cursor = store_->range(Family::kItems, "", "");
  store_.reset();
  EXPECT_EQ(get(*kept, "a"), "1");
  EXPECT_EQ(cursor->value(), "1");
}

// Random batches against a plain map, with snapshots taken along the way and checked at the end.
TEST_P(StoreContract, AgreesWithAPlainMap) {
  std::mt19937 random(7);
  std::map<std::string, std::string> model;
  std::vector<std::pair<std::shared_ptr<const Snapshot>, std::map<std::string, std::string>>> taken;
  const auto key = [&] { return "k" + std::to_string(1000 + random() % 200); };
  for (int round = 0; round < 400; ++round) {
    Batch batch;
    for (unsigned i = random() % 5; i > 0; --i) {
      const unsigned what = random() % 10;
      if (what < 6) {
        const std::string k = key(), v = std::to_string(random());
        batch.put(Family::kItems, k, v);
        model[k] = v;
      } else if (what < 9) {
        const std::string k = key();
        batch.erase(Family::kItems, k);
        model.erase(k);
      } else {
        const std::string from = key(), to = key();
        batch.erase_range(Family::kItems, from, to);
        if (from < to) model.erase(model.lower_bound(from), model.lower_bound(to));
      }
    }
    ASSERT_TRUE(store_->commit(std::move(batch)).ok());
    if (round % 50 == 0) taken.emplace_back(store_->snapshot(), model);
    if (round % 120 == 119) taken.erase(taken.begin());
  }
  taken.emplace_back(store_->snapshot(), model);
  for (const auto& [snapshot, expected] : taken) {
    EXPECT_EQ(walk(*snapshot, "", ""), Pairs(expected.begin(), expected.end()));
    EXPECT_EQ(walk(*snapshot, "", "", Direction::kBackward),
              Pairs(expected.rbegin(), expected.rend()));
    const std::string from = "k1050", to = "k1150";
    EXPECT_EQ(walk(*snapshot, from, to),
              Pairs(expected.lower_bound(from), expected.lower_bound(to)));
  }
}

TEST_P(StoreContract, ManyThreadsCommitWholeBatches) {
  constexpr int kThreads = 16, kRounds = 60;
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    while (!stop) {
      const auto view = store_->snapshot();
      for (int t = 0; t < kThreads; ++t) {
        const std::string name = std::to_string(t);
        if (get(*view, "left" + name) != get(*view, "right" + name)) ++torn;
      }
    }
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([&, t] {
      const std::string name = std::to_string(t);
      for (int i = 0; i < kRounds; ++i) {
        Batch batch;
        batch.put(Family::kItems, "left" + name, std::to_string(i));
        batch.put(Family::kItems, "right" + name, std::to_string(i));
        ASSERT_TRUE(store_->commit(std::move(batch)).ok());
        ASSERT_EQ(get(*store_, "left" + name), std::to_string(i));  // own writes are seen
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  stop = true;
  reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(walk(*store_, "", "").size(), 2u * kThreads);
}

INSTANTIATE_TEST_SUITE_P(Kinds, StoreContract, ::testing::Values("memory", "rocksdb"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST(AfterPrefix, IsTheFirstKeyBeyond) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix(std::string("a\xFF")), "b");
  EXPECT_EQ(after_prefix(std::string("a\0", 2)), std::string("a\x01"));
  EXPECT_EQ(after_prefix("\xFF\xFF"), "");
  EXPECT_EQ(after_prefix(""), "");
}

}  // namespace
}  // namespace fairlead::storage
