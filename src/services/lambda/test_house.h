// For this room's tests: a Lambda service in memory, with workers that run C++ instead of Node.js.
#pragma once

#include <gtest/gtest.h>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/ids.h"
#include "services/lambda/lambda.h"
#include "services/lambda/test_zip.h"
#include "storage/blobs.h"
#include "storage/store.h"

namespace fairlead::lambda::test {

using platform::Invocation;
using platform::WorkerOutcome;
using platform::WorkerSpec;

// What the workers of a test do; every member may be replaced while nothing runs.
struct Script {
  std::function<WorkerOutcome(const Invocation&)> invoke = [](const Invocation& invocation) {
    return WorkerOutcome{.payload = invocation.payload};
  };
  std::function<WorkerOutcome()> init = [] { return WorkerOutcome{}; };
};

struct LaunchLog {
  std::mutex mutex;
  std::vector<WorkerSpec> specs;
  std::vector<platform::WorkerLog> logs;
  std::atomic<int> living{0};
  std::atomic<int> far{0};  // invocations from another thread than the worker was launched on
  std::size_t launched() {
    std::lock_guard lock(mutex);
    return specs.size();
  }
};

class FakeWorker : public platform::Worker {
 public:
  FakeWorker(Script& script, LaunchLog& log) : script_(script), log_(log) { ++log_.living; }
  ~FakeWorker() override { --log_.living; }
  WorkerOutcome init(std::int64_t) override { return note(script_.init()); }
  WorkerOutcome invoke(const Invocation& invocation, std::int64_t) override {
    EXPECT_FALSE(busy_.exchange(true)) << "two invocations at once";
    if (!is_near()) ++log_.far;
    WorkerOutcome outcome = note(script_.invoke(invocation));
    busy_ = false;
    return outcome;
  }
  bool alive() const override { return alive_; }
  bool is_near() const override { return std::this_thread::get_id() == home_; }
  void kill() override { alive_ = false; }
  std::int64_t max_memory_bytes() const override { return 30 * 1024 * 1024; }
  int pid() const override { return 42; }

 private:
  WorkerOutcome note(WorkerOutcome outcome) {
    const auto kind = outcome.kind;
    if (kind == WorkerOutcome::Kind::kTimeout || kind == WorkerOutcome::Kind::kExited) {
      alive_ = false;
    }
    return outcome;
  }
  Script& script_;
  LaunchLog& log_;
  std::atomic<bool> alive_{true}, busy_{false};
  const std::thread::id home_ = std::this_thread::get_id();
};

class FakeLauncher : public platform::WorkerLauncher {
 public:
  explicit FakeLauncher(Script& script) : script_(script) {}
  Result<std::unique_ptr<platform::Worker>> launch(const WorkerSpec& spec,
                                                   platform::WorkerLog log) override {
    std::lock_guard lock(log_.mutex);
    log_.specs.push_back(spec);
    log_.logs.push_back(std::move(log));
    return std::unique_ptr<platform::Worker>(std::make_unique<FakeWorker>(script_, log_));
  }
  LaunchLog& log() { return log_; }

