// Functions that flood, fork, hide or will not go: the server's memory stays bounded, the caller
// has its answer in time, and nothing is left running.
#include <dirent.h>

#include <fstream>

#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;

class BadFunctions : public WorkerHouse {
 protected:
  std::size_t log_bytes() {
    const std::lock_guard lock(mutex_);
    return log_bytes_;
  }
};

// Processes whose environment has this mark.
int living_with(const std::string& mark) {
  int count = 0;
  DIR* const all = ::opendir("/proc");
  while (const dirent* entry = ::readdir(all)) {
    std::ifstream file(std::string("/proc/") + entry->d_name + "/environ");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    if (text.find(mark) != std::string::npos) ++count;
  }
  ::closedir(all);
  return count;
}

// Each way to print without end: held back, and ended by the deadline.
TEST_F(BadFunctions, EndlessOutputIsHeldBack) {
  const char* const ways[] = {
      "line = (b'x' * 99 + b'\\n') * 600\nwhile True: os.write(1, line)",
      "while True: os.write(2, b'no line end ' * 5000)",
      "while True: log('y' * 60000)",
      "while True: os.write(1, b'\\n' * 60000)",
  };
  for (const char* way : ways) {
    const std::size_t before = log_bytes();
    const auto worker = launch_ready(python_worker(std::string("start(); invoke()\n") + way));
    const std::int64_t began_ms = in_ms(0);
    EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(1'500)).kind, Kind::kTimeout);
    EXPECT_LT(in_ms(0) - began_ms, 4'000);
    EXPECT_LT(log_bytes() - before, 60u << 20) << way;
  }
  EXPECT_TRUE(all_gone());
}

// The flood of one does not keep another waiting on the same loop.
TEST_F(BadFunctions, NeighboursOfAFloodGoOn) {
  const auto flood = launch_ready(
      python_worker("start(); invoke()\nwhile True: os.write(1, (b'x' * 99 + b'\\n') * 600)"));
  const auto echo = launch_ready(python_worker("start()\nwhile True: send(18, invoke()[1])"));
  const Future<Kind> ended;
  std::thread thread([&] { ended.set(flood->invoke(invocation("{}"), in_ms(1'500)).kind); });
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // it is held back by now
  for (int i = 0; i < 20; ++i) {
    const std::int64_t began_ms = in_ms(0);
    EXPECT_EQ(echo->invoke(invocation("[1]"), in_ms(5'000)).payload, "[1]");
    EXPECT_LT(in_ms(0) - began_ms, 500);
  }
  thread.join();
  EXPECT_EQ(ended.get(), Kind::kTimeout);
}

// What waits in the pipe when the answer comes is logged before it, even when it was held back.
TEST_F(BadFunctions, AHeldBackFunctionStillAnswers) {
  const auto worker = launch_ready(python_worker(R"(
start(); invoke()
for i in range(300): os.write(1, b'x' * 65535 + b'\n')
send(18, b'done')
rd(1)
)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(30'000)).payload, "done");
  EXPECT_GE(log_bytes(), 300 * 65535u);
}

TEST_F(BadFunctions, ForkBombsEndWithTheWorker) {
  const std::string mark = "FAIRLEAD_TEST_BOMB=" + std::to_string(::getpid());
  auto spec = python_worker(R"(
start(); invoke()
for i in range(7):
    try: os.fork()
    except OSError: pass
time.sleep(1000)
)");
  spec.environment.emplace_back("FAIRLEAD_TEST_BOMB", std::to_string(::getpid()));
  const auto worker = launch_ready(spec);
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(1'000)).kind, Kind::kTimeout);
  EXPECT_TRUE(all_gone());
  for (int i = 0; i < 400 && living_with(mark) > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(living_with(mark), 0);
}

TEST_F(BadFunctions, OneThatClosesItsChannelAndLivesOn) {
  const auto worker = launch_ready(python_worker("start(); invoke(); os.close(3); time.sleep(99)"));
  const std::int64_t began_ms = in_ms(0);
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).kind, Kind::kExited);
  EXPECT_LT(in_ms(0) - began_ms, 5'000);
  EXPECT_TRUE(all_gone());
}

// A grandchild in a session of its own holds the pipes open: the worker's end does not wait for it.
TEST_F(BadFunctions, AGrandchildKeepsThePipes) {
  const auto worker = launch_ready(python_worker(R"(
start(); invoke()
if os.fork() == 0:
    os.setsid()
    os.close(3)
    say('%d\n' % os.getpid())
    time.sleep(20)
    os._exit(0)
time.sleep(0.2)
sys.exit(5)
)"));
  const std::int64_t began_ms = in_ms(0);
  const auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_LT(in_ms(0) - began_ms, 5'000);
  EXPECT_TRUE(all_gone());
  ASSERT_FALSE(logs().empty());
  ::kill(std::stoi(logs().back()), SIGKILL);
}

TEST_F(BadFunctions, PeakMemoryIsKnownAfterTheEnd) {
  auto worker = launch(python_worker("frame(); send(17, b'{\"errorType\":\"x\"}'); rd(1)"));
  EXPECT_EQ(worker->init(in_ms(20'000)).kind, Kind::kFunctionError);
  EXPECT_GT(worker->max_memory_bytes(), 1'000'000);
  worker = launch_ready(python_worker("start(); invoke(); sys.exit(1)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).kind, Kind::kExited);
  EXPECT_TRUE(all_gone());
  EXPECT_GT(worker->max_memory_bytes(), 1'000'000);
  worker = launch_ready(python_worker(R"(
start(); invoke()
data = b'a' * 50_000_000
send(18, b'1')
invoke(); time.sleep(100)
)"));
  EXPECT_LT(worker->max_memory_bytes(), 40'000'000);
  worker->invoke(invocation("{}"), in_ms(20'000));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a reading may be 10 ms old
  EXPECT_GT(worker->max_memory_bytes(), 50'000'000);
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(100)).kind, Kind::kTimeout);
  EXPECT_GT(worker->max_memory_bytes(), 50'000'000);
}

}  // namespace
}  // namespace fairlead::workers
