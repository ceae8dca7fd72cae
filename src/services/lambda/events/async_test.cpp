// Queued events: run once when all goes well, retried with AWS's delays, given up to destinations
// and dead letters, never lost.
#include "services/lambda/events/test_events_house.h"

namespace fairlead::lambda {
namespace {

using namespace test;

constexpr const char* kId = "00000000-0000-4000-8000-00000000abcd";
constexpr const char* kArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

Json destinations(const char* success, const char* failure) {
  Json config = Json::object();
  if (success) config.set("OnSuccess", Json::object({{"Destination", success}}));
  if (failure) config.set("OnFailure", Json::object({{"Destination", failure}}));
  return config;
}

TEST(AsyncEvents, RunOnceWithTheirRequestId) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return WorkerOutcome{.payload = "1"};
  };
  house.create("f");
  house.send("f", R"({"a":1})");
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  ASSERT_EQ(calls.count(), 1u);
  EXPECT_EQ(calls.all()[0].payload, R"({"a":1})");
  EXPECT_EQ(calls.all()[0].request_id, kId);
  EXPECT_TRUE(house.queue.messages().empty());
}

TEST(AsyncEvents, AFunctionThatFailsIsTriedTwiceMoreThenGivenUp) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return fails();
  };
  house.create("f");
  house.ok(
      "PutFunctionEventInvokeConfig",
      Json::object({{"FunctionName", "f"}, {"DestinationConfig", destinations(nullptr, kQueue)}}));
  house.send("f", R"({"a":1})");
  const auto waiting_after = [&](std::size_t runs) {
    return eventually(
        [&] { return calls.count() == runs && house.events->event_counts().running == 0; });
  };
  ASSERT_TRUE(waiting_after(1));
  house.pass_ms(59'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(calls.count(), 1u);
  house.pass_ms(1000);
  ASSERT_TRUE(waiting_after(2));
  house.pass_ms(119'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(calls.count(), 2u);
  house.pass_ms(1000);
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  EXPECT_EQ(calls.count(), 3u);
  EXPECT_EQ(calls.all()[2].request_id, kId);
  const Json record = house.message(0);
  EXPECT_EQ(record["version"].string_or(""), "1.0");
  EXPECT_EQ(record["timestamp"].string_or(""), iso8601_millis(house.clock.now_ms()));
  EXPECT_EQ(write_json(record["requestContext"]),
            std::string(R"({"requestId":")") + kId + R"(","functionArn":")" + kArn +
                R"(:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3})");
  EXPECT_EQ(write_json(record["requestPayload"]), R"({"a":1})");
  EXPECT_EQ(write_json(record["responseContext"]),
            R"({"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"})");
  EXPECT_EQ(record["responsePayload"]["errorMessage"].string_or(""), "no");
}

TEST(AsyncEvents, SuccessGoesToItsDestination) {
  EventsHouse house;
  house.script.invoke = [](const Invocation&) { return WorkerOutcome{.payload = R"({"b":2})"}; };
  house.create("f");
  house.ok(
      "PutFunctionEventInvokeConfig",
      Json::object({{"FunctionName", "f"}, {"DestinationConfig", destinations(kQueue, kQueue)}}));
  house.send("f", "7");
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  const Json record = house.message(0);
  EXPECT_EQ(record["requestContext"]["condition"].string_or(""), "Success");
  EXPECT_EQ(write_json(record["responseContext"]),
            R"({"statusCode":200,"executedVersion":"$LATEST"})");
  EXPECT_EQ(write_json(record["responsePayload"]), R"({"b":2})");
  EXPECT_EQ(write_json(record["requestPayload"]), "7");
}

TEST(AsyncEvents, AnAliasHasItsOwnConfigAndVersion) {
  EventsHouse house;
  house.create("f");
  house.ok("PublishVersion", Json::object({{"FunctionName", "f"}}));
  house.ok("CreateAlias",
           Json::object({{"FunctionName", "f"}, {"Name", "live"}, {"FunctionVersion", "1"}}));
  house.ok("PutFunctionEventInvokeConfig",
           Json::object({{"FunctionName", "f"},
                         {"Qualifier", "live"},
                         {"DestinationConfig", destinations(kQueue, nullptr)}}));
  house.send("f", "1");
  house.send("f:live", "2");
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  ASSERT_EQ(house.queue.messages().size(), 1u);
  const Json record = house.message(0);
  EXPECT_EQ(record["requestContext"]["functionArn"].string_or(""), std::string(kArn) + ":live");
  EXPECT_EQ(record["responseContext"]["executedVersion"].string_or(""), "1");
}

TEST(AsyncEvents, InvokeWithInvocationTypeEventIsAccepted) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return WorkerOutcome{.payload = "1"};
  };
  house.create("f");
  const auto reply = house.call(
      "Invoke", Json::object({{"FunctionName", "f"}, {"InvocationType", "Event"}}), R"({"a":1})");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 202);
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  ASSERT_EQ(calls.count(), 1u);
  EXPECT_EQ(calls.all()[0].request_id, house.context().request_id);
}

