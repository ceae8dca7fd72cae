// How events lie in the store: order whatever the order of writing, rows of version 1, sizes,
// retention, and what a group is said to store.
#include <random>

#include "services/logs/blocks.h"
#include "services/logs/records.h"
#include "services/logs/test_house.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class BlocksTest : public LogsTest {
 protected:
  void put(std::initializer_list<std::pair<std::int64_t, const char*>> events) {
    std::vector<platform::LogEvent> all;
    for (const auto& [time_ms, text] : events) all.push_back({time_ms, text});
    logs_->write(account_, "us-east-1", "g", "s", std::move(all));
    logs_->flush();
  }
  std::string both_ways() {
    const std::string head = messages(*run("GetLogEvents", with(stream(), "startFromHead", true)));
    const std::string tail = messages(*run("GetLogEvents", stream()));
    EXPECT_EQ(head, tail);
    EXPECT_EQ(head, messages(*run("FilterLogEvents", group())));
    return head;
  }
  std::size_t rows() {
    std::size_t n = 0;
    for (auto cursor = store_->range(storage::Family::kLogs, "", ""); cursor->valid();
         cursor->next()) {
      ++n;
    }
    return n;
  }
  std::int64_t stored_bytes() {  // of the only group
    return (*run("DescribeLogGroups", Json::object()))["logGroups"]
        .items()[0]["storedBytes"]
        .int_or(-1);
  }
};

