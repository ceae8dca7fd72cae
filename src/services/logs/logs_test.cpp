// CloudWatch Logs through its operation table, and through the port that functions' output takes.
#include "services/logs/test_house.h"

namespace fairlead::logs {
namespace {

TEST_F(LogsTest, WhatFunctionsPrintCanBeReadAtOnce) {
  print("s", {"one", "two", "three"});
  print("t", {"four"});
  EXPECT_EQ(messages(*run("GetLogEvents", stream())), "one|two|three|");
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "one|two|three|four|");
  const Json streams = *run("DescribeLogStreams", group());
  EXPECT_EQ(streams["logStreams"].size(), 2u);
  EXPECT_EQ(
      (*run("DescribeLogGroups", Json::object()))["logGroups"].items()[0]["arn"].string_or(""),
      "arn:aws:logs:us-east-1:000000000000:log-group:g:*");
  account_ = "111122223333";
  EXPECT_EQ((*run("DescribeLogGroups", Json::object()))["logGroups"].size(), 0u);
}

// More streams than there are stripes of locks: a flush must not wait for a stripe of its own.
TEST_F(LogsTest, ManyStreamsInOneFlush) {
  constexpr int kStreams = 300;
  for (int i = 0; i < kStreams; ++i) print(("s" + std::to_string(i)).c_str(), {"x"});
  logs_->flush();
  Json ask = group();
  ask.set("limit", Json::number("10000"));
  EXPECT_EQ((*run("FilterLogEvents", ask))["events"].size(), kStreams);
}

// Locks are striped: with this many groups some share a stripe, which must not matter.
TEST_F(LogsTest, ManyGroupsAreFlushedTogether) {
  for (int i = 0; i < 300; ++i) {
    logs_->write(account_, "us-east-1", "g" + std::to_string(i), "s", {{clock_.now_ms(), "x"}});
  }
  logs_->flush();
  Json ask = Json::object({{"logGroupName", "g299"}});
  EXPECT_EQ(messages(*run("FilterLogEvents", ask)), "x|");
}

TEST_F(LogsTest, StreamsComeAndGoWhileSomebodyFollows) {
  print("a", {"1"});
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "1|");
  print("b", {"2"});
  print("a", {"3"});
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "1|2|3|");
  Json recent = with(group(), "startTime", clock_.now_ms());
  EXPECT_EQ(messages(*run("FilterLogEvents", recent)), "3|");
  ASSERT_TRUE(run("CreateLogStream", stream("c")).ok());
  Json put =
      with(stream("c"), "logEvents",
           Json::array({Json::object({{"timestamp", clock_.now_ms() + 5}, {"message", "4"}})}));
  ASSERT_TRUE(run("PutLogEvents", put).ok());
  EXPECT_EQ(messages(*run("FilterLogEvents", recent)), "3|4|");
  EXPECT_EQ(messages(*run("FilterLogEvents", with(group(), "logStreamNamePrefix", "b"))), "2|");
  ASSERT_TRUE(run("DeleteLogStream", stream("a")).ok());
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "2|4|");
  print("a", {"5"});
  EXPECT_EQ(messages(*run("FilterLogEvents", with(group(), "startTime", clock_.now_ms()))), "5|4|");
  restart();
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "2|5|4|");
}

TEST_F(LogsTest, PagesGoBothWays) {
  print("s", {"1", "2", "3", "4", "5"});
  Json ask = stream();
  ask.set("limit", 2);
  const Json newest = *run("GetLogEvents", ask);
  EXPECT_EQ(messages(newest), "4|5|");
  ask.set("nextToken", newest["nextBackwardToken"]);
  EXPECT_EQ(messages(*run("GetLogEvents", ask)), "2|3|");
  ask.set("nextToken", newest["nextForwardToken"]);
  const Json end = *run("GetLogEvents", ask);
  EXPECT_EQ(messages(end), "");
  EXPECT_EQ(end["nextForwardToken"], newest["nextForwardToken"]);
  print("s", {"6"});
  EXPECT_EQ(messages(*run("GetLogEvents", ask)), "6|");
  ask.erase("nextToken");
  ask.set("startFromHead", true);
  EXPECT_EQ(messages(*run("GetLogEvents", ask)), "1|2|");
  EXPECT_EQ(
      refusal("GetLogEvents",
              Json::object({{"logGroupName", "g"}, {"logStreamName", "s"}, {"nextToken", "x"}})),
      "InvalidParameterException: The specified nextToken is invalid.");
}

