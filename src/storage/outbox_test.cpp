// Outbox: order, leases, bounds, crashes (a new Outbox over the same store) and damage.
#include "storage/outbox.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "storage/keys.h"
#include "storage/test_temporary_folder.h"

namespace fairlead::storage {
namespace {

constexpr std::int64_t kNow = 1'768'254'296'599;

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { reopen(); }
  void reopen(Outbox::Limits limits = {}) {
    box.emplace(*store, "test", limits);
    ASSERT_TRUE(box->open(kNow).ok());
  }
  Status put(const std::string& lane, const std::string& body, std::int64_t due_ms = kNow) {
    return box->put({lane, body, "note", due_ms, kNow});
  }
  std::vector<Outbox::Entry> take(const std::string& lane, std::int64_t now_ms = kNow,
                                  std::size_t most = 100) {
    auto taken = box->take(lane, now_ms, most);
    EXPECT_TRUE(taken.ok());
    return taken.ok() ? std::move(taken).value() : std::vector<Outbox::Entry>{};
  }
  std::unique_ptr<Store> store = make_memory_store();
  std::optional<Outbox> box;
};

TEST_F(OutboxTest, GivesWhatIsDueOnceAndInOrder) {
  ASSERT_TRUE(put("a", "late", kNow + 100).ok());
  ASSERT_TRUE(put("a", "second", kNow).ok());
  ASSERT_TRUE(put("a", "first", kNow - 5).ok());
  ASSERT_TRUE(put("b", "other", kNow).ok());
  EXPECT_EQ(box->due_lanes(kNow).size(), 2u);
  EXPECT_EQ(box->next_due_ms(), kNow - 5);
  const auto taken = take("a");
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].body, "first");
  EXPECT_EQ(taken[1].body, "second");
  EXPECT_EQ(taken[0].note, "note");
  EXPECT_EQ(taken[0].entered_ms, kNow);
  EXPECT_TRUE(take("a").empty());
  EXPECT_EQ(box->due_lanes(kNow), std::vector<std::string>{"b"});
  take("b");
  EXPECT_EQ(box->next_due_ms(), kNow + 100);
  EXPECT_EQ(take("a", kNow + 100).at(0).body, "late");
  EXPECT_EQ(box->next_due_ms(), INT64_MAX);
}

TEST_F(OutboxTest, DoneIsGoneAndPutOffComesBackWithItsNoteAndCount) {
  ASSERT_TRUE(put("a", "one").ok());
  ASSERT_TRUE(put("a", "two").ok());
  auto taken = take("a");
  ASSERT_TRUE(box->done(taken[0]).ok());
  ASSERT_TRUE(box->put_off(taken[1], kNow + 10, "again").ok());
  EXPECT_TRUE(take("a").empty());
  EXPECT_EQ(box->next_due_ms(), kNow + 10);
  taken = take("a", kNow + 10);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].note, "again");
  EXPECT_EQ(taken[0].body, "two");
  EXPECT_EQ(taken[0].attempts, 1u);
  // Put off into the past (a clock that went back): it must not hide behind what was taken.
  ASSERT_TRUE(box->put_off(taken[0], kNow - 1000, "back").ok());
  taken = take("a");
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_TRUE(box->done(taken[0]).ok());
  EXPECT_EQ(box->counts().entries, 0u);
  EXPECT_EQ(box->counts().bytes, 0u);
  EXPECT_FALSE(store->range(Family::kMeta, "ob/", after_prefix("ob/"))->valid());
}

TEST_F(OutboxTest, WhatWasGivenBackIsDueAgain) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(put("a", std::to_string(i)).ok());
  const auto taken = take("a");
  box->give_back(taken[1]);
  ASSERT_EQ(take("a").at(0).body, "1");
  box->give_back(taken[3]);
  box->give_back(taken[0]);
  std::set<std::string> again;
  for (const auto& entry : take("a", kNow, 1)) again.insert(entry.body);
  for (const auto& entry : take("a", kNow, 1)) again.insert(entry.body);
  EXPECT_EQ(again, (std::set<std::string>{"0", "3"}));
}

