// Event source mappings: their operations, and what happens to records on their way to a function.
#include "services/lambda/events/test_events_house.h"

namespace fairlead::lambda {
namespace {

using namespace test;

// Keeps what each invocation brought, as the numbers of its records.
class MappingHouse : public EventsHouse {
 public:
  MappingHouse() {
    script.invoke = [this](const Invocation& invocation) {
      const Json event = parse_json(invocation.payload).value();
      std::vector<int> batch;
      for (const Json& record : event["Records"].items()) {
        batch.push_back(std::stoi(record["dynamodb"]["NewImage"]["n"]["N"].string_or("0")));
      }
      WorkerOutcome outcome = answer(batch, event);
      std::lock_guard lock(mutex_);
      batches_.push_back(batch);
      last_event_ = event;
      return outcome;
    };
    create("f");
    streams.add_shard("shard-1");
  }
  void add(int n, const std::string& key = "k", const std::string& shard = "shard-1") {
    streams.add(shard, key, n, clock.now_ms());
  }
  Json map(Json more = Json::object()) {
    Json input = Json::object(
        {{"FunctionName", "f"}, {"EventSourceArn", kStream}, {"StartingPosition", "TRIM_HORIZON"}});
    for (auto& [key, value] : more.members()) input.set(key, value);
    return ok("CreateEventSourceMapping", input);
  }
  std::vector<std::vector<int>> batches() {
    std::lock_guard lock(mutex_);
    return batches_;
  }
  std::vector<int> records() {
    std::vector<int> all;
    for (const auto& batch : batches()) all.insert(all.end(), batch.begin(), batch.end());
    return all;
  }
  bool came(std::vector<int> numbers) {
    return eventually([&] { return records() == numbers; });
  }
  Json last_event() {
    std::lock_guard lock(mutex_);
    return last_event_;
  }
  std::string result_of(const Json& mapping) {
    return ok("GetEventSourceMapping",
              Json::object({{"UUID", mapping["UUID"]}}))["LastProcessingResult"]
        .string_or("");
  }
  std::function<WorkerOutcome(const std::vector<int>&, const Json&)> answer =
      [](const std::vector<int>&, const Json&) { return WorkerOutcome{.payload = "null"}; };