TEST_F(LogsTest, FilteringPagesThroughStreamsInTimeOrder) {
  print("a", {"ERROR 1"});
  print("b", {"fine", "ERROR 2"});
  print("a", {"ERROR 3"});
  Json ask = group();
  ask.set("filterPattern", "ERROR");
  ask.set("limit", 2);
  const Json first = *run("FilterLogEvents", ask);
  EXPECT_EQ(messages(first), "ERROR 1|ERROR 2|");
  ask.set("nextToken", first["nextToken"]);
  const Json second = *run("FilterLogEvents", ask);
  EXPECT_EQ(messages(second), "ERROR 3|");
  EXPECT_FALSE(second.has("nextToken"));
}

TEST_F(LogsTest, PutLogEventsSaysWhatItDidNotTake) {
  ASSERT_TRUE(run("CreateLogGroup", group()).ok());
  ASSERT_TRUE(run("CreateLogStream", stream()).ok());
  const auto event = [&](std::int64_t offset_ms, const char* text) {
    return Json::object({{"timestamp", clock_.now_ms() + offset_ms}, {"message", text}});
  };
  const std::int64_t days = 24LL * 3600 * 1000;
  Json put = stream();
  put.set("logEvents",
          Json::array({event(-15 * days, "old"), event(0, "now"), event(days, "new")}));
  const Json out = *run("PutLogEvents", put);
  EXPECT_EQ(out["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"].int_or(0), 1);
  EXPECT_EQ(out["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"].int_or(0), 2);
  EXPECT_EQ(messages(*run("GetLogEvents", stream())), "now|");
  put.set("logEvents", Json::array({event(1, "b"), event(0, "a")}));
  EXPECT_EQ(refusal("PutLogEvents", put),
            "InvalidParameterException: Log events in a single PutLogEvents request must be in "
            "chronological order.");
}

TEST_F(LogsTest, WhatIsNotThereOrThereAlready) {
  EXPECT_EQ(refusal("CreateLogStream", stream()),
            "ResourceNotFoundException: The specified log group does not exist.");
  ASSERT_TRUE(run("CreateLogGroup", group()).ok());
  EXPECT_EQ(refusal("CreateLogGroup", group()),
            "ResourceAlreadyExistsException: The specified log group already exists");
  EXPECT_EQ(refusal("GetLogEvents", stream()),
            "ResourceNotFoundException: The specified log stream does not exist.");
  ASSERT_TRUE(run("CreateLogStream", stream()).ok());
  EXPECT_EQ(refusal("CreateLogStream", stream()),
            "ResourceAlreadyExistsException: The specified log stream already exists");
  EXPECT_NE(refusal("CreateLogStream", stream("a:b")), "accepted");
  ASSERT_TRUE(run("DeleteLogStream", stream()).ok());
  ASSERT_TRUE(run("DeleteLogGroup", group()).ok());
  EXPECT_EQ(refusal("DeleteLogGroup", group()),
            "ResourceNotFoundException: The specified log group does not exist.");
}

TEST_F(LogsTest, DeletedGroupsLoseTheirEvents) {
  print("s", {"one"});
  logs_->flush();
  ASSERT_TRUE(run("DeleteLogGroup", group()).ok());
  print("s", {"two"});
  EXPECT_EQ(messages(*run("FilterLogEvents", group())), "two|");
  EXPECT_TRUE(store_->range(storage::Family::kLogs, "", "")->valid());
}

TEST_F(LogsTest, RetentionAndTags) {
  ASSERT_TRUE(run("CreateLogGroup", group()).ok());
  Json keep = group();
  keep.set("retentionInDays", 1);
  ASSERT_TRUE(run("PutRetentionPolicy", keep).ok());
  keep.set("retentionInDays", 2);
  EXPECT_NE(refusal("PutRetentionPolicy", keep), "accepted");
  print("s", {"old"});
  logs_->flush();
  clock_.advance_ms(25LL * 3600 * 1000);
  print("s", {"new"});
  EXPECT_EQ(messages(*run("GetLogEvents", stream())), "new|");

  const Json arn =
      Json::object({{"resourceArn", "arn:aws:logs:us-east-1:000000000000:log-group:g"}});
  Json tag = arn;
  tag.set("tags", Json::object({{"a", "1"}, {"b", "2"}}));
  ASSERT_TRUE(run("TagResource", tag).ok());
  Json untag = arn;
  untag.set("tagKeys", Json::array({"a"}));
  ASSERT_TRUE(run("UntagResource", untag).ok());
  EXPECT_EQ((*run("ListTagsForResource", arn))["tags"], Json::object({{"b", "2"}}));
}

}  // namespace
}  // namespace fairlead::logs