TEST_F(OutboxTest, RefusesMoreThanItsBoundsAndChangesNothing) {
  reopen({2, 1000});
  ASSERT_TRUE(put("a", "1").ok());
  EXPECT_EQ(put("a", std::string(2000, 'x')).error().code, &kOutboxFull);
  ASSERT_TRUE(put("b", "2").ok());
  EXPECT_EQ(put("c", "3").error().code, &kOutboxFull);
  ASSERT_TRUE(box->done(take("a").at(0)).ok());
  EXPECT_TRUE(put("c", "3").ok());
  reopen({2, 1000});  // the bound counts what an earlier run left
  EXPECT_EQ(put("d", "4").error().code, &kOutboxFull);
}

TEST_F(OutboxTest, AnotherChangeOfTheBatchIsThereWithTheEntry) {
  Batch batch;
  batch.put(Family::kMeta, "mine", "1");
  ASSERT_TRUE(box->put({"a", "body", "", kNow, kNow}, std::move(batch)).ok());
  EXPECT_EQ(**store->get(Family::kMeta, "mine"), "1");
  Batch erase;
  erase.erase(Family::kMeta, "mine");
  ASSERT_TRUE(box->done(take("a").at(0), std::move(erase)).ok());
  EXPECT_FALSE(store->get(Family::kMeta, "mine")->has_value());
}

TEST_F(OutboxTest, ADamagedEntryIsPassedOverAndStays) {
  ASSERT_TRUE(put("a", "bad row").ok());
  ASSERT_TRUE(put("a", "bad body").ok());
  ASSERT_TRUE(put("a", "good").ok());
  std::vector<std::pair<std::string, std::string>> all;
  for (auto cursor = store->range(Family::kMeta, "ob/", after_prefix("ob/")); cursor->valid();
       cursor->next()) {
    all.emplace_back(cursor->key(), cursor->value());
  }
  ASSERT_EQ(all.size(), 6u);  // three bodies, then three rows
  Batch damage;
  all[1].second.back() ^= 1;
  all[3].second[7] ^= 1;
  damage.put(Family::kMeta, all[1].first, all[1].second);
  damage.put(Family::kMeta, all[3].first, all[3].second);
  ASSERT_TRUE(store->commit(std::move(damage)).ok());
  reopen();
  const auto taken = take("a");
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].body, "good");
  ASSERT_TRUE(box->done(taken[0]).ok());
  EXPECT_TRUE(take("a").empty());
  EXPECT_EQ(box->counts().entries, 2u);
  EXPECT_TRUE(store->get(Family::kMeta, all[1].first)->has_value());
}

TEST_F(OutboxTest, SeveralWritersAndATakerLoseNothing) {
  constexpr int kWriters = 4, kEach = 200;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        ASSERT_TRUE(put("a", std::to_string(w) + "." + std::to_string(i)).ok());
      }
    });
  }
  // Whatever is not taken yet must be known to be due: nobody may have to look by chance.
  std::multiset<std::string> seen;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (seen.size() < kWriters * kEach && std::chrono::steady_clock::now() < end) {
    if (box->due_lanes(kNow).empty()) continue;
    for (const auto& entry : take("a", kNow, 7)) {
      seen.insert(entry.body);
      ASSERT_TRUE(box->done(entry).ok());
    }
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(seen.size(), std::size_t{kWriters * kEach});
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
}

TEST(OutboxOnDisk, ACrashGivesLeasesBack) {
  TemporaryFolder folder;
  {
    auto store = open_store(folder.path() + "/store", {}).value();
    Outbox box(*store, "test");
    ASSERT_TRUE(box.open(kNow).ok());
    for (const char* body : {"done", "leased", "later", "waiting"}) {
      ASSERT_TRUE(box.put({"a", body, "", kNow, kNow}).ok());
    }
    const auto taken = box.take("a", kNow, 3).value();
    ASSERT_TRUE(box.done(taken[0]).ok());
    ASSERT_TRUE(box.put_off(taken[2], kNow + 1, "x").ok());
  }
  auto store = open_store(folder.path() + "/store", {}).value();
  Outbox box(*store, "test");
  ASSERT_TRUE(box.open(kNow + 5).ok());
  EXPECT_EQ(box.counts().entries, 3u);
  std::vector<std::string> bodies;
  const auto taken = box.take("a", kNow + 5, 10).value();
  for (const auto& entry : taken) bodies.push_back(entry.body);
  EXPECT_EQ(bodies, (std::vector<std::string>{"leased", "waiting", "later"}));
}

}  // namespace
}  // namespace fairlead::storage