 private:
  std::mutex mutex_;
  std::vector<std::vector<int>> batches_;
  Json last_event_;
};

bool holds(const std::vector<int>& batch, int n) {
  return std::find(batch.begin(), batch.end(), n) != batch.end();
}

TEST(Mappings, RecordsComeInOrderAsAwsShowsThem) {
  MappingHouse house;
  for (int n = 1; n <= 5; ++n) house.add(n);
  const Json made = house.map(Json::object({{"BatchSize", 2}}));
  EXPECT_EQ(made["State"].string_or(""), "Creating");
  EXPECT_EQ(made["BatchSize"].int_or(0), 2);
  EXPECT_EQ(made["MaximumRetryAttempts"].int_or(0), -1);
  ASSERT_TRUE(house.came({1, 2, 3, 4, 5}));
  for (const auto& batch : house.batches()) EXPECT_LE(batch.size(), 2u);
  house.add(6);
  ASSERT_TRUE(house.came({1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(write_json(house.last_event()),
            R"({"Records":[{"eventID":"e1000006","eventName":"INSERT","eventVersion":"1.1",)"
            R"("eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{"Keys":)"
            R"({"id":{"S":"k"}},"NewImage":{"id":{"S":"k"},"n":{"N":"6"}},)"
            R"("SequenceNumber":"1000006","StreamViewType":"NEW_IMAGE"},"eventSourceARN":")" +
                std::string(kStream) + R"("}]})");
  ASSERT_TRUE(eventually([&] { return house.result_of(made) == "OK"; }));
}

TEST(Mappings, GoOnAfterARestartWhereTheyWere) {
  MappingHouse house;
  house.add(1);
  const Json made = house.map();
  ASSERT_TRUE(house.came({1}));
  ASSERT_TRUE(eventually([&] { return house.result_of(made) == "OK"; }));
  house.end();
  house.add(2);
  house.begin();
  EXPECT_TRUE(house.came({1, 2}));
}

TEST(Mappings, LatestBeginsBehindWhatIsThere) {
  MappingHouse house;
  house.add(1);
  house.streams.add_shard("shard-2", "shard-1");
  house.add(2, "k", "shard-2");
  house.map(Json::object({{"StartingPosition", "LATEST"}}));
  house.add(3, "k", "shard-2");
  EXPECT_TRUE(house.came({3}));
}

TEST(Mappings, ChildrenAfterTheirParents) {
  MappingHouse house;
  for (int n = 1; n <= 3; ++n) house.add(n);
  house.streams.add_shard("shard-2", "shard-1");
  house.add(4, "k", "shard-2");
  house.streams.add_shard("shard-3", "shard-2");
  house.add(5, "k", "shard-3");
  std::atomic<bool> slow{true};
  house.answer = [&](const std::vector<int>&, const Json&) {
    if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return WorkerOutcome{.payload = "null"};
  };
  house.map(Json::object({{"BatchSize", 1}}));
  EXPECT_TRUE(house.came({1, 2, 3, 4, 5}));
}

TEST(Mappings, FiltersKeepTheRestAway) {
  MappingHouse house;
  for (int n = 1; n <= 9; ++n) house.add(n);
  const auto filter = [](const char* pattern) { return Json::object({{"Pattern", pattern}}); };
  const Json made = house.map(Json::object(
      {{"FilterCriteria",
        Json::object(
            {{"Filters",
              Json::array({filter(R"({"dynamodb":{"NewImage":{"n":{"N":["3"]}}}})"),
                           filter(R"({"dynamodb":{"NewImage":{"n":{"N":["7","8"]}}}})")})}})}}));
  EXPECT_EQ(made["FilterCriteria"]["Filters"].size(), 2u);
  EXPECT_TRUE(house.came({3, 7, 8}));
  EXPECT_EQ(house.refusal(
                "CreateEventSourceMapping",
                Json::object({{"FunctionName", "f"},
                              {"EventSourceArn", kStream},
                              {"StartingPosition", "LATEST"},
                              {"FilterCriteria",
                               Json::object({{"Filters", Json::array({filter("{\"a\":1}")})}})}})),
            "InvalidParameterValueException: Invalid filter pattern definition.");
}

TEST(Mappings, AFailedBatchComesAgainUntilItSucceeds) {
  MappingHouse house;
  for (int n = 1; n <= 2; ++n) house.add(n);
  std::atomic<int> calls{0};
  house.answer = [&](const std::vector<int>&, const Json&) {
    return ++calls < 4 ? fails() : WorkerOutcome{.payload = "null"};
  };
  house.map();
  EXPECT_TRUE(house.came({1, 2, 1, 2, 1, 2, 1, 2}));
}

TEST(Mappings, RetriesEndAndTheQueueLearnsWhich) {
  MappingHouse house;
  for (int n = 1; n <= 3; ++n) house.add(n);
  house.answer = [](const std::vector<int>& batch, const Json&) {
    return holds(batch, 1) ? fails() : WorkerOutcome{.payload = "null"};
  };
  const Json made = house.map(
      Json::object({{"BatchSize", 2},
                    {"MaximumRetryAttempts", 1},
                    {"DestinationConfig",
                     Json::object({{"OnFailure", Json::object({{"Destination", kQueue}})}})}}));
  EXPECT_TRUE(house.came({1, 2, 1, 2, 3}));
  ASSERT_EQ(house.queue.messages().size(), 1u);
  const Json record = house.message(0);
  EXPECT_EQ(record["requestContext"]["condition"].string_or(""), "RetryAttemptsExhausted");
  EXPECT_EQ(record["requestContext"]["approximateInvokeCount"].int_or(0), 2);
  EXPECT_EQ(record["responseContext"]["functionError"].string_or(""), "Unhandled");
  const Json& info = record["DDBStreamBatchInfo"];
  EXPECT_EQ(info["shardId"].string_or(""), "shard-1");
  EXPECT_EQ(info["startSequenceNumber"].string_or(""), "1000001");
  EXPECT_EQ(info["endSequenceNumber"].string_or(""), "1000002");
  EXPECT_EQ(info["batchSize"].int_or(0), 2);
  EXPECT_EQ(info["streamArn"].string_or(""), kStream);
  EXPECT_EQ(made["DestinationConfig"]["OnFailure"]["Destination"].string_or(""), kQueue);
}

TEST(Mappings, BisectingFindsTheOneThatPoisons) {
  MappingHouse house;
  for (int n = 1; n <= 8; ++n) house.add(n);
  house.answer = [](const std::vector<int>& batch, const Json&) {
    return holds(batch, 6) ? fails() : WorkerOutcome{.payload = "null"};
  };
  house.map(
      Json::object({{"BisectBatchOnFunctionError", true},
                    {"MaximumRetryAttempts", 0},
                    {"DestinationConfig",
                     Json::object({{"OnFailure", Json::object({{"Destination", kQueue}})}})}}));
  ASSERT_TRUE(eventually([&] {
    return !house.batches().empty() && house.batches().back() == std::vector<int>{7, 8};
  }));
  EXPECT_EQ(house.batches(),
            (std::vector<std::vector<int>>{
                {1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 3, 4}, {5, 6, 7, 8}, {5, 6}, {5}, {6}, {7, 8}}));
  ASSERT_EQ(house.queue.messages().size(), 1u);
  EXPECT_EQ(house.message(0)["DDBStreamBatchInfo"]["startSequenceNumber"].string_or(""), "1000006");
  EXPECT_EQ(house.message(0)["DDBStreamBatchInfo"]["batchSize"].int_or(0), 1);
}

TEST(Mappings, PartialAnswersGoOnBehindWhatSucceeded) {
  MappingHouse house;
  for (int n = 1; n <= 5; ++n) house.add(n);
  std::atomic<int> calls{0};
  house.answer = [&](const std::vector<int>&, const Json&) {
    if (++calls > 1) return WorkerOutcome{.payload = R"({"batchItemFailures":[]})"};
    return WorkerOutcome{.payload = R"({"batchItemFailures":[{"itemIdentifier":"1000005"},)"
                                    R"({"itemIdentifier":"1000003"}]})"};
  };
  const Json made = house.map(
      Json::object({{"FunctionResponseTypes", Json::array({"ReportBatchItemFailures"})}}));
  EXPECT_EQ(made["FunctionResponseTypes"].size(), 1u);
  EXPECT_TRUE(house.came({1, 2, 3, 4, 5, 3, 4, 5}));
}

TEST(Mappings, SeveralLinesKeepTheOrderOfEachKey) {
  MappingHouse house;
  for (int n = 1; n <= 60; ++n) house.add(n, std::string(1, static_cast<char>('a' + n % 6)));
  std::atomic<int> now{0}, most{0};
  house.answer = [&](const std::vector<int>&, const Json&) {
    const int running = ++now;
    for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --now;
    return WorkerOutcome{.payload = "null"};
  };
  house.map(Json::object({{"ParallelizationFactor", 4}, {"BatchSize", 5}}));
  ASSERT_TRUE(eventually([&] { return house.records().size() == 60; }));
  EXPECT_GT(most, 1);
  std::map<int, int> last;
  for (const int n : house.records()) {
    EXPECT_GT(n, last[n % 6]);
    last[n % 6] = n;
  }
}

TEST(Mappings, OldRecordsAreSkipped) {
  MappingHouse house;
  house.add(1);
  house.clock.advance_ms(120'000);
  house.add(2);
  house.map(
      Json::object({{"MaximumRecordAgeInSeconds", 60},
                    {"DestinationConfig",
                     Json::object({{"OnFailure", Json::object({{"Destination", kQueue}})}})}}));
  EXPECT_TRUE(house.came({2}));
  EXPECT_EQ(house.message(0)["requestContext"]["condition"].string_or(""), "RecordAgeExceeded");
}

TEST(Mappings, AWindowGathersRecords) {
  MappingHouse house;
  house.map(Json::object({{"MaximumBatchingWindowInSeconds", 1}, {"BatchSize", 3}}));
  house.add(1);
  house.add(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(house.batches().empty());
  house.add(3);
  ASSERT_TRUE(house.came({1, 2, 3}));
  EXPECT_EQ(house.batches().size(), 1u);
  house.add(4);  // the window ends without more
  EXPECT_TRUE(house.came({1, 2, 3, 4}));
}

TEST(Mappings, DisabledRestsAndGoesOn) {
  MappingHouse house;
  const Json made = house.map(Json::object({{"Enabled", false}}));
  const auto set = [&](bool enabled) {
    return house
        .ok("UpdateEventSourceMapping",
            Json::object({{"UUID", made["UUID"]}, {"Enabled", enabled}}))["State"]
        .string_or("");
  };
  const auto state = [&] {
    return house.ok("GetEventSourceMapping", Json::object({{"UUID", made["UUID"]}}))["State"]
        .string_or("");
  };
  EXPECT_EQ(state(), "Disabled");
  house.add(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_TRUE(house.records().empty());
  EXPECT_EQ(set(true), "Enabling");
  EXPECT_EQ(state(), "Enabled");
  ASSERT_TRUE(house.came({1}));
  EXPECT_EQ(set(false), "Disabling");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  house.add(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(house.records().size(), 1u);
  set(true);
  EXPECT_TRUE(house.came({1, 2}));
}

TEST(Mappings, WhatIsGoneIsToldAndAFunctionThatComesBackIsServed) {
  MappingHouse house;
  const Json made = house.map();
  house.ok("DeleteFunction", Json::object({{"FunctionName", "f"}}));
  house.add(1);
  ASSERT_TRUE(eventually([&] { return house.result_of(made) == "PROBLEM: Function not found"; }));
  house.create("f");
  ASSERT_TRUE(house.came({1}));
  house.streams.disappear();
  EXPECT_TRUE(eventually([&] { return house.result_of(made) == "PROBLEM: Stream not found"; }));
}

TEST(Mappings, DeletedMeansOver) {
  MappingHouse house;
  const Json made = house.map();
  house.add(1);
  ASSERT_TRUE(house.came({1}));
  const Json uuid = Json::object({{"UUID", made["UUID"]}});
  EXPECT_EQ(house.ok("DeleteEventSourceMapping", uuid)["State"].string_or(""), "Deleting");
  EXPECT_EQ(house.refusal("GetEventSourceMapping", uuid),
            "ResourceNotFoundException: The resource you requested does not exist.");
  house.add(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(house.records().size(), 1u);
  house.end();
  EXPECT_FALSE(house.store->range(storage::Family::kMeta, "lm/m", "lm/n")->valid());
}

TEST(Mappings, ListsAndRefusals) {
  MappingHouse house;
  house.create("g");
  const Json made = house.map();
  const auto refuse = [&](Json more) {
    Json input = Json::object(
        {{"FunctionName", "g"}, {"EventSourceArn", kStream}, {"StartingPosition", "LATEST"}});
    for (auto& [key, value] : more.members()) input.set(key, value);
    return house.refusal("CreateEventSourceMapping", input);
  };
  EXPECT_TRUE(refuse(Json::object({{"FunctionName", "f"}}))
                  .starts_with("ResourceConflictException: The event source arn (\" "));
  EXPECT_TRUE(refuse(Json::object({{"FunctionName", "nobody"}}))
                  .starts_with("ResourceNotFoundException: Function not found: "));
  EXPECT_EQ(refuse(Json::object({{"StartingPosition", "AT_TIMESTAMP"}})),
            "InvalidParameterValueException: Unsupported starting position for arn type: " +
                std::string(kStream));
  EXPECT_TRUE(refuse(Json::object({{"StartingPosition", nullptr}}))
                  .starts_with("ValidationException: 1 validation error detected: Value null at "));
  EXPECT_TRUE(refuse(Json::object({{"EventSourceArn", std::string(kStream) + "x"}}))
                  .starts_with("InvalidParameterValueException: Stream not found: "));
  EXPECT_EQ(
      refuse(Json::object({{"EventSourceArn", kQueue}})),
      "NotImplemented: An event source of the service sqs is not implemented by Fairlead yet.");
  EXPECT_TRUE(
      refuse(Json::object({{"TumblingWindowInSeconds", 10}})).starts_with("NotImplemented"));
  EXPECT_TRUE(refuse(Json::object({{"MaximumRecordAgeInSeconds", 30}}))
                  .starts_with("InvalidParameterValueException: Maximum record age"));
  const auto listed = [&](Json input) {
    return house.ok("ListEventSourceMappings", input)["EventSourceMappings"].size();
  };
  EXPECT_EQ(listed(Json::object()), 1u);
  EXPECT_EQ(listed(Json::object({{"FunctionName", "f"}})), 1u);
  EXPECT_EQ(listed(Json::object({{"FunctionName", "g"}})), 0u);
  EXPECT_EQ(listed(Json::object({{"EventSourceArn", kStream}})), 1u);
  EXPECT_EQ(listed(Json::object({{"EventSourceArn", "arn:aws:x"}})), 0u);
}

}  // namespace
}  // namespace fairlead::lambda
