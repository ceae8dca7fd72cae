// Real processes that speak frames: outcomes, timeouts, memory, floods, deaths at every moment,
// and that nothing outlives its launcher.
#include <atomic>

#include "base/json_parse.h"
#include "base/limits.h"
#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

using Kind = platform::WorkerOutcome::Kind;
using Strings = std::vector<std::string>;

class FrameWorkers : public WorkerHouse {};

TEST_F(FrameWorkers, InitInvokeAndLogsInOrder) {
  const auto worker = launch_ready(python_worker(R"(
init = start()
for i in range(2):
    header, payload = invoke()
    log('first\nsecond line\n')
    say('raw %d\n' % i)
    log('third')
    version = os.environ['FAIRLEAD_FRAMES']
    send(18, json.dumps([init, header, json.loads(payload), version]).encode())
rd(1)
)"));
  auto work = invocation(R"({"a":1})");
  work.client_context = R"({"custom":1})";
  const auto outcome = worker->invoke(work, in_ms(20'000));
  ASSERT_EQ(outcome.kind, Kind::kResponse);
  const auto answer = parse_json(outcome.payload);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->items()[0]["handler"].string_or(""), "index.handler");
  const Json& header = answer->items()[1];
  EXPECT_EQ(header["requestId"].string_or(""), work.request_id);
  EXPECT_EQ(header["deadlineMs"].int_or(0), 1'768'254'296'599);
  EXPECT_EQ(header["invokedFunctionArn"].string_or(""), work.function_arn);
  EXPECT_EQ(header["traceId"].string_or(""), "Root=1-2-3");
  EXPECT_EQ(header["clientContext"].string_or(""), R"({"custom":1})");
  EXPECT_FALSE(header.has("cognitoIdentity"));
  EXPECT_EQ(answer->items()[3].string_or(""), "1");
  // Everything that was printed before the answer is there when invoke returns.
  Strings seen = logs();
  EXPECT_EQ(seen.size(), 3u);
  std::erase(seen, "raw 0");  // its place among the frames is not exact
  EXPECT_EQ(seen, (Strings{"first\nsecond line", "third"}));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).kind, Kind::kResponse);
  EXPECT_TRUE(worker->alive());
  EXPECT_GT(worker->max_memory_bytes(), 3'000'000);
}

TEST_F(FrameWorkers, ErrorsAreValues) {
  const auto worker = launch_ready(python_worker(R"(
start()
invoke(); error('TypeError', b'{"errorType":"TypeError","errorMessage":"x"}')
invoke(); send(18, b'fine')
rd(1)
)"));
  auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kFunctionError);
  EXPECT_EQ(outcome.error_type, "TypeError");
  EXPECT_EQ(outcome.payload, R"({"errorType":"TypeError","errorMessage":"x"})");
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.payload, "fine");
}

TEST_F(FrameWorkers, InitFailures) {
  struct Case {
    const char* script;
    Kind kind;
    int exit_code;
  };
  const Case cases[] = {
      {R"(frame(); send(17, b'{"errorType":"Runtime.ImportModuleError"}'); sys.exit(1))",
       Kind::kFunctionError, 0},
      {"frame(); sys.exit(5)", Kind::kExited, 5},
      {"import signal; os.kill(os.getpid(), signal.SIGSEGV)", Kind::kExited, -SIGSEGV},
      {"raise Exception('before anything')", Kind::kExited, 1},
      {"send(18, b'an answer'); time.sleep(1000)", Kind::kExited, -SIGKILL},
      {"os.write(3, b'HTTP/1.1 200 OK' * 100); time.sleep(1000)", Kind::kExited, -SIGKILL},
      {"frame(); time.sleep(1000)", Kind::kTimeout, 0},
  };
  for (const Case& c : cases) {
    const auto worker = launch(python_worker(c.script));
    const auto outcome = worker->init(in_ms(c.kind == Kind::kTimeout ? 300 : 20'000));
    EXPECT_EQ(outcome.kind, c.kind) << c.script;
    EXPECT_EQ(outcome.exit_code, c.exit_code) << c.script;
    if (c.kind == Kind::kFunctionError) {
      EXPECT_EQ(outcome.error_type, "Runtime.ImportModuleError");
    }
    EXPECT_FALSE(worker->alive()) << c.script;
    EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).kind, Kind::kExited);
  }
  EXPECT_TRUE(all_gone());
}