TEST(AsyncEvents, AnotherFunctionAsDestinationIsRun) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return WorkerOutcome{.payload = "{}"};
  };
  house.create("f");
  house.create("g");
  const std::string other = "arn:aws:lambda:us-east-1:000000000000:function:g";
  house.ok("PutFunctionEventInvokeConfig",
           Json::object({{"FunctionName", "f"},
                         {"DestinationConfig", destinations(other.c_str(), nullptr)}}));
  house.send("f", "{}");
  ASSERT_TRUE(eventually([&] { return calls.count() == 2 && house.idle(); }));
  EXPECT_EQ(calls.all()[1].function_arn, other);
}

TEST(AsyncEvents, ThrottledEventsWaitAndAreGivenUpWithAge) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return WorkerOutcome{.payload = "1"};
  };
  house.create("f");
  house.ok("PutFunctionConcurrency",
           Json::object({{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}}));
  house.ok("PutFunctionEventInvokeConfig",
           Json::object({{"FunctionName", "f"},
                         {"MaximumEventAgeInSeconds", 60},
                         {"DestinationConfig", destinations(nullptr, kQueue)}}));
  house.send("f", "1");
  const auto at_rest = [&] { return house.events->event_counts().running == 0; };
  ASSERT_TRUE(eventually([&] { return at_rest(); }));
  EXPECT_EQ(house.events->event_counts().waiting, 1u);
  for (int i = 0; i < 70; ++i) {
    house.pass_ms(1000);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ASSERT_TRUE(eventually([&] {
    house.events->wake();
    return house.idle();
  }));
  EXPECT_EQ(calls.count(), 0u);
  const Json record = house.message(0);
  EXPECT_EQ(record["requestContext"]["condition"].string_or(""), "EventAgeExceeded");
  EXPECT_EQ(record["requestContext"]["approximateInvokeCount"].int_or(-1), 0);
  EXPECT_FALSE(record.has("responseContext"));

  house.send("f", "2");
  ASSERT_TRUE(eventually([&] { return at_rest(); }));
  house.ok("DeleteFunctionConcurrency", Json::object({{"FunctionName", "f"}}));
  ASSERT_TRUE(eventually([&] {
    house.pass_ms(1000);
    return calls.count() == 1;
  }));
}

TEST(AsyncEvents, DeadLettersGetTheEventWithAttributes) {
  EventsHouse house;
  house.script.invoke = [](const Invocation&) { return fails("broken"); };
  house.create("f");
  ASSERT_TRUE(house.lambda->functions()
                  .update({"000000000000", "us-east-1", "f", ""},
                          [](Function& function) -> Status {
                            function.dead_letter_arn = kQueue;
                            return {};
                          })
                  .ok());
  house.ok("PutFunctionEventInvokeConfig",
           Json::object({{"FunctionName", "f"}, {"MaximumRetryAttempts", 0}}));
  house.send("f", R"({"x":1})");
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  const auto messages = house.queue.messages();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].payload, R"({"x":1})");
  ASSERT_EQ(messages[0].attributes.size(), 3u);
  EXPECT_EQ(messages[0].attributes[0].value, kId);
  EXPECT_EQ(messages[0].attributes[1].type, "Number");
  EXPECT_EQ(messages[0].attributes[1].value, "200");
  EXPECT_EQ(messages[0].attributes[2].value, "broken");
}

