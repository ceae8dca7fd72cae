// API keys and usage plans: the operations of REST version 1, and what they do to handshakes.
#include <atomic>
#include <thread>

#include "services/apigateway/test_house.h"
#include "services/apigateway/usage_meter.h"

namespace fairlead::apigateway {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

class ApiKeys : public House {
 protected:
  void SetUp() override {
    make_api();
    connect_route = route("$connect", lambda());
    run("UpdateRoute", Json::object({{"RouteId", connect_route}, {"ApiKeyRequired", true}}));
    deploy();
  }
  Result<platform::Reply> rest_call(const std::string& operation, Json input) {
    platform::Context cx = context();
    platform::Request request;
    request.input = std::move(input);
    return registry->run("apigateway", operation, cx, request);
  }
  Json rest(const std::string& operation, Json input = Json::object()) {
    auto reply = rest_call(operation, std::move(input));
    EXPECT_TRUE(reply.ok()) << operation << ": " << (reply.ok() ? "" : reply.error().message);
    return reply.ok() ? std::move(reply).value().output : Json();
  }
  std::string rest_refused(const std::string& operation, Json input) {
    auto reply = rest_call(operation, std::move(input));
    return reply.ok() ? "accepted" : words(reply.error());
  }
  std::string make_key(const std::string& value, const char* name = "k") {
    return rest("CreateApiKey",
                Json::object({{"name", name}, {"value", value}, {"enabled", true}}))["id"]
        .string_or("");
  }
  std::string make_plan(Json also = Json::object()) {
    also.set("name", "plan");
    also.set("apiStages", Json::array({Json::object({{"apiId", api_id}, {"stage", "dev"}})}));
    return rest("CreateUsagePlan", also)["id"].string_or("");
  }
  std::string join(const std::string& plan, const std::string& key) {
    return rest_refused(
        "CreateUsagePlanKey",
        Json::object({{"usagePlanId", plan}, {"keyId", key}, {"keyType", "API_KEY"}}));
  }
  static Json patch(const char* op, const std::string& path, const std::string& value = "") {
    return Json::object({{"op", op}, {"path", path}, {"value", value}});
  }
  int status_with(const std::string& value) {
    const auto reply = connect({{"X-API-Key", value}});
    if (reply.session) close(reply.session);
    if (reply.status != 101) {
      const std::size_t end = reply.body.find("\", ");
      message = reply.body.substr(13, end - 13);
    }
    return reply.status;
  }

  const std::string kValue = "abcdefghijklmnopqrst";
  std::string connect_route, message;
};

TEST_F(ApiKeys, OnlyAnEnabledKeyInAPlanOfTheStageComesIn) {
  EXPECT_EQ(connect().status, 403);
  EXPECT_EQ(status_with(""), 403);
  const std::string key = make_key(kValue);
  EXPECT_EQ(status_with(kValue), 403);
  EXPECT_EQ(message, "Forbidden");
  const std::string plan = make_plan();
  EXPECT_EQ(status_with(kValue), 403);
  EXPECT_EQ(join(plan, key), "accepted");
  EXPECT_EQ(status_with(kValue), 101);
  EXPECT_EQ(status_with(kValue + "x"), 403);
  rest("UpdateApiKey",
       Json::object({{"apiKey", key},
                     {"patchOperations", Json::array({patch("replace", "/enabled", "false")})}}));
  EXPECT_EQ(status_with(kValue), 403);
  rest("UpdateApiKey",
       Json::object({{"apiKey", key},
                     {"patchOperations", Json::array({patch("replace", "/enabled", "true")})}}));
  EXPECT_EQ(status_with(kValue), 101);
  rest("UpdateUsagePlan",
       Json::object(
           {{"usagePlanId", plan},
            {"patchOperations", Json::array({patch("remove", "/apiStages", api_id + ":dev")})}}));
  EXPECT_EQ(status_with(kValue), 403);
  EXPECT_EQ(invoker.calls.size(), 2u);
}

TEST_F(ApiKeys, TheAuthorizerMayNameTheKey) {
  const std::string authorizer =
      run("CreateAuthorizer", Json::object({{"Name", "a"},
                                            {"AuthorizerType", "REQUEST"},
                                            {"AuthorizerUri", lambda_uri("auth")}}))["AuthorizerId"]
          .string_or("");
  run("UpdateApi",
      Json::object({{"ApiKeySelectionExpression", "$context.authorizer.usageIdentifierKey"}}));
  run("UpdateRoute", Json::object({{"RouteId", connect_route},
                                   {"AuthorizationType", "CUSTOM"},
                                   {"AuthorizerId", authorizer}}));
  deploy();
  join(make_plan(), make_key(kValue));
  std::string named;
  invoker.answer = [&](const FakeInvoker::Call& call) -> Result<platform::InvokeReply> {
    if (!call.request.function_arn.ends_with(":auth")) return platform::InvokeReply{"{}"};
    return platform::InvokeReply{
        R"({"principalId":"a","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":)"
        R"("Allow","Action":"*","Resource":"*"}]},"usageIdentifierKey":")" +
        named + "\"}"};
  };
  EXPECT_EQ(status_with(kValue), 403);  // the header is not asked
  named = kValue;
  EXPECT_EQ(status_with(""), 101);
}

