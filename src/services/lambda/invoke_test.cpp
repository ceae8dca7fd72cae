// Running functions: what the caller sees, what the log says, who may.
#include <fstream>

#include "base/json_parse.h"
#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using platform::InvokeReply;
using platform::InvokeRequest;
using test::House;
using test::make_zip;
using Kind = platform::WorkerOutcome::Kind;
using test::WorkerOutcome;

const std::string kArn = "arn:aws:lambda:us-east-1:000000000000:function:chat";
const std::string kId = "8f3b6c1e-0000-4000-8000-000000000001";

Json input(Json more = Json::object()) {
  Json json = Json::object({{"FunctionName", "chat"}});
  for (auto& [key, value] : more.members()) json.set(key, value);
  return json;
}

TEST(InvokeTest, AnswersWithPayloadAndHeaders) {
  House house;
  house.create("chat");
  auto reply = house.call("Invoke", input(), R"({"a":1.50})");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, R"({"a":1.50})");
  EXPECT_EQ(write_json(reply->output), R"({"StatusCode":200,"ExecutedVersion":"$LATEST"})");
  EXPECT_EQ(house.call("Invoke", input())->body, "{}");  // no payload
  EXPECT_EQ(house.launches().launched(), 1u);            // the second one was warm
}

TEST(InvokeTest, LogLinesOfAColdAndAWarmInvocation) {
  House house;
  house.create("chat");
  house.script.init = [&] {
    house.clock.advance_ms(150);
    return WorkerOutcome{};
  };
  house.script.invoke = [&](const test::Invocation&) {
    house.launches().logs[0](1'768'254'296'599'123, "hello");
    house.clock.advance_ms(12);
    return WorkerOutcome{.payload = "1"};
  };
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  const std::vector<std::string> cold = house.logs.take();
  ASSERT_EQ(cold.size(), 5u);
  EXPECT_EQ(cold[0].substr(0, 83),
            "INIT_START Runtime Version: nodejs:20.v1\tRuntime Version ARN: "
            "arn:aws:lambda:us-eas");
  EXPECT_EQ(cold[1], "START RequestId: " + kId + " Version: $LATEST\n");
  EXPECT_EQ(cold[2], "hello\n");
  EXPECT_EQ(cold[3], "END RequestId: " + kId + "\n");
  const std::string report = "REPORT RequestId: " + kId +
                             "\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 128 MB\t"
                             "Max Memory Used: 30 MB\t";
  EXPECT_EQ(cold[4], report + "Init Duration: 150.00 ms\t\n");
  EXPECT_EQ(house.logs.group_, "/aws/lambda/chat");
  EXPECT_EQ(house.logs.stream_.substr(0, 20), "2026/01/12/[$LATEST]");
  EXPECT_EQ(house.logs.stream_.size(), 52u);

  auto reply = house.call("Invoke", input(Json::object({{"LogType", "Tail"}})));
  const std::vector<std::string> warm = house.logs.take();
  ASSERT_EQ(warm.size(), 4u);
  EXPECT_EQ(warm[3], report + "\n");
  EXPECT_EQ(*base64_decode(reply->output["LogResult"].string_or("")),
            warm[0] + warm[1] + warm[2] + warm[3]);
}

TEST(InvokeTest, TheTailIsTheLastFourKilobytes) {
  House house;
  house.create("chat");
  house.script.invoke = [&](const test::Invocation&) {
    for (int i = 0; i < 1000; ++i) house.launches().logs[0](0, "line " + std::to_string(i));
    return WorkerOutcome{.payload = "1"};
  };
  auto reply = house.call("Invoke", input(Json::object({{"LogType", "Tail"}})));
  const std::string tail = *base64_decode(reply->output["LogResult"].string_or(""));
  EXPECT_EQ(tail.size(), 4096u);
  EXPECT_NE(tail.find("line 999\nEND RequestId"), std::string::npos);
}

TEST(InvokeTest, EachWayToFail) {
  struct Case {
    WorkerOutcome outcome;
    std::string payload, log;
  };
  const std::string exited = "RequestId: " + kId + " Error: Runtime exited ";
  const Case cases[] = {
      {{.kind = Kind::kFunctionError, .payload = R"({"errorType":"E"})", .error_type = "E"},
       R"({"errorType":"E"})",
       ""},
      {{.kind = Kind::kTimeout},
       R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" + kId +
           R"( Error: Task timed out after 3.00 seconds"})",
       "2026-01-12T21:44:56.599Z " + kId + " Task timed out after 3.00 seconds\n\n"},
      {{.kind = Kind::kExited},
       R"({"errorType":"Runtime.ExitError","errorMessage":")" + exited +
           R"(without providing a reason"})",
       exited + "without providing a reason\nRuntime.ExitError\n"},
      {{.kind = Kind::kExited, .exit_code = 3},
       R"({"errorType":"Runtime.ExitError","errorMessage":")" + exited +
           R"(with error: exit status 3"})",
       exited + "with error: exit status 3\nRuntime.ExitError\n"},
      {{.kind = Kind::kExited, .exit_code = -9},
       R"({"errorType":"Runtime.ExitError","errorMessage":")" + exited +
           R"(with error: signal: killed"})",
       exited + "with error: signal: killed\nRuntime.ExitError\n"},
      {{.kind = Kind::kTooLarge},
       R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 )"
       R"(bytes).","errorType":"Function.ResponseSizeTooLarge"})",
       ""},
  };
  for (const Case& c : cases) {
    House house;
    house.create("chat");
    house.script.invoke = [&](const test::Invocation&) { return c.outcome; };
    auto reply = house.call("Invoke", input());
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->output["FunctionError"].string_or(""), "Unhandled");
    EXPECT_EQ(reply->body, c.payload);
    const std::vector<std::string> log = house.logs.take();
    if (!c.log.empty()) {
      EXPECT_EQ(log[2], c.log);
    }
    // A worker that died is replaced, any other one is used again.
    const bool died = c.outcome.kind == Kind::kTimeout || c.outcome.kind == Kind::kExited;
    ASSERT_TRUE(house.call("Invoke", input()).ok());
    EXPECT_EQ(house.launches().launched(), died ? 2u : 1u);
  }
}

