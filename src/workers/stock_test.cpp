// The stock through the launcher: what is taken, replaced, ended, and what keeps dying.
#include <fstream>

#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;

// Answers each invoke with its own pid, its environment's MODE and what init told.
const std::string kTeller = R"(
t, body = frame()
import json
init = json.loads(body)
send(16)
while True:
    header, payload = invoke()
    send(18, json.dumps([os.getpid(), os.environ.get('MODE'), init['handler']]).encode())
)";

class StockHouse : public WorkerHouse {
 protected:
  void restart(StockLimits limits) {
    launcher_.reset();
    launcher_ = std::make_unique<ProcessLauncher>(loops_, nullptr, limits);
  }
  static std::shared_ptr<platform::WorkerBase> base(const std::string& key,
                                                    const std::string& script) {
    auto base = std::make_shared<platform::WorkerBase>();
    base->key = key;
    base->argv = {"/usr/bin/python3", "-ISc", kFrameLibrary + script};
    base->environment = {{"PATH", "/usr/bin:/bin"}, {"MODE", "base"}};
    return base;
  }
  static platform::WorkerSpec spec_of(std::shared_ptr<const platform::WorkerBase> base,
                                      const std::string& handler) {
    platform::WorkerSpec spec = python_worker(kTeller);
    spec.environment.emplace_back("MODE", "own");
    spec.base = std::move(base);
    spec.init = Json::object({{"handler", handler}});
    return spec;
  }
  bool stocked(std::size_t count) {
    for (int i = 0; i < 2000 && launcher_->in_stock() != count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return launcher_->in_stock() == count;
  }
  std::string told(platform::Worker& worker) {
    const auto outcome = worker.invoke(invocation("{}"), in_ms(10'000));
    EXPECT_EQ(outcome.kind, Kind::kResponse);
    return outcome.payload;
  }
};

TEST_F(StockHouse, WaitingProcessesAreTakenAndReplaced) {
  const auto python = base("python", kTeller);
  launcher_->keep_ready(python);
  ASSERT_TRUE(stocked(2));
  EXPECT_EQ(launcher_->live_processes(), 2u);
  const auto one = launch_ready(spec_of(python, "a.handler"));
  const auto two = launch_ready(spec_of(python, "b.handler"));
  EXPECT_EQ(told(*one), "[" + std::to_string(one->pid()) + ", \"base\", \"a.handler\"]");
  EXPECT_EQ(told(*two), "[" + std::to_string(two->pid()) + ", \"base\", \"b.handler\"]");
  EXPECT_TRUE(stocked(2));
  EXPECT_EQ(launcher_->live_processes(), 4u);
}

TEST_F(StockHouse, WithoutStockAProcessOfItsOwnIsStarted) {
  const auto python = base("python", kTeller);
  const auto worker = launch_ready(spec_of(python, "a.handler"));
  EXPECT_NE(told(*worker).find("\"own\""), std::string::npos);
  EXPECT_TRUE(stocked(2)) << "its base was used: more are expected";
}

TEST_F(StockHouse, BoundedInAllAndTheLeastLatelyUsedGivesWay) {
  restart({.each = 2, .in_all = 3});
  launcher_->keep_ready(base("first", kTeller));
  ASSERT_TRUE(stocked(2));
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto second = base("second", kTeller);
  launcher_->keep_ready(second);
  ASSERT_TRUE(stocked(3));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(launcher_->in_stock(), 3u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(told(*launch_ready(spec_of(second, "x"))).find("\"base\""), std::string::npos);
  }
}

TEST_F(StockHouse, UnusedBasesEnd) {
  restart({.unused_ms = 300});
  launcher_->keep_ready(base("python", kTeller));
  ASSERT_TRUE(stocked(2));
  EXPECT_TRUE(stocked(0));
  EXPECT_TRUE(all_gone());
}

TEST_F(StockHouse, TheDeadAreReplacedMoreAndMoreSlowly) {
  const std::string marks = testing::TempDir() + "fairlead-stock-" + std::to_string(::getpid());
  std::remove(marks.c_str());
  launcher_->keep_ready(base("dying", "open('" + marks + "', 'a').write('x'); os._exit(1)"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  std::ifstream file(marks);
  const std::string started((std::istreambuf_iterator<char>(file)), {});
  EXPECT_GE(started.size(), 2u);
  EXPECT_LE(started.size(), 7u);
  std::remove(marks.c_str());
}

TEST_F(StockHouse, OneThatWasKilledIsNotTaken) {
  const auto python = base("python", kTeller);
  launcher_->keep_ready(python);
  ASSERT_TRUE(stocked(2));
  const int first = launch_ready(spec_of(python, "a"))->pid();  // ended at once
  ASSERT_TRUE(wait_gone(first));
  ASSERT_TRUE(stocked(2));
  auto taken = launch_ready(spec_of(python, "a"));
  const int second = taken->pid();
  ::kill(second, SIGKILL);
  EXPECT_EQ(taken->invoke(invocation("{}"), in_ms(5'000)).kind, Kind::kExited);
  EXPECT_NE(told(*launch_ready(spec_of(python, "a"))).find("\"base\""), std::string::npos);
}

TEST_F(StockHouse, ShutdownEndsWhatWaits) {
  launcher_->keep_ready(base("python", kTeller));
  ASSERT_TRUE(stocked(2));
  launcher_->keep_ready(base("other", kTeller));  // a start is under way
  const std::int64_t began_ms = in_ms(0);
  launcher_.reset();
  EXPECT_LT(in_ms(0) - began_ms, 3'000);
}

}  // namespace
}  // namespace fairlead::workers