TEST_F(ApiKeys, ThrottlesAndQuotas) {
  const std::string key = make_key(kValue);
  const std::string plan =
      make_plan(Json::object({{"throttle", Json::object({{"rateLimit", 1.0}, {"burstLimit", 2}})},
                              {"quota", Json::object({{"limit", 4}, {"period", "DAY"}})}}));
  join(plan, key);
  EXPECT_EQ(status_with(kValue), 101);
  EXPECT_EQ(status_with(kValue), 101);
  EXPECT_EQ(status_with(kValue), 429);
  EXPECT_EQ(message, "Too Many Requests");
  clock.advance_ms(5000);
  EXPECT_EQ(status_with(kValue), 101);
  EXPECT_EQ(status_with(kValue), 101);
  clock.advance_ms(5000);
  EXPECT_EQ(status_with(kValue), 429);
  EXPECT_EQ(message, "Limit Exceeded");

  start({});  // the count is in the store
  EXPECT_EQ(status_with(kValue), 429);
  const Json usage = rest("GetUsage", Json::object({{"usagePlanId", plan},
                                                    {"startDate", "2026-01-11"},
                                                    {"endDate", "2026-01-12"}}));
  EXPECT_EQ(write_json(usage["items"]), "{\"" + key + "\":[[0,4],[4,0]]}");

  clock.advance_ms(kDayMs);
  EXPECT_EQ(status_with(kValue), 101);
  rest("UpdateUsagePlan",
       Json::object(
           {{"usagePlanId", plan},
            {"patchOperations", Json::array({patch("replace", "/quota/period", "WEEK")})}}));
  EXPECT_EQ(status_with(kValue), 429);  // this week has more than four
  rest("UpdateUsagePlan",
       Json::object({{"usagePlanId", plan},
                     {"patchOperations",
                      Json::array({patch("remove", "/quota"), patch("remove", "/throttle")})}}));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(status_with(kValue), 101);
}

TEST_F(ApiKeys, KeysAsRestVersionOneShowsThem) {
  const std::string id = make_key(kValue, "first");
  const Json get = Json::object({{"apiKey", id}});
  EXPECT_FALSE(rest("GetApiKey", get).has("value"));
  Json with_value = get;
  with_value.set("includeValue", true);
  EXPECT_EQ(rest("GetApiKey", with_value)["value"].string_or(""), kValue);
  EXPECT_EQ(rest("CreateApiKey")["value"].string_or("").size(), 40u);
  EXPECT_EQ(rest("GetApiKeys", Json::object({{"nameQuery", "fir"}}))["items"].size(), 1u);
  const Json page = rest("GetApiKeys", Json::object({{"limit", 1}}));
  EXPECT_EQ(page["items"].size(), 1u);
  const Json next =
      rest("GetApiKeys", Json::object({{"limit", 1}, {"position", page["position"]}}));
  EXPECT_EQ(next["items"].size(), 1u);
  EXPECT_FALSE(next.has("position"));
  EXPECT_EQ(rest_refused("CreateApiKey", Json::object({{"value", kValue}})),
            "409 ConflictException API Key already exists");
  EXPECT_EQ(rest_refused("CreateApiKey", Json::object({{"value", "short"}})),
            "400 BadRequestException API Key value should be at least 20 characters");
  EXPECT_EQ(
      rest_refused("UpdateApiKey",
                   Json::object({{"apiKey", id},
                                 {"patchOperations", Json::array({patch("replace", "/value")})}})),
      "400 BadRequestException Invalid patch path  '/value' specified for op 'replace'. Please "
      "choose supported operations");
  rest("DeleteApiKey", get);
  EXPECT_EQ(rest_refused("GetApiKey", get),
            "404 NotFoundException Invalid API Key identifier specified");
  make_key(kValue);  // the value is free again
  EXPECT_EQ(rest_refused("ImportApiKeys", Json::object()).substr(0, 18), "501 NotImplemented");
}