TEST(AsyncEvents, SurviveARestart) {
  Calls calls;
  EventsHouse house;
  house.script.invoke = [&](const Invocation& invocation) {
    calls.note(invocation);
    return calls.count() == 1 ? fails() : WorkerOutcome{.payload = "1"};
  };
  house.create("f");
  house.send("f", "1");
  ASSERT_TRUE(
      eventually([&] { return calls.count() == 1 && house.events->event_counts().running == 0; }));
  house.events->stop();  // accepted, but nobody runs it any more
  house.send("f", "2");
  house.begin();
  ASSERT_TRUE(eventually([&] { return calls.count() == 2; }));
  EXPECT_EQ(calls.all()[1].payload, "2");
  house.pass_ms(60'000);
  ASSERT_TRUE(eventually([&] { return house.idle(); }));
  EXPECT_EQ(calls.all()[2].payload, "1");
}

TEST(AsyncEvents, AThousandAtOnceLoseNothingAndLetOthersThrough) {
  std::mutex mutex;
  std::map<std::string, int> runs;
  LambdaOptions options;
  options.max_processes = 128;
  EventsHouse house(options);
  house.script.invoke = [&](const Invocation& invocation) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::lock_guard lock(mutex);
    runs[invocation.payload] += 1;
    return WorkerOutcome{.payload = "1"};
  };
  house.create("f");
  house.create("g");
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 250; ++i) house.send("f", std::to_string(sender * 250 + i));
    });
  }
  EXPECT_TRUE(house.call("Invoke", Json::object({{"FunctionName", "g"}}), R"("sync")").ok());
  EXPECT_TRUE(house.call("Invoke", Json::object({{"FunctionName", "f"}}), R"("sync")").ok());
  for (auto& sender : senders) sender.join();
  ASSERT_TRUE(eventually([&] { return house.idle(); }, 30'000));
  EXPECT_EQ(runs.size(), 1001u);
  for (const auto& [payload, count] : runs) EXPECT_EQ(count, payload == R"("sync")" ? 2 : 1);
}

TEST(AsyncEvents, AsATargetTheResourcePolicyIsAsked) {
  EventsHouse house;
  house.create("f");
  platform::Context cx = house.context();
  platform::Target* target = house.targets->find(kArn);
  ASSERT_EQ(target, house.events.get());
  const platform::Delivery delivery{
      kArn, "{}", "logs.amazonaws.com", "arn:aws:logs:us-east-1:000000000000:log-group:g:*", {}};
  EXPECT_FALSE(target->check(cx, delivery).ok());
  EXPECT_FALSE(target->deliver(cx, delivery).ok());
  house.ok("AddPermission", Json::object({{"FunctionName", "f"},
                                          {"StatementId", "s"},
                                          {"Action", "lambda:InvokeFunction"},
                                          {"Principal", "logs.amazonaws.com"}}));
  EXPECT_TRUE(target->check(cx, delivery).ok());
  EXPECT_TRUE(target->deliver(cx, delivery).ok());
  EXPECT_FALSE(
      target->deliver(cx, {std::string(kArn) + "x", "{}", {}, {}, {}}).ok());  // no such function
  EXPECT_EQ(house.targets->find("arn:aws:sns:us-east-1:000000000000:t"), nullptr);
}

TEST(AsyncEvents, WhatIsTooLargeIsRefused) {
  EventsHouse house;
  house.create("f");
  platform::Context cx = house.context();
  const std::string large = "\"" + std::string(1024 * 1024, 'x') + "\"";
  const Status sent = house.events->accept(cx, {kArn, kId, large, {}});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code->http_status, 413);
}