TEST(InvokeTest, AProcessThatSaysItExitsGetsNoMoreWork) {
  House house;
  house.create("chat");
  house.script.invoke = [](const test::Invocation&) {
    return WorkerOutcome{
        .kind = Kind::kFunctionError, .payload = "{}", .error_type = "Runtime.ExitError"};
  };
  house.call("Invoke", input()).ok();
  house.call("Invoke", input()).ok();
  EXPECT_EQ(house.launches().launched(), 2u);
  EXPECT_EQ(house.launches().living, 0);
}

TEST(InvokeTest, InitErrorsAreTheAnswerAndAreTriedAgain) {
  House house;
  house.create("chat");
  int inits = 0;
  house.script.init = [&] {
    if (++inits > 1) return WorkerOutcome{};
    return WorkerOutcome{.kind = Kind::kFunctionError,
                         .payload = R"({"errorType":"Runtime.ImportModuleError"})",
                         .error_type = "Runtime.ImportModuleError"};
  };
  auto reply = house.call("Invoke", input());
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->output["FunctionError"].string_or(""), "Unhandled");
  EXPECT_EQ(reply->body, R"({"errorType":"Runtime.ImportModuleError"})");
  EXPECT_EQ(house.launches().living, 0);
  EXPECT_EQ(house.logs.take()[1],
            "INIT_REPORT Init Duration: 0.00 ms\tPhase: init\tStatus: error\t"
            "Error Type: Runtime.ImportModuleError\t\n");
  EXPECT_FALSE(house.call("Invoke", input())->output.has("FunctionError"));
  EXPECT_EQ(house.lambda->worker_counts().processes, 1u);
}

TEST(InvokeTest, ASlowInitGetsTheFunctionsTimeoutToo) {
  House house;
  house.create("chat");
  int inits = 0;
  house.script.init = [&] {
    if (++inits > 1) return WorkerOutcome{};
    house.clock.advance_ms(10'000);
    return WorkerOutcome{.kind = Kind::kTimeout};
  };
  auto reply = house.call("Invoke", input(), "7");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, "7");
  EXPECT_EQ(house.logs.take()[1],
            "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\t\n");

  house.ok("UpdateFunctionConfiguration", input(Json::object({{"Timeout", 5}})));
  house.script.init = [] { return WorkerOutcome{.kind = Kind::kTimeout}; };
  EXPECT_EQ(house.call("Invoke", input())->body,
            R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" + kId +
                R"( Error: Task timed out after 5.00 seconds"})");
  EXPECT_EQ(house.lambda->worker_counts().processes, 0u);
}

