// Insights through the operation table: several groups, time, retention, pointers, saved queries.
#include <functional>

#include "services/logs/queries.h"
#include "services/logs/test_house.h"

namespace fairlead::logs {
namespace {

class InsightsTest : public LogsTest {
 protected:
  Json query(const std::string& text) {
    return Json::object({{"logGroupName", "g"},
                         {"startTime", clock_.now_ms() / 1000 - 3600},
                         {"endTime", clock_.now_ms() / 1000 + 1},
                         {"queryString", text}});
  }
  Json results(const Json& input) {
    const auto started = run("StartQuery", input);
    if (!started.ok()) return Json(started.error().message);
    return *run("GetQueryResults", Json::object({{"queryId", (*started)["queryId"]}}));
  }
  static std::string rows(const Json& results) {
    std::string all;
    for (const Json& row : results["results"].items()) {
      for (const Json& field : row.items()) {
        if (field["field"].as_string() == "@ptr") continue;
        all += field["field"].as_string() + "=" + field["value"].as_string() + ";";
      }
      all += "\n";
    }
    return all;
  }
};

TEST_F(InsightsTest, AQueryOverStreams) {
  print("s", {"{\"r\":\"a\",\"ms\":10}", "noise"});
  print("t", {"{\"r\":\"b\",\"ms\":30}", "{\"r\":\"a\",\"ms\":20}"});
  const Json got = results(query("filter ispresent(r) | stats sum(ms) as s by r | sort s desc, r"));
  EXPECT_EQ(got["status"].as_string(), "Complete");
  EXPECT_EQ(rows(got), "r=a;s=30;\nr=b;s=30;\n");
  EXPECT_EQ(got["statistics"]["recordsScanned"].to_double().value_or(0), 4);
  EXPECT_EQ(got["statistics"]["recordsMatched"].to_double().value_or(0), 3);
  EXPECT_EQ(rows(results(query("fields ms | filter ms > 0 | limit 2"))), "ms=20;\nms=30;\n");
}

TEST_F(InsightsTest, SeveralGroupsTimeAndRetention) {
  print("s", {"old"});
  clock_.advance_ms(10'000);
  print("s", {"new"});
  logs_->write(account_, "us-east-1", "h", "s", {{clock_.now_ms() + 1, "other"}});
  Json both = query("fields @message, @log");
  both.erase("logGroupName");
  both.set("logGroupNames", Json::array({"g", "h"}));
  EXPECT_EQ(rows(results(both)),
            "@message=other;@log=000000000000:h;\n@message=new;@log=000000000000:g;\n"
            "@message=old;@log=000000000000:g;\n");
  both.set("startTime", clock_.now_ms() / 1000 - 5);
  EXPECT_EQ(results(both)["results"].size(), 2u);
  ASSERT_TRUE(run("PutRetentionPolicy", with(group(), "retentionInDays", 1)).ok());
  clock_.advance_ms(25LL * 3600 * 1000);
  both.set("startTime", 0);
  both.set("endTime", clock_.now_ms() / 1000);
  EXPECT_EQ(results(both)["results"].size(), 1u);
}

TEST_F(InsightsTest, APointerLeadsToItsRecord) {
  print("s", {"{\"a\":{\"b\":5}}"});
  const Json got = results(query("fields a.b"));
  const Json& pointer = got["results"].items()[0].items()[1]["value"];
  const Json record =
      (*run("GetLogRecord", Json::object({{"logRecordPointer", pointer}})))["logRecord"];
  EXPECT_EQ(record["a.b"].as_string(), "5");
  EXPECT_EQ(record["@logStream"].as_string(), "s");
  EXPECT_EQ(record["@timestamp"].as_string(), std::to_string(clock_.now_ms()));
  for (const char* bad : {"", "x", "MS8y", "MS8yLzMvNA=="}) {
    EXPECT_NE(refusal("GetLogRecord", Json::object({{"logRecordPointer", bad}})), "accepted");
  }
  account_ = "111122223333";
  EXPECT_EQ(refusal("GetLogRecord", Json::object({{"logRecordPointer", pointer}})),
            "ResourceNotFoundException: The specified log record does not exist.");
}

TEST_F(InsightsTest, WhatIsRefused) {
  EXPECT_EQ(refusal("StartQuery", query("fields @message")),
            "ResourceNotFoundException: The specified log group does not exist.");
  print("s", {"x"});
  const auto bad = run("StartQuery", query("fieldz"));
  ASSERT_FALSE(bad.ok());
  EXPECT_STREQ(bad.error().code->name, "MalformedQueryException");
  EXPECT_EQ(bad.error().detail["queryCompileError"]["location"]["startCharOffset"].int_or(-1), 0);
  EXPECT_NE(refusal("StartQuery", with(query("fields a"), "endTime", 0)), "accepted");
  EXPECT_NE(refusal("StartQuery", with(query("fields a"), "queryLanguage", "SQL")), "accepted");
  EXPECT_EQ(refusal("GetQueryResults", Json::object({{"queryId", "none"}})),
            "ResourceNotFoundException: The specified query does not exist.");
}

TEST_F(InsightsTest, QueriesAreListedAndBelongToTheirAccount) {
  print("s", {"x"});
  const Json got = results(query("fields @message"));
  ASSERT_EQ(got["status"].as_string(), "Complete");
  const Json listed = (*run("DescribeQueries", group()))["queries"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed.items()[0]["queryString"].as_string(), "fields @message");
  const Json id = Json::object({{"queryId", listed.items()[0]["queryId"]}});
  EXPECT_EQ(refusal("StopQuery", id),
            "InvalidParameterException: The specified query has already ended.");
  account_ = "111122223333";
  EXPECT_NE(refusal("GetQueryResults", id), "accepted");
}

TEST_F(InsightsTest, SavedQueries) {
  const Json saved = Json::object({{"name", "errors/all"}, {"queryString", "filter a = 1"}});
  const Json id = *run("PutQueryDefinition", saved);
  EXPECT_EQ((*run("DescribeQueryDefinitions", Json::object()))["queryDefinitions"].size(), 1u);
  EXPECT_NE(refusal("PutQueryDefinition", with(saved, "queryString", "nonsense")), "accepted");
  ASSERT_TRUE(run("DeleteQueryDefinition", id).ok());
  EXPECT_NE(refusal("DeleteQueryDefinition", id), "accepted");
}

// With a runner that has not come to it yet.
TEST_F(InsightsTest, QueriesWaitRunAndAreStopped) {
  std::vector<std::function<void()>> tasks;
  logs_->queries().set_runner([&](std::function<void()> task) { tasks.push_back(task); });
  print("s", {"x"});
  const auto status = [&](const Json& id) {
    return (*run("GetQueryResults", id))["status"].as_string();
  };
  const Json first = *run("StartQuery", query("fields @message"));
  const Json second = *run("StartQuery", query("fields @message"));
  EXPECT_EQ(status(first), "Scheduled");
  ASSERT_TRUE(run("StopQuery", second).ok());
  EXPECT_EQ(status(second), "Cancelled");
  for (const auto& task : tasks) task();
  EXPECT_EQ(status(first), "Complete");
  EXPECT_EQ(status(second), "Cancelled");

  for (int i = 0; i < 30; ++i) ASSERT_TRUE(run("StartQuery", query("fields a")).ok());
  EXPECT_EQ(refusal("StartQuery", query("fields a")).substr(0, 22), "LimitExceededException");
  logs_->queries().stop_all();
  for (const auto& task : tasks) task();
}

}  // namespace
}  // namespace fairlead::logs
