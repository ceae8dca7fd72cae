// A CloudWatch Logs of its own for each test: memory store, manual clock, the operation table.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "services/logs/logs.h"

namespace fairlead::logs {

class LogsTest : public testing::Test {
 protected:
  Result<Json> run(const char* operation, Json input) {
    platform::Context cx;
    cx.now_ms = clock_.now_ms();
    cx.account = account_;
    platform::Request request;
    request.input = std::move(input);
    auto reply = registry_.run("logs", operation, cx, request);
    if (!reply.ok()) return std::move(reply).error();
    return std::move(reply).value().output;
  }
  std::string refusal(const char* operation, Json input) {
    const auto result = run(operation, std::move(input));
    return result.ok() ? "accepted" : result.error().code->name + (": " + result.error().message);
  }
  static Json group() { return Json::object({{"logGroupName", "g"}}); }
  static Json stream(const char* name = "s") {
    return Json::object({{"logGroupName", "g"}, {"logStreamName", name}});
  }
  static Json with(Json input, const char* name, Json value) {
    input.set(name, std::move(value));
    return input;
  }
  void print(const char* stream_name, std::initializer_list<const char*> lines) {
    std::vector<platform::LogEvent> events;
    for (const char* line : lines) {
      clock_.advance_ms(1);
      events.push_back({clock_.now_ms(), line});
    }
    logs_->write(account_, "us-east-1", "g", stream_name, std::move(events));
  }
  static std::string messages(const Json& page) {
    std::string all;
    for (const Json& event : page["events"].items()) all += event["message"].string_or("") + "|";
    return all;
  }
  // The server dies and comes back with what is in the store.
  void restart() {
    logs_ = std::make_unique<Logs>(*store_, clock_);
    registry_ = platform::Registry();
    add_logs(registry_, *logs_);
  }

  std::string account_ = "000000000000";
  ManualClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::make_memory_store();
  std::unique_ptr<Logs> logs_ = std::make_unique<Logs>(*store_, clock_);
  platform::Registry registry_ = [this] {
    platform::Registry registry;
    add_logs(registry, *logs_);
    return registry;
  }();
};

}  // namespace fairlead::logs
