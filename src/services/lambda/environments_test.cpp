// Warm workers: reuse, bounds, waiting, retirement.
#include <barrier>
#include <condition_variable>
#include <thread>

#include "services/lambda/test_house.h"

namespace fairlead::lambda {
namespace {

using test::House;
using Kind = platform::WorkerOutcome::Kind;
using test::WorkerOutcome;

Json input() { return Json::object({{"FunctionName", "chat"}}); }

// Invocations that stay inside until they are let go.
class Gate {
 public:
  WorkerOutcome pass(const test::Invocation& invocation) {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    --inside_;
    return WorkerOutcome{.payload = invocation.payload};
  }
  void wait_for(int inside) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= inside; });
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false;
};

struct Crowd {
  Crowd(House& house, int n) {
    for (int i = 0; i < n; ++i) {
      threads.emplace_back([&house, this] {
        const auto reply = house.call("Invoke", input(), "1");
        ++(reply.ok() ? answered : refused);
      });
    }
  }
  void join() {
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
  std::vector<std::thread> threads;
  std::atomic<int> answered{0}, refused{0};
};

TEST(EnvironmentsTest, ABurstGetsAWorkerEach) {
  LambdaOptions options;
  options.parallel_starts = 100;
  House house(options);
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 8);
  gate.wait_for(8);
  EXPECT_EQ(house.launches().launched(), 8u);
  gate.open();
  crowd.join();
  EXPECT_EQ(crowd.answered, 8);
  EXPECT_EQ(house.lambda->worker_counts().idle, 8u);
}

TEST(EnvironmentsTest, WorkersOfTheCallersOwnLoopAreTakenFirst) {
  House house;
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  std::barrier both(2);
  const auto caller = [&] {
    EXPECT_TRUE(house.call("Invoke", input(), "1").ok());
    both.arrive_and_wait();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(house.call("Invoke", input(), "1").ok());
  };
  std::thread first(caller), second(caller);
  gate.wait_for(2);
  gate.open();
  first.join();
  second.join();
  EXPECT_EQ(house.launches().launched(), 2u);
  EXPECT_EQ(house.launches().far, 0);
}

TEST(EnvironmentsTest, AWarmWorkerServesThoseWhoWait) {
  LambdaOptions options;
  options.parallel_starts = 1;
  House house(options);
  house.create("chat");
  Gate starting;
  house.script.init = [&] { return starting.pass({}); };
  Crowd crowd(house, 6);
  starting.wait_for(1);
  while (house.lambda->worker_counts().waiting < 5) std::this_thread::yield();
  EXPECT_EQ(house.launches().launched(), 1u);
  starting.open();
  crowd.join();
  EXPECT_EQ(crowd.answered, 6);
  EXPECT_EQ(house.lambda->worker_counts().busy, 0u);
  EXPECT_EQ(house.lambda->worker_counts().processes, house.lambda->worker_counts().idle);
}

TEST(EnvironmentsTest, TheMachinesBoundMakesThemWait) {
  LambdaOptions options;
  options.max_processes = 2;
  House house(options);
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 10);
  gate.wait_for(2);
  while (house.lambda->worker_counts().waiting < 8) std::this_thread::yield();
  EXPECT_EQ(house.launches().launched(), 2u);
  gate.open();
  crowd.join();
  EXPECT_EQ(crowd.answered, 10);
  EXPECT_EQ(house.launches().launched(), 2u);
}

TEST(EnvironmentsTest, AnotherFunctionsIdleWorkerMakesRoom) {
  LambdaOptions options;
  options.max_processes = 1;
  House house(options);
  house.create("chat");
  house.create("other");
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  ASSERT_TRUE(house.call("Invoke", Json::object({{"FunctionName", "other"}})).ok());
  EXPECT_EQ(house.lambda->worker_counts().processes, 1u);
  EXPECT_EQ(house.launches().living, 1);
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  EXPECT_EQ(house.launches().launched(), 3u);
}

TEST(EnvironmentsTest, PatienceEnds) {
  LambdaOptions options;
  options.max_processes = 1;
  options.max_wait_ms = INT64_MIN / 2;  // already over
  House house(options);
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 1);
  gate.wait_for(1);
  EXPECT_EQ(house.refusal("Invoke", input()), "TooManyRequestsException: Rate Exceeded.");
  gate.open();
  crowd.join();
  EXPECT_EQ(crowd.answered, 1);
}

