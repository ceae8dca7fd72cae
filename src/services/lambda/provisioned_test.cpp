// Provisioned and reserved concurrency: environments that are there before anybody asks.
#include <algorithm>
#include <thread>

#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using test::House;
using Kind = platform::WorkerOutcome::Kind;

const std::string kArn = "arn:aws:lambda:us-east-1:000000000000:function:chat";

Json with(Json input, std::string_view key, Json value) {
  input.set(key, std::move(value));
  return input;
}

Json config(const std::string& qualifier, int count = 0) {
  Json input = Json::object({{"FunctionName", "chat"}, {"Qualifier", qualifier}});
  if (count > 0) input.set("ProvisionedConcurrentExecutions", count);
  return input;
}

// Starting happens on other threads: asks until it is so.
std::string status_of(House& house, const std::string& qualifier, const std::string& wanted) {
  std::string status;
  for (int i = 0; i < 500; ++i) {
    status = house.ok("GetProvisionedConcurrencyConfig", config(qualifier))["Status"].string_or("");
    if (status == wanted) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return status;
}

bool becomes(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void create_published(House& house) { house.create("chat", Json::object({{"Publish", true}})); }

TEST(ProvisionedTest, EnvironmentsAreStartedAndUsedFirst) {
  House house;
  create_published(house);
  const auto put = house.call("PutProvisionedConcurrencyConfig", config("1", 6));
  ASSERT_TRUE(put.ok()) << put.error().message;
  EXPECT_EQ(put->status, 202);
  EXPECT_EQ(put->output["RequestedProvisionedConcurrentExecutions"].int_or(0), 6);
  EXPECT_EQ(status_of(house, "1", "READY"), "READY");
  EXPECT_EQ(house.lambda->worker_counts().idle, 6u);
  {
    const auto& specs = house.launches().specs;
    const auto& variables = specs[0].environment;
    const std::pair<std::string, std::string> wanted{"AWS_LAMBDA_INITIALIZATION_TYPE",
                                                     "provisioned-concurrency"};
    EXPECT_EQ(std::count(variables.begin(), variables.end(), wanted), 1);
  }
  const auto reply = house.call("Invoke", config("1"), "{}");
  EXPECT_EQ(reply->output["ExecutedVersion"].string_or(""), "1");
  EXPECT_EQ(house.launches().launched(), 6u) << "no start for the invocation";
  const Json listed =
      house.ok("ListProvisionedConcurrencyConfigs", Json::object({{"FunctionName", "chat"}}));
  EXPECT_EQ(listed["ProvisionedConcurrencyConfigs"].items()[0]["FunctionArn"].string_or(""),
            kArn + ":1");

  house.clock.advance_ms(60 * 60 * 1000 / 2);  // long idle, credentials still good
  house.lambda->retire_idle();
  EXPECT_EQ(house.lambda->worker_counts().idle, 6u);
  house.ok("PutProvisionedConcurrencyConfig", config("1", 2));
  EXPECT_EQ(house.lambda->worker_counts().idle, 2u);
  house.ok("DeleteProvisionedConcurrencyConfig", config("1"));
  EXPECT_EQ(house.lambda->worker_counts().idle, 0u);
  EXPECT_EQ(house.refusal("GetProvisionedConcurrencyConfig", config("1")),
            "ProvisionedConcurrencyConfigNotFoundException: No Provisioned Concurrency Config "
            "found for this function");
}

TEST(ProvisionedTest, TheDeadAreReplacedAndARestartBringsThemBack) {
  House house;
  create_published(house);
  house.ok("PutProvisionedConcurrencyConfig", config("1", 2));
  ASSERT_EQ(status_of(house, "1", "READY"), "READY");
  house.script.invoke = [](const test::Invocation&) {
    return test::WorkerOutcome{.kind = Kind::kExited, .exit_code = 1};
  };
  EXPECT_TRUE(house.call("Invoke", config("1"), "{}").ok());
  EXPECT_TRUE(becomes([&] { return house.lambda->worker_counts().idle == 2; }));
  EXPECT_EQ(house.launches().launched(), 3u);

  house.start();
  EXPECT_EQ(house.lambda->worker_counts().idle, 0u);
  house.lambda->warm_up();
  EXPECT_EQ(status_of(house, "1", "READY"), "READY");
  house.lambda->end_idle_workers();
  EXPECT_EQ(house.launches().living, 0);
  house.lambda->retire_idle();
  EXPECT_EQ(house.launches().living, 0) << "nothing starts after the end";
}

TEST(ProvisionedTest, AnAliasTakesThemAlong) {
  House house;
  create_published(house);
  house.ok("UpdateFunctionConfiguration", Json::object({{"FunctionName", "chat"}, {"Timeout", 9}}));
  house.ok("PublishVersion", Json::object({{"FunctionName", "chat"}}));
  const Json prod = Json::object({{"FunctionName", "chat"}, {"Name", "prod"}});
  house.ok("CreateAlias", with(prod, "FunctionVersion", "1"));
  house.ok("PutProvisionedConcurrencyConfig", config("prod", 4));
  ASSERT_EQ(status_of(house, "prod", "READY"), "READY");
  EXPECT_EQ(house.refusal("PutProvisionedConcurrencyConfig", config("1", 1)),
            "ResourceConflictException: Version is pointed to by a Provisioned Concurrency alias");
  house.ok("UpdateAlias",
           with(with(prod, "FunctionVersion", "2"), "RoutingConfig",
                Json::object({{"AdditionalVersionWeights", Json::object({{"1", 0.25}})}})));
  ASSERT_EQ(status_of(house, "prod", "READY"), "READY");
  EXPECT_TRUE(becomes([&] { return house.lambda->worker_counts().idle == 4; }));
  house.ok("DeleteAlias", prod);
  EXPECT_EQ(house.lambda->worker_counts().idle, 0u);
  EXPECT_EQ(house
                .ok("ListProvisionedConcurrencyConfigs",
                    Json::object({{"FunctionName", "chat"}}))["ProvisionedConcurrencyConfigs"]
                .items()
                .size(),
            0u);
}

TEST(ProvisionedTest, AFailedInitSaysSo) {
  House house;
  create_published(house);
  house.script.init = [] {
    return test::WorkerOutcome{.kind = Kind::kFunctionError, .error_type = "Error"};
  };
  house.ok("PutProvisionedConcurrencyConfig", config("1", 1));
  EXPECT_EQ(status_of(house, "1", "FAILED"), "FAILED");
  const Json shown = house.ok("GetProvisionedConcurrencyConfig", config("1"));
  EXPECT_EQ(shown["StatusReason"].string_or("").substr(0, 27), "FUNCTION_ERROR_INIT_FAILURE");
  EXPECT_TRUE(becomes([&] { return house.launches().living == 0; }));
}

TEST(ProvisionedTest, Refusals) {
  House house;
  create_published(house);
  house.ok(
      "CreateAlias",
      Json::object({{"FunctionName", "chat"}, {"Name", "latest"}, {"FunctionVersion", "$LATEST"}}));
  const std::string unpublished =
      "InvalidParameterValueException: Provisioned Concurrency Configs cannot be applied to "
      "unpublished function versions.";
  const std::vector<std::pair<Json, std::string>> cases = {
      {config("$LATEST", 1), unpublished},
      {config("latest", 1), unpublished},
      {config("7", 1), "ResourceNotFoundException: Function not found: " + kArn + ":7"},
      {config("gone", 1), "ResourceNotFoundException: Cannot find alias arn: " + kArn + ":gone"},
      {config("1"),
       "ValidationException: 1 validation error detected: Value 'null' at "
       "'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value "
       "greater than or equal to 1"},
      {config("1", 901),
       "InvalidParameterValueException: Specified ConcurrentExecutions for function decreases "
       "account's UnreservedConcurrentExecution below its minimum value of [100]."},
  };
  for (const auto& [input, expected] : cases) {
    EXPECT_EQ(house.refusal("PutProvisionedConcurrencyConfig", input), expected);
  }
  house.ok("PutProvisionedConcurrencyConfig", config("1", 2));
  const auto reserve = [](int n) {
    return Json::object({{"FunctionName", "chat"}, {"ReservedConcurrentExecutions", n}});
  };
  EXPECT_EQ(house.refusal("PutFunctionConcurrency", reserve(1)),
            "InvalidParameterValueException: ReservedConcurrentExecutions should not be lower than "
            "function's total provisioned concurrency [2].");
  house.ok("PutFunctionConcurrency", reserve(2));
  EXPECT_EQ(house.refusal("PutProvisionedConcurrencyConfig", config("1", 3)),
            "InvalidParameterValueException: Requested Provisioned Concurrency should not be "
            "greater than the reservedConcurrentExecution for function");
}

TEST(ProvisionedTest, ReservedConcurrencyIsOfTheWholeFunction) {
  House house;
  create_published(house);
  house.ok("PutFunctionConcurrency",
           Json::object({{"FunctionName", "chat"}, {"ReservedConcurrentExecutions", 0}}));
  for (const std::string name : {"chat", "chat:1"}) {
    const auto refused = house.call("Invoke", Json::object({{"FunctionName", name}}), "{}");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code->http_status, 429);
    EXPECT_EQ(refused.error().detail["Reason"].string_or(""),
              "ReservedFunctionConcurrentInvocationLimitExceeded");
    EXPECT_EQ(refused.error().detail["retryAfterSeconds"].string_or(""), "1");
  }
  house.ok("DeleteFunctionConcurrency", Json::object({{"FunctionName", "chat"}}));
  EXPECT_TRUE(house.call("Invoke", Json::object({{"FunctionName", "chat:1"}}), "{}").ok());
}

}  // namespace
}  // namespace fairlead::lambda