TEST_F(ApiKeys, PlansAndTheirKeys) {
  const std::string key = make_key(kValue), plan = make_plan(), other = make_plan();
  EXPECT_EQ(join(plan, key), "accepted");
  EXPECT_EQ(join(plan, key), "409 ConflictException Usage Plan Key already exists");
  EXPECT_EQ(join(other, key), "409 ConflictException API Key " + key +
                                  " is in another usage plan for one of these API stages");
  EXPECT_EQ(join("nosuch", key), "404 NotFoundException Invalid Usage Plan ID specified");
  EXPECT_EQ(join(plan, "nosuch"), "404 NotFoundException Invalid API Key identifier specified");
  const Json both = Json::object({{"usagePlanId", plan}, {"keyId", key}});
  EXPECT_EQ(write_json(rest("GetUsagePlanKey", both)),
            R"({"id":")" + key + R"(","type":"API_KEY","value":")" + kValue + R"(","name":"k"})");
  EXPECT_EQ(rest("GetUsagePlanKeys", both)["items"].size(), 1u);
  EXPECT_EQ(rest("GetUsagePlans", Json::object({{"keyId", key}}))["items"].size(), 1u);
  EXPECT_EQ(rest("GetUsagePlans")["items"].size(), 2u);
  const Json one = Json::object({{"usagePlanId", plan}});
  EXPECT_EQ(
      rest_refused("DeleteUsagePlan", one),
      "400 BadRequestException Cannot delete usage plan " + plan + ": remove its API stages first");
  rest("DeleteUsagePlanKey", both);
  EXPECT_EQ(rest_refused("GetUsagePlanKey", both),
            "404 NotFoundException Invalid Usage Plan Key identifier specified");
  rest(
      "UpdateUsagePlan",
      Json::object({{"usagePlanId", plan},
                    {"patchOperations", Json::array({patch("remove", "/apiStages", api_id + ":dev"),
                                                     patch("replace", "/name", "new"),
                                                     patch("add", "/throttle/rateLimit", "5")})}}));
  EXPECT_EQ(rest("GetUsagePlan", one)["name"].string_or(""), "new");
  EXPECT_EQ(write_json(rest("GetUsagePlan", one)["throttle"]), R"({"rateLimit":5})");
  rest("DeleteUsagePlan", one);
}

TEST_F(ApiKeys, PlansThatCannotBe) {
  const auto refuse = [&](Json also) {
    also.set("name", "p");
    return rest_refused("CreateUsagePlan", std::move(also));
  };
  const auto stage = [](const std::string& api, const char* name) {
    return Json::object({{"apiId", api}, {"stage", name}});
  };
  EXPECT_EQ(refuse(Json::object({{"apiStages", Json::array({stage(api_id, "no")})}})),
            "400 BadRequestException API Stage not found: " + api_id + ":no");
  EXPECT_EQ(refuse(Json::object({{"apiStages", Json::array({stage("nope", "dev")})}})),
            "400 BadRequestException API Stage not found: nope:dev");
  EXPECT_EQ(refuse(Json::object(
                {{"quota", Json::object({{"limit", 1}, {"period", "DAY"}, {"offset", 1}})}})),
            "400 BadRequestException Invalid usage plan quota: offset must be between 0 and 0 for "
            "DAY");
  EXPECT_EQ(refuse(Json::object({{"quota", Json::object({{"limit", 0}, {"period", "DAY"}})}})),
            "400 BadRequestException Invalid usage plan quota: limit must be positive");
}

TEST(UsageMeterTest, PeriodsBegin) {
  const auto day = [](const std::string& date) {
    return parse_iso8601(date + "T00:00:00Z") / kDayMs;
  };
  const auto start = [&](const char* period, int offset, const char* date) {
    return iso8601_seconds(
               period_start(Json::object({{"period", period}, {"offset", offset}}), day(date)) *
               kDayMs)
        .substr(0, 10);
  };
  EXPECT_EQ(start("DAY", 0, "2026-01-12"), "2026-01-12");
  EXPECT_EQ(start("WEEK", 0, "2026-01-12"), "2026-01-11");  // a Monday; weeks begin on Sunday
  EXPECT_EQ(start("WEEK", 0, "2026-01-11"), "2026-01-11");
  EXPECT_EQ(start("WEEK", 1, "2026-01-12"), "2026-01-12");
  EXPECT_EQ(start("WEEK", 2, "2026-01-12"), "2026-01-06");
  EXPECT_EQ(start("MONTH", 0, "2026-01-12"), "2026-01-01");
  EXPECT_EQ(start("MONTH", 11, "2026-01-12"), "2026-01-12");
  EXPECT_EQ(start("MONTH", 12, "2026-01-12"), "2025-12-13");
  EXPECT_EQ(start("MONTH", 27, "2026-03-01"), "2026-02-28");
}

// Under the sanitizers: of many at once exactly as many come in as the quota has, and the store
// knows it.
TEST(UsageMeterTest, ManyAtOnce) {
  const auto store = storage::make_memory_store();
  UsageMeter meter(*store);
  const UsageOwner owner{"111122223333", "eu-west-1", "plan", "key"};
  const Json plan =
      Json::object({{"quota", Json::object({{"limit", 500}, {"period", "DAY"}, {"offset", 0}})}});
  std::atomic<int> granted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        const auto verdict = meter.take(owner, plan, 20'465 * kDayMs, 0);
        if (verdict.ok() && *verdict == UsageMeter::Verdict::kGranted) ++granted;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(granted.load(), 500);
  UsageMeter after(*store);
  const auto days = after.days_of(owner, 0);
  ASSERT_TRUE(days.ok());
  EXPECT_EQ(*days, (UsageMeter::Days{{20'465, 500}}));
}

}  // namespace
}  // namespace fairlead::apigateway