TEST_F(FrameWorkers, EndsDuringInvoke) {
  struct Case {
    const char* script;
    int exit_code;
  };
  const Case cases[] = {
      {"sys.exit(3)", 3},
      {"sys.exit(0)", 0},
      {"os.kill(os.getpid(), 9)", -SIGKILL},
      {"os.abort()", -SIGABRT},
      {"send(16)", -SIGKILL},                           // ready twice
      {"send(99, b'x')", -SIGKILL},                     // no such type
      {"send(19, b'\\xff\\xff\\xff\\xff')", -SIGKILL},  // header does not fit
      {"os.write(3, b'\\0\\0\\0\\0')", -SIGKILL},       // length 0
      {"os.write(3, b'\\xff\\xff\\xff\\xff\\x12')", -SIGKILL},
      {"os.close(3); time.sleep(1000)", -SIGKILL},  // the channel alone is closed
  };
  for (const Case& c : cases) {
    const auto worker = launch_ready(python_worker("start(); invoke()\nlog('last words')\n" +
                                                   std::string(c.script) + "\ntime.sleep(1000)"));
    const auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
    EXPECT_EQ(outcome.kind, Kind::kExited) << c.script;
    EXPECT_EQ(outcome.exit_code, c.exit_code) << c.script;
    EXPECT_EQ(logs().back(), "last words");
    EXPECT_FALSE(worker->alive());
  }
  EXPECT_TRUE(all_gone());
}

TEST_F(FrameWorkers, AnswersThenExits) {
  const auto worker = launch_ready(python_worker("start(); invoke(); send(18, b'1'); os._exit(4)"));
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).payload, "1");
  const auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, 4);
}