TEST(InvokeTest, JsonLogsOfThePlatform) {
  House house;
  const auto types = [&](const std::string& level) {
    house.create(level, Json::object({{"LoggingConfig", Json::object({{"LogFormat", "JSON"},
                                                                      {"SystemLogLevel", level},
                                                                      {"LogGroup", "/ours"}})}}));
    EXPECT_TRUE(house.call("Invoke", Json::object({{"FunctionName", level}}), "{}").ok());
    std::vector<Json> records;
    for (const std::string& line : house.logs.take()) records.push_back(*parse_json(line));
    return records;
  };
  const auto info = types("INFO");
  ASSERT_EQ(info.size(), 3u);
  EXPECT_EQ(house.logs.group_, "/ours");
  EXPECT_EQ(house.logs.stream_.substr(0, 24), "2026/01/12/INFO[$LATEST]");
  EXPECT_EQ(info[0]["type"].string_or(""), "platform.initStart");
  EXPECT_EQ(info[0]["record"]["runtimeVersion"].string_or(""), "nodejs:20.v1");
  EXPECT_EQ(write_json(info[1]), R"({"time":"2026-01-12T21:44:56.599Z","type":"platform.start",)"
                                 R"("record":{"requestId":")" +
                                     kId + R"(","version":"$LATEST"}})");
  EXPECT_EQ(info[2]["type"].string_or(""), "platform.report");
  EXPECT_EQ(info[2]["record"]["status"].string_or(""), "success");
  EXPECT_EQ(info[2]["record"]["metrics"]["memorySizeMB"].int_or(0), 128);
  EXPECT_EQ(info[2]["record"]["metrics"]["maxMemoryUsedMB"].int_or(0), 30);
  EXPECT_EQ(types("DEBUG").size(), 4u);
  EXPECT_EQ(types("WARN").size(), 0u);
}

TEST(InvokeTest, ACustomRuntimeWithoutBootstrap) {
  House house;
  house.create("own", Json::object({{"Runtime", "provided.al2023"}}));
  const auto reply = house.call("Invoke", Json::object({{"FunctionName", "own"}}), "{}");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, R"({"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: )" +
                             kId +
                             R"( Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap )"
                             R"(/opt/bootstrap]"})");
  EXPECT_EQ(reply->output["FunctionError"].string_or(""), "Unhandled");
  const auto log = house.logs.take();
  EXPECT_EQ(log[3], "RequestId: " + kId +
                        " Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap "
                        "/opt/bootstrap]\nRuntime.InvalidEntrypoint\n");
  EXPECT_EQ(house.launches().launched(), 0u);
}

TEST(InvokeTest, ABootstrapThatMayNotBeRun) {
  House house;
  const std::string zip = test::make_zip({{"bootstrap", "#!/bin/sh", 0100644}});
  house.create("own", Json::object({{"Runtime", "provided.al2023"},
                                    {"Code", Json::object({{"ZipFile", base64_encode(zip)}})}}));
  const auto reply = house.call("Invoke", Json::object({{"FunctionName", "own"}}), "{}");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, R"({"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: )" +
                             kId + R"( Error: fork/exec /var/task/bootstrap: permission denied"})");
}

class Queue : public EventQueue {
 public:
  Status accept(platform::Context&, QueuedEvent event) override {
    events.push_back(std::move(event));
    return {};
  }
  std::vector<QueuedEvent> events;
};

TEST(InvokeTest, EventsGoToTheQueue) {
  House house;
  house.create("chat", Json::object({{"Publish", true}}));
  const Json input =
      Json::object({{"FunctionName", "chat"}, {"Qualifier", "1"}, {"InvocationType", "Event"}});
  EXPECT_EQ(house.refusal("Invoke", input, "{}").substr(0, 14), "NotImplemented");
  Queue queue;
  house.lambda->set_event_queue(queue);
  const auto reply = house.call("Invoke", input, R"({"a":1})");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 202);
  EXPECT_EQ(reply->body, "");
  EXPECT_EQ(reply->output["StatusCode"].int_or(0), 202);
  ASSERT_EQ(queue.events.size(), 1u);
  EXPECT_EQ(queue.events[0].function_arn, "arn:aws:lambda:us-east-1:000000000000:function:chat:1");
  EXPECT_EQ(queue.events[0].payload, R"({"a":1})");
  EXPECT_EQ(queue.events[0].request_id, kId);
  const std::string megabyte = '"' + std::string(1024 * 1024 - 2, 'x') + '"';
  EXPECT_TRUE(house.call("Invoke", input, megabyte).ok());
  EXPECT_EQ(house.refusal("Invoke", input, megabyte + " "),
            "RequestTooLargeException: Request must be smaller than 1048576 bytes for the "
            "InvokeFunction operation");
  EXPECT_EQ(house.refusal("Invoke", input, "{").substr(0, 30), "InvalidRequestContentException");
  const auto old = house.call("InvokeAsync", Json::object({{"FunctionName", "chat"}}), "[1]");
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(old->status, 202);
  EXPECT_EQ(queue.events.back().payload, "[1]");
  EXPECT_EQ(house.launches().launched(), 0u);
}

