// Threads at once: counters lose nothing, an index made under writes misses nothing, and a table
// that is deleted under writes leaves nothing behind.
#include <atomic>
#include <functional>
#include <thread>

#include "services/dynamodb/test_service.h"

namespace fairlead::dynamodb {
namespace {

class Concurrency : public ServiceTest {
 protected:
  static void together(int threads, const std::function<void(int)>& work) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(work, i);
    for (std::thread& thread : running) thread.join();
  }
  std::string put(int thread, int i) {
    const std::string key = std::to_string(thread) + "-" + std::to_string(i);
    return run("PutItem",
               R"({"TableName":"tab","Item":{"pk":{"S":")" + key + R"("},"g":{"S":"all"}}})");
  }
};

TEST_F(Concurrency, CountersLoseNothing) {
  make_table("tab");
  together(4, [&](int) {
    for (int i = 0; i < 200; ++i) {
      EXPECT_EQ(run("UpdateItem", R"({"TableName":"tab","Key":{"pk":{"S":"counter"}},
        "UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}})"),
                "{}");
    }
  });
  EXPECT_EQ(run("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"counter"}}})"),
            R"({"Item":{"n":{"N":"800"},"pk":{"S":"counter"}}})");
}

TEST_F(Concurrency, OnlyOneWinsACondition) {
  make_table("tab");
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> won{0};
    together(3, [&](int) {
      const std::string got =
          run("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":"lock)" + std::to_string(round) +
                             R"j("}},"ConditionExpression":"attribute_not_exists(pk)"})j");
      if (got == "{}") ++won;
    });
    EXPECT_EQ(won, 1);
  }
}

TEST_F(Concurrency, AnIndexMadeUnderWritesIsWhole) {
  make_table("tab");
  constexpr int kEach = 300;
  together(4, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      if (thread == 0 && i == kEach / 3) {
        answer("UpdateTable", R"({"TableName":"tab",
          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
            {"AttributeName":"g","AttributeType":"S"}],
          "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-g",
            "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
            "Projection":{"ProjectionType":"KEYS_ONLY"}}}]})");
      }
      EXPECT_EQ(put(thread, i), "{}");
    }
  });
  EXPECT_EQ(run("Query", R"({"TableName":"tab","IndexName":"by-g","Select":"COUNT",
    "KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"all"}}})"),
            R"({"Count":1200,"ScannedCount":1200})");
}

TEST_F(Concurrency, ADeletedTableLeavesNothing) {
  make_table("tab");
  together(4, [&](int thread) {
    for (int i = 0; i < 300; ++i) {
      if (thread == 0 && i == 100) answer("DeleteTable", R"({"TableName":"tab"})");
      const std::string got = put(thread, i);
      EXPECT_TRUE(got == "{}" || got == "ResourceNotFoundException: Requested resource not found");
    }
  });
  EXPECT_FALSE(store_->range(storage::Family::kItems, "", "")->valid());
  EXPECT_FALSE(store_->range(storage::Family::kMeta, "", "")->valid());
}

}  // namespace
}  // namespace fairlead::dynamodb