TEST_F(FrameWorkers, TimeoutKillsTheWholeGroup) {
  const auto worker = launch_ready(python_worker(R"(
import subprocess
start(); invoke()
child = subprocess.Popen(['/bin/sleep', '1000'])
log(str(child.pid)); say('started\n')
time.sleep(1000)
)"));
  const int pid = worker->pid();
  const auto outcome = worker->invoke(invocation("{}"), in_ms(1'000));
  EXPECT_EQ(outcome.kind, Kind::kTimeout);
  EXPECT_FALSE(worker->alive());
  ASSERT_EQ(logs().size(), 2u);
  EXPECT_TRUE(wait_gone(pid));
  int grandchild = 0;
  for (const std::string& text : logs()) grandchild = std::max(grandchild, std::atoi(text.c_str()));
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(wait_gone(grandchild));
}

TEST_F(FrameWorkers, LargePayloads) {
  const auto worker = launch_ready(python_worker(R"(
start()
header, payload = invoke(); send(18, payload)
header, payload = invoke(); send(18, b'x' * 6291557)
header, payload = invoke(); time.sleep(0.05); send(18, str(len(payload)).encode())
rd(1)
)"));
  std::string payload(limits::kMaxLambdaResponse, 'a');
  for (std::size_t i = 0; i < payload.size(); i += 1000)
    payload[i] = static_cast<char>('b' + i % 23);
  auto outcome = worker->invoke(invocation(payload), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kResponse);
  EXPECT_TRUE(outcome.payload == payload);
  outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kTooLarge);
  outcome = worker->invoke(invocation(payload), in_ms(20'000));
  EXPECT_EQ(outcome.payload, std::to_string(payload.size()));
}

TEST_F(FrameWorkers, AWorkerThatDoesNotReadTimesOut) {
  const auto worker = launch_ready(python_worker("start(); time.sleep(1000)"));
  const std::string payload(6 * 1024 * 1024, 'a');
  EXPECT_EQ(worker->invoke(invocation(payload), in_ms(300)).kind, Kind::kTimeout);
}

TEST_F(FrameWorkers, FloodsAreSurvived) {
  const auto worker = launch_ready(python_worker(R"(
start(); invoke()
line = b'x' * 999 + b'\n'
for i in range(20000): os.write(1, line)
os.write(2, b'no line end ' * 100000)
for i in range(20000): log('y' * 100)
send(18, b'done')
rd(1)
)"));
  const auto outcome = worker->invoke(invocation("{}"), in_ms(60'000));
  EXPECT_EQ(outcome.payload, "done");
  const std::lock_guard lock(mutex_);
  EXPECT_GE(log_bytes_, 20'000 * 999u + 2'000'000u);
}

TEST_F(FrameWorkers, MemoryLimitKills) {
  auto spec = python_worker(R"(
start(); invoke()
data = b'a' * 20_000_000
time.sleep(0.3)
send(18, b'within')
invoke()
data = [b'a' * 10_000_000 for i in range(20)]
time.sleep(1000)
)");
  spec.memory_mb = 64;
  const auto worker = launch_ready(spec);
  EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(20'000)).payload, "within");
  const auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, -SIGKILL);
  EXPECT_GT(worker->max_memory_bytes(), 64'000'000);
}

TEST_F(FrameWorkers, KillFromOutsideEndsTheInvoke) {
  const auto worker = launch_ready(python_worker("start(); invoke(); time.sleep(1000)"));
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    worker->kill();
  });
  const auto outcome = worker->invoke(invocation("{}"), in_ms(20'000));
  killer.join();
  EXPECT_EQ(outcome.kind, Kind::kExited);
  EXPECT_EQ(outcome.exit_code, -SIGKILL);
}

TEST_F(FrameWorkers, NoLogAfterTheHandle) {
  for (int i = 0; i < 5; ++i) {
    std::atomic<bool> gone{false};
    std::atomic<int> late{0};
    std::atomic<int> seen{0};
    auto worker =
        launcher_
            ->launch(python_worker("start()\nwhile True: log('x'); say('y' * 999 + '\\n')"),
                     [&](std::int64_t, std::string_view) {
                       ++seen;
                       if (gone) ++late;
                     })
            .value();
    EXPECT_EQ(worker->init(in_ms(20'000)).kind, Kind::kResponse);
    while (seen < 100) std::this_thread::yield();
    worker.reset();
    gone = true;
    EXPECT_TRUE(all_gone());
    EXPECT_EQ(late, 0);
  }
}

TEST_F(FrameWorkers, LaunchFailuresAreErrors) {
  auto spec = python_worker("");
  spec.argv = {"/nowhere/node"};
  const auto worker = launcher_->launch(spec, nullptr);
  ASSERT_FALSE(worker.ok());
  EXPECT_EQ(worker.error().message, "program: No such file or directory");
  EXPECT_EQ(launcher_->live_processes(), 0u);
}

TEST_F(FrameWorkers, NothingOutlivesTheLauncher) {
  std::vector<int> pids;
  std::vector<std::unique_ptr<platform::Worker>> workers;
  for (int i = 0; i < 4; ++i) {
    workers.push_back(launch_ready(python_worker("start(); time.sleep(1000)")));
    pids.push_back(workers.back()->pid());
  }
  workers.pop_back();  // dropping the handle kills, too
  EXPECT_TRUE(wait_gone(pids.back()));
  launcher_.reset();
  for (const int pid : pids) EXPECT_NE(::kill(pid, 0), 0);
}

// Several workers, invoked from fibers of both loops, wherever the worker lives.
TEST_F(FrameWorkers, FibersOfAnyLoop) {
  constexpr int kWorkers = 6;
  constexpr int kInvokes = 50;
  Future<int> done[kWorkers];
  for (int i = 0; i < kWorkers; ++i) {
    loops_.at(static_cast<std::size_t>(i) % 2).post([this, i, &done] {
      net::spawn([this, i, &done] {
        auto worker = launch_ready(python_worker(R"(
start()
while True:
    header, payload = invoke()
    log('working')
    send(18, payload)
)"));
        const Future<int> other;
        loops_.at(static_cast<std::size_t>(i / 2) % 2).post([&worker, other] {
          net::spawn([&worker, other] {
            int right = 0;
            for (int n = 0; n < kInvokes; ++n) {
              const std::string payload = std::to_string(n);
              right += worker->invoke(invocation(payload), in_ms(20'000)).payload == payload;
            }
            other.set(right);
          });
        });
        done[i].set(other.get());
      });
    });
  }
  for (const auto& result : done) EXPECT_EQ(result.get(), kInvokes);
  EXPECT_TRUE(all_gone());
}

}  // namespace
}  // namespace fairlead::workers