TEST(InvokeTest, Refusals) {
  House house;
  house.create("chat");
  EXPECT_EQ(house.refusal("Invoke", input(), "{"),
            "InvalidRequestContentException: Could not parse request body into json: "
            "unexpected end of text at offset 1");
  EXPECT_EQ(house.refusal("Invoke", input(), "\"" + std::string(6 * 1024 * 1024, 'x') + "\""),
            "RequestTooLargeException: Request must be smaller than 6291456 bytes for the "
            "InvokeFunction operation");
  EXPECT_EQ(house.refusal("Invoke", input(Json::object({{"InvocationType", "Event"}}))),
            "NotImplemented: Invoke with InvocationType Event is not implemented by Fairlead yet.");
  EXPECT_EQ(house.refusal("Invoke", input(Json::object({{"Qualifier", "7"}}))),
            "ResourceNotFoundException: Function not found: " + kArn + ":7");
  auto dry = house.call("Invoke", input(Json::object({{"InvocationType", "DryRun"}})));
  EXPECT_EQ(dry->status, 204);
  EXPECT_EQ(house.launches().launched(), 0u);
}

TEST(InvokeTest, ARoleThatIsGone) {
  House house;
  house.create("chat");
  house.access.refuses_ = true;
  EXPECT_EQ(
      house.refusal("Invoke", input()),
      "AccessDeniedException: The role defined for the function cannot be assumed by Lambda.");
  EXPECT_EQ(house.lambda->worker_counts().processes, 0u);
  house.access.refuses_ = false;
  EXPECT_TRUE(house.call("Invoke", input()).ok());
}

TEST(InvokeTest, TheWorkerGetsItsEnvironment) {
  LambdaOptions options;
  options.endpoint_url = "http://127.0.0.1:4566";
  options.ca_file = "/data/ca.pem";
  House house(options);
  house.create(
      "chat",
      Json::object(
          {{"Environment",
            Json::object({{"Variables", Json::object({{"table", "t"}, {"TZ", "CET"}})}})}}));
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  const test::WorkerSpec spec = house.launches().specs.at(0);
  std::map<std::string, std::string> given(spec.environment.begin(), spec.environment.end());
  const std::pair<const char*, std::string> expected[] = {
      {"table", "t"},
      {"TZ", "CET"},
      {"_HANDLER", "index.handler"},
      {"AWS_REGION", "us-east-1"},
      {"AWS_EXECUTION_ENV", "AWS_Lambda_nodejs20.x"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"},
      {"AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"},
      {"AWS_SESSION_TOKEN", "token"},
      {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"},
      {"NODE_EXTRA_CA_CERTS", "/data/ca.pem"},
      {"AWS_NODEJS_CONNECTION_REUSE_ENABLED", "1"},
      {"AWS_LAMBDA_LOG_STREAM_NAME", house.logs.stream_},
      {"LAMBDA_TASK_ROOT", spec.working_folder},
  };
  for (const auto& [name, value] : expected) EXPECT_EQ(given[name], value) << name;
  EXPECT_EQ(spec.argv[0], "/opt/node20/bin/node");
  EXPECT_EQ(spec.init["environment"]["table"].string_or(""), "t");
  EXPECT_EQ(spec.init["endpoint"].string_or(""), "http://127.0.0.1:4566");
  namespace fs = std::filesystem;
  EXPECT_TRUE(fs::exists(spec.working_folder + "/index.js"));
  // The packages of the runtime are found in the parent folders.
  const fs::path set = fs::path(spec.working_folder).parent_path().parent_path();
  EXPECT_EQ(fs::read_symlink(set / "node_modules"),
            house.folder() + "/runtimes/nodejs/sdk/v3/node_modules");
  EXPECT_EQ(fs::read_symlink(set.parent_path() / "node_modules"),
            house.folder() + "/runtimes/nodejs/sdk/v2/node_modules");
}

TEST(InvokeTest, CodeThatIsGoneFromTheDiskIsUnpackedAgain) {
  House house;
  house.create("chat");
  std::filesystem::remove_all(house.folder() + "/data/functions");
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  EXPECT_TRUE(std::filesystem::exists(house.launches().specs.at(0).working_folder + "/index.js"));
}

TEST(InvokeTest, CodeOfAnEarlierBootIsNotTrusted) {
  House house;
  house.create("chat");
  const std::string functions = house.folder() + "/data/functions/";
  const auto damage = [&] {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(functions)) {
      if (entry.path().filename() == "index.js") std::filesystem::resize_file(entry.path(), 0);
    }
  };
  const auto size_at_next_start = [&] {
    EXPECT_TRUE(house.call("Invoke", input()).ok());
    const std::string folder = house.launches().specs.back().working_folder;
    return std::filesystem::file_size(folder + "/index.js");
  };
  damage();
  house.start();  // the same boot: what is there counts as complete
  EXPECT_EQ(size_at_next_start(), 0u);
  std::ofstream(functions + "boot-id") << "another\n";
  house.start();
  EXPECT_GT(size_at_next_start(), 0u);
}

TEST(InvokeTest, CleanUpRemovesUnusedCode) {
  House house;
  house.create("chat");
  house.create(
      "gone",
      Json::object({{"Code", Json::object({{"ZipFile",
                                            base64_encode(make_zip({{"index.js", "other"}}))}})}}));
  house.ok("DeleteFunction", Json::object({{"FunctionName", "gone"}}));
  const auto count = [&] {
    const auto folder = house.folder() + "/data/functions/v3";
    std::size_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (!entry.is_symlink()) ++folders;
    }
    return folders;
  };
  EXPECT_EQ(count(), 2u);
  ASSERT_TRUE(house.lambda->clean_up().ok());
  EXPECT_EQ(count(), 1u);
  EXPECT_TRUE(house.call("Invoke", input()).ok());
}

