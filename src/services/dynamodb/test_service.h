// A DynamoDB service in memory for tests: requests as JSON text, answers as JSON text or
// "Code: message".
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/json_parse.h"
#include "platform/operation.h"
#include "services/dynamodb/dynamodb.h"

namespace fairlead::dynamodb {

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { add_dynamodb(registry_, *service_); }

  Result<Json> call(std::string_view operation, Json input) {
    platform::Context cx = context_;
    cx.now_ms = clock_.now_ms();
    platform::Request request;
    request.input = std::move(input);
    const bool of_tables = registry_.find("dynamodb", operation) != nullptr;
    auto reply = registry_.run(of_tables ? "dynamodb" : "dynamodbstreams", operation, cx, request);
    if (!reply.ok()) return std::move(reply).error();
    return std::move(reply->output);
  }

  // The answer's text, or "Code: message", with "detail" behind it when there is one.
  std::string run(std::string_view operation, std::string_view input) {
    auto json = parse_json(input);
    EXPECT_TRUE(json.ok()) << input;
    auto reply = call(operation, json.ok() ? *json : Json());
    if (reply.ok()) return write_json(*reply);
    const Error& error = reply.error();
    std::string text = std::string(error.code->name) + ": " + error.message;
    if (!error.detail.is_null()) text += " " + write_json(error.detail);
    return text;
  }

  Json answer(std::string_view operation, std::string_view input) {
    auto json = parse_json(input);
    EXPECT_TRUE(json.ok()) << input;
    auto reply = call(operation, *json);
    EXPECT_TRUE(reply.ok()) << operation << " " << input << ": "
                            << (reply.ok() ? "" : reply.error().message);
    return reply.ok() ? *reply : Json();
  }

  // pk S, and sk of `sort` when it is given ("S", "N" or "B").
  void make_table(const std::string& name, const std::string& sort = "") {
    std::string attributes = R"({"AttributeName":"pk","AttributeType":"S"})";
    std::string schema = R"({"AttributeName":"pk","KeyType":"HASH"})";
    if (!sort.empty()) {
      attributes += R"(,{"AttributeName":"sk","AttributeType":")" + sort + "\"}";
      schema += R"(,{"AttributeName":"sk","KeyType":"RANGE"})";
    }
    answer("CreateTable", R"({"TableName":")" + name + R"(","BillingMode":"PAY_PER_REQUEST",)" +
                              R"("AttributeDefinitions":[)" + attributes + R"(],"KeySchema":[)" +
                              schema + "]}");
  }

  // A new service on the same store: what a restart sees.
  void restart() {
    service_ = std::make_unique<DynamoDb>(*store_, clock_);
    registry_ = platform::Registry();
    add_dynamodb(registry_, *service_);
  }

  ManualClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::make_memory_store();
  std::unique_ptr<DynamoDb> service_ = std::make_unique<DynamoDb>(*store_, clock_);
  platform::Registry registry_;
  platform::Context context_;
};

}  // namespace fairlead::dynamodb