TEST(EnvironmentsTest, ConcurrencyLimits) {
  LambdaOptions options;
  options.account_concurrency = 102;
  House house(options);
  house.create("chat");
  house.ok("PutFunctionConcurrency",
           Json::object({{"FunctionName", "chat"}, {"ReservedConcurrentExecutions", 1}}));
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 1);
  gate.wait_for(1);
  auto reply = house.call("Invoke", input());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().detail["Reason"].string_or(""),
            "ReservedFunctionConcurrentInvocationLimitExceeded");
  EXPECT_EQ(reply.error().code->http_status, 429);
  gate.open();
  crowd.join();
  house.ok("PutFunctionConcurrency",
           Json::object({{"FunctionName", "chat"}, {"ReservedConcurrentExecutions", 0}}));
  EXPECT_EQ(house.refusal("Invoke", input()), "TooManyRequestsException: Rate Exceeded.");
}

TEST(EnvironmentsTest, TheAccountsLimit) {
  LambdaOptions options;
  options.account_concurrency = 1;
  House house(options);
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 1);
  gate.wait_for(1);
  auto reply = house.call("Invoke", input());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().detail["Reason"].string_or(""), "ConcurrentInvocationLimitExceeded");
  gate.open();
  crowd.join();
  EXPECT_TRUE(house.call("Invoke", input()).ok());
}

TEST(EnvironmentsTest, AnUpdateLeavesRunningOnesAloneAndServesTheNextOnNewCode) {
  House house;
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  Crowd crowd(house, 1);
  gate.wait_for(1);
  house.ok("UpdateFunctionConfiguration", Json::object({{"FunctionName", "chat"}, {"Timeout", 9}}));
  EXPECT_EQ(house.launches().living, 1);
  gate.open();
  crowd.join();
  EXPECT_EQ(crowd.answered, 1);
  EXPECT_EQ(house.launches().living, 0);  // the old one was not kept
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  EXPECT_EQ(house.launches().launched(), 2u);
  EXPECT_EQ(house.launches().specs[1].init["function"]["timeoutMs"].int_or(0), 9000);
}

TEST(EnvironmentsTest, IdleWorkersAreEnded) {
  LambdaOptions options;
  options.idle_ms = 1000;
  House house(options);
  house.create("chat");
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  house.clock.advance_ms(999);
  house.lambda->retire_idle();
  EXPECT_EQ(house.launches().living, 1);
  house.clock.advance_ms(1);
  house.lambda->retire_idle();
  EXPECT_EQ(house.launches().living, 0);
  EXPECT_EQ(house.lambda->worker_counts().processes, 0u);
  house.ok("DeleteFunction", input());
}

TEST(EnvironmentsTest, DeletingEndsTheWorkers) {
  House house;
  house.create("chat");
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  house.ok("DeleteFunction", input());
  EXPECT_EQ(house.launches().living, 0);
}

TEST(EnvironmentsTest, WorkersWhoseCredentialsRunOutAreReplaced) {
  House house;
  house.create("chat");
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  house.clock.advance_ms(40 * 60 * 1000);
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  EXPECT_EQ(house.launches().launched(), 1u);
  house.clock.advance_ms(6 * 60 * 1000);
  ASSERT_TRUE(house.call("Invoke", input()).ok());
  EXPECT_EQ(house.launches().launched(), 2u);
}

TEST(EnvironmentsTest, ACallerThatGivesUpDoesNotStopTheFunction) {
  House house;
  house.create("chat");
  Gate gate;
  house.script.invoke = [&](const test::Invocation& i) { return gate.pass(i); };
  platform::Context cx = house.context();
  cx.deadline_ms = system_clock().monotonic_ms() + 30;
  const auto reply = house.lambda->invoke(
      cx, {.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:chat", .payload = "1"});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, &platform::kInvokeTimedOut);
  EXPECT_EQ(house.lambda->worker_counts().busy, 1u);
  gate.open();
  while (house.lambda->worker_counts().idle == 0) std::this_thread::yield();
}

TEST(EnvironmentsTest, ManyAtOnceLoseNothing) {
  LambdaOptions options;
  options.max_processes = 4;
  options.parallel_starts = 2;
  House house(options);
  house.create("chat");
  std::atomic<int> calls{0};
  house.script.invoke = [&](const test::Invocation& i) {
    const int n = ++calls;
    if (n % 7 == 0) return WorkerOutcome{.kind = Kind::kExited, .exit_code = 1};
    return WorkerOutcome{.payload = i.payload};
  };
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        if (!house.call("Invoke", input(), "1").ok()) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 800);
  EXPECT_EQ(failed, 0);
  const auto counts = house.lambda->worker_counts();
  EXPECT_EQ(counts.busy, 0u);
  EXPECT_EQ(counts.waiting, 0u);
  EXPECT_EQ(counts.processes, counts.idle);
  EXPECT_EQ(static_cast<int>(counts.idle), house.launches().living);
}

}  // namespace
}  // namespace fairlead::lambda