class PolicyTest : public testing::Test {
 protected:
  void allow(const char* principal, const char* source_arn, const char* account = "") {
    Json permission = Json::object({{"FunctionName", "chat"},
                                    {"StatementId", "s" + std::to_string(++statements_)},
                                    {"Action", "lambda:InvokeFunction"},
                                    {"Principal", principal},
                                    {"SourceArn", source_arn},
                                    {"SourceAccount", account}});
    house_.ok("AddPermission", permission);
  }
  std::string invoke(const char* principal, const char* source_arn) {
    platform::Context cx = house_.context();
    InvokeRequest request;
    request.function_arn = kArn;
    request.payload = "1";
    request.source_principal = principal;
    request.source_arn = source_arn;
    const auto reply = house_.lambda->invoke(cx, request);
    return reply.ok() ? reply->payload : reply.error().code->name;
  }
  House house_;
  int statements_ = 0;
};

TEST_F(PolicyTest, TheGatewayNeedsAStatement) {
  house_.create("chat");
  const char* gateway = "apigateway.amazonaws.com";
  const char* route = "arn:aws:execute-api:us-east-1:000000000000:api1/prod/$connect";
  EXPECT_EQ(invoke(gateway, route), "AccessDeniedException");
  allow("events.amazonaws.com", "");
  EXPECT_EQ(invoke(gateway, route), "AccessDeniedException");
  allow(gateway, "arn:aws:execute-api:us-east-1:000000000000:other/*/*");
  EXPECT_EQ(invoke(gateway, route), "AccessDeniedException");
  allow(gateway, "arn:aws:execute-api:us-east-1:000000000000:api1/*", "999999999999");
  EXPECT_EQ(invoke(gateway, route), "AccessDeniedException");
  allow(gateway, "arn:aws:execute-api:us-east-1:000000000000:api1/*");  // '*' crosses '/'
  EXPECT_EQ(invoke(gateway, route), "1");
  EXPECT_EQ(invoke("", ""), "1");  // the account's own caller
}

TEST_F(PolicyTest, OtherAccountsNeedAStatement) {
  house_.create("chat");
  platform::Context cx = house_.context();
  cx.caller.account = "222222222222";
  cx.caller.arn = "arn:aws:iam::222222222222:user/eve";
  InvokeRequest request{.function_arn = kArn, .payload = "1"};
  EXPECT_FALSE(house_.lambda->invoke(cx, request).ok());
  allow("222222222222", "");
  EXPECT_TRUE(house_.lambda->invoke(cx, request).ok());
}

}  // namespace
}  // namespace fairlead::lambda
