// What the scenario texts cannot show of streams: numbers in any order of settling, waiting, many
// writers at once, and what a restart finds.
#include <chrono>
#include <map>
#include <thread>

#include "services/dynamodb/shard_iterator.h"
#include "services/dynamodb/stream_pages.h"
#include "services/dynamodb/stream_record.h"
#include "services/dynamodb/test_service.h"

namespace fairlead::dynamodb {
namespace {

using Outcome = Stream::Outcome;

class StreamsTest : public ServiceTest {
 protected:
  std::string make_stream(const std::string& table, const std::string& view = "NEW_IMAGE") {
    make_table(table);
    const Json reply =
        answer("UpdateTable", R"({"TableName":")" + table +
                                  R"(","StreamSpecification":{"StreamEnabled":true,)" +
                                  R"("StreamViewType":")" + view + "\"}}");
    return reply["TableDescription"]["LatestStreamArn"].string_or("");
  }

  void put(const std::string& table, const std::string& pk, int n) {
    answer("PutItem", R"({"TableName":")" + table + R"(","Item":{"pk":{"S":")" + pk +
                          R"("},"n":{"N":")" + std::to_string(n) + "\"}}}");
  }

  platform::ChangeStreams::Page read(const std::string& arn, const std::string& after = "",
                                     std::size_t limit = 1000) {
    auto& streams = service_->change_streams();
    auto shards = streams.shards(context_, arn);
    EXPECT_TRUE(shards.ok());
    auto page = streams.read(context_, arn, (*shards)[0].id, after, limit);
    EXPECT_TRUE(page.ok());
    return std::move(*page);
  }
};

TEST(Stream, NumbersGrowWithTheClockAndWithoutIt) {
  Stream stream({}, 0);
  const Sequence first = stream.reserve(1000), second = stream.reserve(1000);
  EXPECT_EQ(first, sequence_at(1000));
  EXPECT_EQ(second, first + 1);
  EXPECT_EQ(stream.reserve(1001), sequence_at(1001));
  EXPECT_EQ(stream.reserve(5), sequence_at(1001) + 1);  // the clock went back
}

TEST(Stream, ReadersStopBeforeWhatIsNotDecided) {
  Stream stream({}, 7);
  EXPECT_EQ(stream.visible(), 7u);
  const Sequence a = stream.reserve(1), b = stream.reserve(1), c = stream.reserve(1);
  stream.settle(b, Outcome::kDurable);
  EXPECT_EQ(stream.visible(), 7u);
  stream.settle(a, Outcome::kDurable);
  EXPECT_EQ(stream.visible(), b);
  stream.settle(c, Outcome::kGivenUp);
  EXPECT_EQ(stream.visible(), b) << "what was given up is nothing to wake up for";
}

TEST(Stream, TextsOfNumbers) {
  EXPECT_EQ(sequence_text(0), "100000000000000000000");
  EXPECT_EQ(sequence_text(UINT64_MAX), "118446744073709551615");
  EXPECT_EQ(read_sequence("118446744073709551615"), UINT64_MAX);
  for (const char* wrong : {"", "1", "118446744073709551616", "218446744073709551615",
                            "1-8446744073709551615", "1184467440737095516150"}) {
    EXPECT_FALSE(read_sequence(wrong)) << wrong;
  }
}

TEST(Stream, WaitersWakeForACommitAndForTheEnd) {
  Stream stream({}, 0);
  EXPECT_FALSE(stream.wait(0, parking_now_ms() + 5));
  for (const bool closing : {false, true}) {
    const Sequence seen = stream.visible();
    std::thread writer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (closing) {
        stream.close();
      } else {
        stream.settle(stream.reserve(1), Outcome::kDurable);
      }
    });
    const std::int64_t from = parking_now_ms();
    EXPECT_TRUE(stream.wait(seen, from + 10'000));
    EXPECT_LT(parking_now_ms() - from, 5'000);
    writer.join();
  }
  EXPECT_TRUE(stream.wait(stream.visible(), parking_now_ms() + 10'000)) << "closed stays closed";
}

TEST(ShardIterators, OnlyWhatWasWrittenIsRead) {
  const ShardIterator iterator{"arn:aws:dynamodb:us-east-1:1:table/t/stream/x", 1234, 5678};
  const std::string text = write_shard_iterator(iterator);
  const auto read = read_shard_iterator(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->stream_arn, iterator.stream_arn);
  EXPECT_EQ(read->made_ms, 1234);
  EXPECT_EQ(read->after, 5678u);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(read_shard_iterator(other)) << other;
    EXPECT_FALSE(read_shard_iterator(text.substr(0, i)));
  }
}

TEST(StreamRecords, DamageIsFound) {
  StreamRecord record;
  record.keys.set("pk", AttributeValue(std::string("a")));
  record.new_image = record.keys;
  record.size = 6;
  const std::string bytes = encode_stream_record(record);
  ASSERT_TRUE(decode_stream_record(bytes).ok());
  EXPECT_EQ(decode_stream_record(bytes)->size, 6u);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] = static_cast<char>(other[i] ^ 0x10);
    EXPECT_FALSE(decode_stream_record(other).ok()) << i;
    EXPECT_FALSE(decode_stream_record(bytes.substr(0, i)).ok()) << i;
  }
}

