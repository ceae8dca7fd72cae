// What the scenario texts cannot show of tables: whole descriptions and what is left in the store.
#include "services/dynamodb/test_service.h"

namespace fairlead::dynamodb {
namespace {

using TableOperations = ServiceTest;

TEST_F(TableOperations, CreateDescribeDelete) {
  make_table("chat");
  Json made = answer("DescribeTable", R"({"TableName":"chat"})")["Table"];
  EXPECT_EQ(made["TableStatus"].string_or(""), "ACTIVE");
  EXPECT_EQ(made["TableArn"].string_or(""), "arn:aws:dynamodb:us-east-1:000000000000:table/chat");
  EXPECT_EQ(made["BillingModeSummary"]["BillingMode"].string_or(""), "PAY_PER_REQUEST");
  EXPECT_EQ(made["CreationDateTime"].number_text(), "1768254296.599");
  EXPECT_EQ(made["ItemCount"].int_or(-1), 0);

  run("PutItem", R"({"TableName":"chat","Item":{"pk":{"S":"abc"}}})");
  Json now = answer("DescribeTable", R"({"TableName":"chat"})")["Table"];
  EXPECT_EQ(now["ItemCount"].int_or(-1), 1);
  EXPECT_EQ(now["TableSizeBytes"].int_or(-1), 5);
  restart();
  EXPECT_EQ(answer("DescribeTable", R"({"TableName":"chat"})")["Table"], now);

  answer("DeleteTable", R"({"TableName":"chat"})");
  EXPECT_FALSE(store_->range(storage::Family::kItems, "", "")->valid());
  EXPECT_FALSE(store_->range(storage::Family::kMeta, "", "")->valid());
}

}  // namespace
}  // namespace fairlead::dynamodb