 private:
  Script& script_;
  LaunchLog log_;
};

class FakeLogs : public platform::LogSink {
 public:
  void write(const std::string&, const std::string&, const std::string& group,
             const std::string& stream, std::vector<platform::LogEvent> events) override {
    std::lock_guard lock(mutex_);
    group_ = group;
    stream_ = stream;
    for (auto& event : events) texts_.push_back(std::move(event.message));
  }
  std::vector<std::string> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(texts_, {});
  }
  std::string group_, stream_;

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

class FakeAccess : public platform::Access {
 public:
  std::optional<platform::Credential> find(std::string_view) override { return std::nullopt; }
  Result<platform::Credential> assume_for_service(platform::Context& cx, const std::string& role,
                                                  const std::string&) override {
    static const ErrorCode kMissing{"NoSuchEntity", 404};
    if (refuses_ || role.ends_with("/missing")) return Error{&kMissing, "no such role", {}};
    platform::Credential credential;
    credential.secret = "secret";
    credential.session_token = "token";
    credential.expires_ms = cx.now_ms + session_ms_;
    credential.principal.access_key = "ASIAEXAMPLE";
    return credential;
  }
  std::int64_t session_ms_ = 3'600'000;
  bool refuses_ = false;
};

constexpr const char* kRole = "arn:aws:iam::000000000000:role/runner";

// A service with everything around it; its folder disappears with it.
class House {
 public:
  explicit House(LambdaOptions options = {}) : folder_(make_folder()), launcher_(script) {
    options.data_folder = folder_ + "/data";
    options.runtimes_folder = folder_ + "/runtimes";
    options.interpreters = {{"nodejs20.x", "/opt/node20/bin/node"}};
    options.spawn = [](std::function<void()> task) { std::thread(std::move(task)).detach(); };
    options_ = options;
    start();
  }
  ~House() {
    lambda.reset();
    std::filesystem::remove_all(folder_);
  }
  // As after a restart of the server: the same store, blobs and disk, nothing in memory.
  void start() {
    lambda.reset();
    registry = platform::Registry();
    lambda = std::make_unique<Lambda>(*store, *blobs, launcher_, logs, access, clock, options_);
    add_lambda(registry, *lambda);
  }

  platform::Context context() const {
    platform::Context cx;
    cx.request_id = "8f3b6c1e-0000-4000-8000-000000000001";
    cx.caller.kind = platform::Principal::Kind::kRoot;
    cx.caller.account = cx.account;
    cx.caller.arn = "arn:aws:iam::000000000000:root";
    cx.now_ms = clock.now_ms();
    return cx;
  }

  Result<platform::Reply> call(const std::string& operation, Json input, std::string body = {}) {
    platform::Context cx = context();
    platform::Request request;
    request.input = std::move(input);
    request.body = std::move(body);
    return registry.run("lambda", operation, cx, request);
  }
  Json ok(const std::string& operation, Json input) {
    auto reply = call(operation, std::move(input));
    EXPECT_TRUE(reply.ok()) << operation << ": " << (reply.ok() ? "" : reply.error().message);
    return reply.ok() ? std::move(reply->output) : Json();
  }
  // "<code>: <message>"
  std::string refusal(const std::string& operation, Json input, std::string body = {}) {
    auto reply = call(operation, std::move(input), std::move(body));
    if (reply.ok()) return "no error";
    return std::string(reply.error().code->name) + ": " + reply.error().message;
  }

  static Json new_function(const std::string& name, Json more = Json::object()) {
    Json input = Json::object({
        {"FunctionName", name},
        {"Runtime", "nodejs20.x"},
        {"Role", kRole},
        {"Handler", "index.handler"},
        {"Code", Json::object({{"ZipFile", base64_encode(code())}})},
    });
    for (auto& [key, value] : more.members()) input.set(key, value);
    return input;
  }
  static const std::string& code() {
    static const std::string zip = make_zip({{"index.js", "exports.handler = async () => 1;"}});
    return zip;
  }
  Json create(const std::string& name, Json more = Json::object()) {
    return ok("CreateFunction", new_function(name, std::move(more)));
  }
  LaunchLog& launches() { return launcher_.log(); }
  const std::string& folder() const { return folder_; }

  ManualClock clock;
  std::unique_ptr<storage::Store> store = storage::make_memory_store();
  std::unique_ptr<storage::Blobs> blobs = storage::make_memory_blobs();
  Script script;
  FakeLogs logs;
  FakeAccess access;
  platform::Registry registry;
  std::unique_ptr<Lambda> lambda;

 private:
  static std::string make_folder() {
    const std::string folder = testing::TempDir() + "fairlead-lambda-" + random_hex(16);
    std::filesystem::create_directories(folder + "/runtimes/nodejs/sdk");
    return folder;
  }
  std::string folder_;
  FakeLauncher launcher_;
  LambdaOptions options_;
};

}  // namespace fairlead::lambda::test