TEST_F(BlocksTest, EventsComeInOrderOfTimeHoweverTheyWereWritten) {
  const std::int64_t t = clock_.now_ms();
  put({{t + 5, "c"}, {t + 1, "a"}, {t + 5, "d"}});
  put({{t + 3, "b"}, {t + 50'000, "z"}, {t + 5, "e"}});
  put({{t + 30'000, "y"}});
  EXPECT_EQ(both_ways(), "a|b|c|d|e|y|z|");
  Json window = with(with(stream(), "startTime", t + 3), "endTime", t + 30'000);
  EXPECT_EQ(messages(*run("GetLogEvents", window)), "b|c|d|e|");
}

// Whatever is written in whatever order, pages of every size read it in order, both ways.
TEST_F(BlocksTest, PagesOfRandomEventsAreWhole) {
  std::mt19937 random(7);
  const std::int64_t start = clock_.now_ms();
  constexpr int kEvents = 400;
  for (int i = 0; i < kEvents;) {
    std::vector<platform::LogEvent> batch;
    for (int n = 1 + static_cast<int>(random() % 20); n > 0 && i < kEvents; --n, ++i) {
      batch.push_back({start + static_cast<std::int64_t>(random() % 60'000), std::to_string(i)});
    }
    logs_->write(account_, "us-east-1", "g", random() % 2 ? "s" : "t", std::move(batch));
    logs_->flush();
  }
  for (const int limit : {1, 7, 100}) {
    Json ask = with(group(), "limit", limit);
    std::int64_t last_ms = 0;
    int read = 0;
    while (true) {
      const Json page = *run("FilterLogEvents", ask);
      for (const Json& event : page["events"].items()) {
        EXPECT_GE(event["timestamp"].int_or(0), last_ms);
        last_ms = event["timestamp"].int_or(0);
        ++read;
      }
      if (!page.has("nextToken")) break;
      ask.set("nextToken", page["nextToken"]);
    }
    EXPECT_EQ(read, kEvents);
  }
  std::string forward, backward;
  for (const char* token : {"nextForwardToken", "nextBackwardToken"}) {
    const bool ahead = token[4] == 'F';
    Json ask = with(with(stream(), "limit", 9), "startFromHead", ahead);
    while (true) {
      const Json page = *run("GetLogEvents", ask);
      if (page["events"].empty()) break;
      if (ahead) {
        forward += messages(page);
      } else {
        backward.insert(0, messages(page));
      }
      ask.set("nextToken", page[token]);
    }
  }
  EXPECT_EQ(forward, backward);
  EXPECT_FALSE(forward.empty());
}

TEST_F(BlocksTest, ManyLinesAreFewRows) {
  std::vector<platform::LogEvent> lines;
  for (int i = 0; i < 3000; ++i)
    lines.push_back({clock_.now_ms() + i, "line " + std::to_string(i)});
  logs_->write(account_, "us-east-1", "g", "s", std::move(lines));
  logs_->flush();
  EXPECT_EQ(rows(), 3u);
  EXPECT_EQ((*run("FilterLogEvents", group()))["events"].size(), 3000u);
}

TEST_F(BlocksTest, RowsOfVersionOneAreRead) {
  const std::int64_t t = clock_.now_ms();
  put({{t, "new"}, {t + 20, "later"}});
  Json known = (*storage::list_documents(*store_, "logs/group/"))[0].second;
  Json known_stream = (*storage::list_documents(*store_, streams_prefix(id_of(known))))[0].second;
  storage::Batch batch;
  for (int i = 0; i < 3; ++i) {
    std::string value(1, '\1');
    value += storage::KeyWriter("").number(static_cast<std::uint64_t>(t)).take();
    value += "old " + std::to_string(i);
    batch.put(storage::Family::kLogs,
              block_key(id_of(known), id_of(known_stream), {t + i * 10, static_cast<unsigned>(i)}),
              value);
  }
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  EXPECT_EQ(both_ways(), "old 0|new|old 1|old 2|later|");
  // A group of that version has no meter: its events are counted when they are first asked for.
  batch = storage::Batch();
  batch.erase(storage::Family::kMeta, meter_key(id_of(known)));
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  restart();
  EXPECT_EQ(stored_bytes(), 3 * 5 + 3 + 5 + 5 * 26);
}

TEST_F(BlocksTest, AFixedTimeIsNotOverwrittenAfterARestart) {
  const std::int64_t t = clock_.now_ms();
  put({{t, "before"}});
  clock_.advance_ms(5);
  restart();
  put({{t, "after"}});
  EXPECT_EQ(both_ways(), "before|after|");
}

TEST_F(BlocksTest, DamageIsToldAndDoesNotCrash) {
  put({{clock_.now_ms(), "x"}});
  std::string key, value;
  {
    const auto cursor = store_->range(storage::Family::kLogs, "", "");
    key = cursor->key();
    value = cursor->value();
  }
  for (std::size_t size = 0; size < value.size(); ++size) {
    std::vector<Event> events;
    EXPECT_FALSE(read_block(key, value.substr(0, size), events).ok()) << size;
  }
  std::vector<Event> events;
  EXPECT_FALSE(read_block(key, "\x07", events).ok());
  EXPECT_FALSE(read_block("short", value, events).ok());
  storage::Batch batch;
  batch.put(storage::Family::kLogs, key, value + "junk");
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  EXPECT_NE(refusal("FilterLogEvents", group()), "accepted");
}

TEST_F(BlocksTest, RetentionFreesRoom) {
  ASSERT_TRUE(run("CreateLogGroup", with(group(), "tags", Json::object())).ok());
  ASSERT_TRUE(run("PutRetentionPolicy", with(group(), "retentionInDays", 1)).ok());
  put({{clock_.now_ms(), "old"}});
  EXPECT_EQ(stored_bytes(), 3 + 26);
  clock_.advance_ms(kDayMs / 2);
  put({{clock_.now_ms(), "newer"}});
  clock_.advance_ms(kDayMs / 2 + 60'000);
  ASSERT_TRUE(logs_->sweep().ok());
  EXPECT_EQ(rows(), 1u);
  EXPECT_EQ(both_ways(), "newer|");
  EXPECT_EQ(stored_bytes(), 5 + 26);
  clock_.advance_ms(kDayMs);
  ASSERT_TRUE(logs_->sweep().ok());
  EXPECT_EQ(rows(), 0u);
  EXPECT_EQ(stored_bytes(), 0);
  put({{clock_.now_ms(), "again"}});
  EXPECT_EQ(both_ways(), "again|");
}

TEST_F(BlocksTest, StoredBytesAreCountedAndSurvive) {
  put({{clock_.now_ms(), "12345"}, {clock_.now_ms(), "1"}});
  EXPECT_EQ(stored_bytes(), 5 + 1 + 2 * 26);
  restart();
  put({{clock_.now_ms(), "x"}});
  EXPECT_EQ(stored_bytes(), 5 + 1 + 1 + 3 * 26);
  ASSERT_TRUE(run("DeleteLogStream", stream()).ok());
  EXPECT_EQ(stored_bytes(), 0);
}

}  // namespace
}  // namespace fairlead::logs