TEST_F(StreamsTest, ManyWritersOneReaderNothingMissedOrSwapped) {
  constexpr int kWriters = 8, kWrites = 200;
  const std::string arn = make_stream("busy");
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      // Two writers for each key.
      for (int n = 0; n < kWrites; ++n) {
        put("busy", std::to_string(writer / 2), writer * kWrites + n);
      }
    });
  }
  std::map<std::string, std::string> last_of_key;
  std::map<int, int> last_of_writer;
  std::string after;
  for (int seen = 0; seen < kWriters * kWrites;) {
    ASSERT_TRUE(service_->change_streams().wait(arn, after, parking_now_ms() + 20'000));
    for (const auto& record : read(arn, after, 7).records) {
      EXPECT_GT(record.sequence, after);
      after = record.sequence;
      const Json& image = record.record["dynamodb"]["NewImage"];
      const int n = std::stoi(image["n"]["N"].string_or("-1"));
      EXPECT_EQ(last_of_writer.try_emplace(n / kWrites, -1).first->second + 1, n % kWrites);
      last_of_writer[n / kWrites] = n % kWrites;
      last_of_key[image["pk"]["S"].string_or("")] = image["n"]["N"].string_or("");
      ++seen;
    }
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(read(arn, after).records.empty());
  for (const auto& [pk, n] : last_of_key) {  // the order of the stream is that of the items
    const Json item = answer("GetItem", R"({"TableName":"busy","Key":{"pk":{"S":")" + pk + "\"}}}");
    EXPECT_EQ(item["Item"]["n"]["N"].string_or(""), n);
  }
}

TEST_F(StreamsTest, SwitchingOnAndOffUnderLoadClosesWhatWasOpen) {
  make_table("switched");
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int n = 0; !stop; ++n) put("switched", "a", n);
  });
  for (int round = 0; round < 20; ++round) {
    const std::string arn =
        answer("UpdateTable",
               R"({"TableName":"switched","StreamSpecification":{"StreamEnabled":true,)"
               R"("StreamViewType":"NEW_IMAGE"}})")["TableDescription"]["LatestStreamArn"]
            .string_or("");
    service_->change_streams().wait(arn, "", parking_now_ms() + 1000);
    answer("UpdateTable",
           R"({"TableName":"switched","StreamSpecification":{"StreamEnabled":false}})");
    const auto closed = read(arn, "", 10'000);
    EXPECT_TRUE(closed.at_end);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto later = read(arn, "", 10'000);
    EXPECT_EQ(later.records.size(), closed.records.size()) << "a closed stream grew";
  }
  stop = true;
  writer.join();
}

TEST_F(StreamsTest, ARestartGoesOnBehindTheLastRecord) {
  const std::string arn = make_stream("kept", "NEW_AND_OLD_IMAGES");
  for (int n = 0; n < 3; ++n) put("kept", "a", n);
  const auto before = read(arn);
  ASSERT_EQ(before.records.size(), 3u);
  restart();
  put("kept", "a", 3);
  const auto after = read(arn, before.records.back().sequence);
  ASSERT_EQ(after.records.size(), 1u);
  EXPECT_EQ(after.records[0].record["dynamodb"]["OldImage"]["n"]["N"].string_or(""), "2");
  EXPECT_EQ(read(arn).records.size(), 4u);
  EXPECT_FALSE(read(arn).at_end);
}

TEST_F(StreamsTest, FollowersLearnOfTrimmingAndOfTheEnd) {
  const std::string arn = make_stream("old");
  put("old", "a", 1);
  put("old", "b", 2);
  const std::string first = read(arn, "", 1).records.at(0).sequence;
  clock_.advance_ms(kStreamRetentionMs + 60 * 60 * 1000);
  const auto page = read(arn, first);
  EXPECT_TRUE(page.trimmed);
  EXPECT_TRUE(page.records.empty());
  EXPECT_FALSE(service_->change_streams().wait(arn, "", parking_now_ms() + 5))
      << "what is gone is nothing to wake up for";
  EXPECT_EQ(*service_->streams().trim(), 1u);
  EXPECT_FALSE(store_->range(storage::Family::kStreams, "", "")->valid());
  EXPECT_TRUE(read(arn, first).trimmed);
  EXPECT_FALSE(read(arn).trimmed);

  answer("DeleteTable", R"({"TableName":"old"})");
  EXPECT_TRUE(read(arn).at_end);
  clock_.advance_ms(kStreamRetentionMs);
  EXPECT_EQ(*service_->streams().trim(), 1u);
  EXPECT_FALSE(service_->change_streams().shards(context_, arn).ok());
  EXPECT_TRUE(service_->change_streams().wait(arn, "", parking_now_ms() + 5));
  EXPECT_FALSE(store_->range(storage::Family::kMeta, "", "")->valid());
}

TEST_F(StreamsTest, PagesEndAtAMegabyte) {
  const std::string arn = make_stream("big");
  for (int n = 0; n < 5; ++n) {
    answer("PutItem", R"({"TableName":"big","Item":{"pk":{"S":")" + std::to_string(n) +
                          R"("},"text":{"S":")" + std::string(390'000, 'x') + "\"}}}");
  }
  auto page = read(arn);
  EXPECT_EQ(page.records.size(), 2u);
  page = read(arn, page.records.back().sequence);
  EXPECT_EQ(page.records.size(), 2u);
  page = read(arn, page.records.back().sequence);
  EXPECT_EQ(page.records.size(), 1u);
}

TEST_F(StreamsTest, NoStreamNoBytes) {
  make_table("plain");
  put("plain", "a", 1);
  EXPECT_FALSE(store_->range(storage::Family::kStreams, "", "")->valid());
}

}  // namespace
}  // namespace fairlead::dynamodb