TEST(EventInvokeConfigs, PutUpdateGetListDelete) {
  EventsHouse house;
  house.create("f");
  const Json name = Json::object({{"FunctionName", "f"}});
  EXPECT_EQ(house.refusal("GetFunctionEventInvokeConfig", name),
            "ResourceNotFoundException: The function " + std::string(kArn) +
                ":$LATEST doesn't have an EventInvokeConfig");
  EXPECT_EQ(house.refusal("PutFunctionEventInvokeConfig", name),
            "InvalidParameterValueException: You must specify at least one of error handling or "
            "destination setting.");
  const Json put = house.ok("PutFunctionEventInvokeConfig",
                            Json::object({{"FunctionName", "f"}, {"MaximumRetryAttempts", 1}}));
  EXPECT_EQ(put["FunctionArn"].string_or(""), std::string(kArn) + ":$LATEST");
  EXPECT_EQ(put["MaximumRetryAttempts"].int_or(-1), 1);
  EXPECT_FALSE(put.has("MaximumEventAgeInSeconds"));
  EXPECT_EQ(write_json(put["DestinationConfig"]), R"({"OnSuccess":{},"OnFailure":{}})");
  const Json updated =
      house.ok("UpdateFunctionEventInvokeConfig",
               Json::object({{"FunctionName", "f"},
                             {"MaximumEventAgeInSeconds", 300},
                             {"DestinationConfig", destinations(kQueue, nullptr)}}));
  EXPECT_EQ(updated["MaximumRetryAttempts"].int_or(-1), 1);
  EXPECT_EQ(updated["MaximumEventAgeInSeconds"].int_or(-1), 300);
  EXPECT_EQ(write_json(house.ok("GetFunctionEventInvokeConfig", name)), write_json(updated));
  const Json listed = house.ok("ListFunctionEventInvokeConfigs", name);
  EXPECT_EQ(listed["FunctionEventInvokeConfigs"].size(), 1u);
  // Put replaces all of it.
  const Json replaced =
      house.ok("PutFunctionEventInvokeConfig",
               Json::object({{"FunctionName", "f"}, {"MaximumEventAgeInSeconds", 60}}));
  EXPECT_FALSE(replaced.has("MaximumRetryAttempts"));
  house.ok("DeleteFunctionEventInvokeConfig", name);
  EXPECT_FALSE(house.call("GetFunctionEventInvokeConfig", name).ok());
  EXPECT_FALSE(house.call("DeleteFunctionEventInvokeConfig", name).ok());
}

TEST(EventInvokeConfigs, DestinationsAreChecked) {
  EventsHouse house;
  house.create("f");
  const auto put = [&](const char* arn) {
    return house.refusal(
        "PutFunctionEventInvokeConfig",
        Json::object({{"FunctionName", "f"}, {"DestinationConfig", destinations(nullptr, arn)}}));
  };
  EXPECT_EQ(put(kArn),
            "InvalidParameterValueException: You can't specify the function as a destination for "
            "itself.");
  EXPECT_EQ(put("arn:aws:sns:us-east-1:000000000000:t"),
            "NotImplemented: A destination of the service sns is not implemented by Fairlead yet.");
  EXPECT_EQ(put(kQueue), "no error");
}

TEST(EventInvokeConfigs, GoWithTheFunction) {
  EventsHouse house;
  house.create("f");
  house.ok("PutFunctionEventInvokeConfig",
           Json::object({{"FunctionName", "f"}, {"MaximumRetryAttempts", 1}}));
  house.events->removed({"000000000000", "us-east-1", "f", "other"});
  EXPECT_TRUE(
      house.call("GetFunctionEventInvokeConfig", Json::object({{"FunctionName", "f"}})).ok());
  house.events->removed({"000000000000", "us-east-1", "f", ""});
  EXPECT_FALSE(
      house.call("GetFunctionEventInvokeConfig", Json::object({{"FunctionName", "f"}})).ok());
}

}  // namespace
}  // namespace fairlead::lambda
