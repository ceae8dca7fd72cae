// Orders to a zygote that forks without namespaces, and to ones that misbehave.
#include "workers/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "net/descriptor.h"
#include "workers/live_processes.h"
#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

// answer(order, fds) is the script's; it returns the reply.
const std::string kZygote = R"(
import os, socket, json, array, sys, time
door = socket.socket(fileno=3)
def loop(answer):
    door.send(b'{"ready":1}')
    while True:
        text, control, flags, address = door.recvmsg(65536, socket.CMSG_SPACE(16 * 4))
        if not text: os._exit(0)
        fds = array.array('i')
        for level, kind, data in control: fds.frombytes(data)
        reply = answer(json.loads(text), list(fds))
        for fd in fds: os.close(fd)
        if reply is not None: door.send(json.dumps(reply).encode())
)";
const std::string kForks = R"(
def answer(order, fds):
    pid = os.fork()
    if pid == 0:
        for at in (1, 2, 3): os.dup2(fds[at], at)
        os.write(3, ('%s %s %d' % (order['environment']['NAME'], order['workingFolder'], len(fds))).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return {'id': order['id'], 'pid': pid}
loop(answer)
)";

class Zygotes : public testing::Test {
 protected:
  Zygotes() : loops_(2), live_(std::make_shared<LiveProcesses>()) {
    loops_.start();
    plain_ = net::make_plain_launcher();
  }
  ~Zygotes() override {
    live_->kill_all();
    EXPECT_TRUE(live_->wait_empty(5'000));
    loops_.stop();
    loops_.join();
  }

  std::unique_ptr<Zygote> zygote(const std::string& script) {
    platform::WorkerBase base;
    base.key = "python";
    base.environment = {{"PATH", "/usr/bin:/bin"}};
    base.zygote = {"/usr/bin/python3", "-ISc", kZygote + script};
    return std::make_unique<Zygote>(
        base, [this](net::ChildSpec spec) -> Result<std::shared_ptr<ZygoteProcess>> {
          ++starts_;
          WatchedProcess::Setup setup{
              .loop = loops_.at(0),
              .name = "zygote",
              .child = TRY(plain_->launch(std::move(spec))),
              .log = nullptr,
              .memory_limit_bytes = INT64_MAX,
              .gone = [live = live_](WatchedProcess& process) { live->remove(process); }};
          auto process = std::make_shared<ZygoteProcess>(std::move(setup));
          last_ = process;
          live_->add(process);
          process->loop().post([process] { process->begin(); });
          return process;
        });
  }
  // Orders a fork and reads what it writes on its channel.
  std::string forked(Zygote& zygote, const std::string& name, std::size_t cgroups = 0) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const net::Descriptor ours(ends[0]);
    net::Descriptor theirs(ends[1]);
    const net::Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    net::ForkOrder order;
    order.sandbox = order.output = order.errors = nothing.get();
    order.channel = theirs.get();
    order.cgroups.assign(cgroups, nothing.get());
    order.environment = {"NAME=" + name};
    order.working_folder = "/tmp";
    const auto pid = zygote.fork_into(order);
    if (!pid.ok()) return pid.error().message;
    EXPECT_GT(*pid, 0);
    theirs.close();
    char text[256];
    const ssize_t n = ::read(ours.get(), text, sizeof text);
    return std::string(text, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  }

  net::Loops loops_;
  std::shared_ptr<LiveProcesses> live_;
  std::unique_ptr<net::ChildLauncher> plain_;
  std::atomic<int> starts_{0};
  std::shared_ptr<ZygoteProcess> last_;
};

TEST_F(Zygotes, ForksByOrder) {
  const auto zygote = this->zygote(kForks);
  EXPECT_EQ(forked(*zygote, "a"), "a /tmp 4");
  EXPECT_EQ(forked(*zygote, "b", 2), "b /tmp 6");
  EXPECT_EQ(starts_, 1);
}

TEST_F(Zygotes, OrdersFromManyAtOnce) {
  const auto zygote = this->zygote(kForks);
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = "n" + std::to_string(i);
      for (int turn = 0; turn < 5; ++turn) EXPECT_EQ(forked(*zygote, name), name + " /tmp 4");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(starts_, 1) << "whoever comes during the start waits for it";
}

TEST_F(Zygotes, ItsReasonIsTold) {
  const auto zygote =
      this->zygote("loop(lambda order, fds: {'id': order['id'], 'error': 'setns: no'})");
  EXPECT_EQ(forked(*zygote, "a"), "zygote: setns: no");
}

TEST_F(Zygotes, AnswersOfOthersAreDropped) {
  const auto zygote = this->zygote(R"(
def answer(order, fds):
    door.send(b'{"id":77,"pid":5}')
    return {'id': order['id'], 'error': 'mine'}
loop(answer)
)");
  EXPECT_EQ(forked(*zygote, "a"), "zygote: mine");
}

TEST_F(Zygotes, SilenceIsEndedAndANewOneStarted) {
  const auto zygote = this->zygote("loop(lambda order, fds: None)");
  const std::int64_t began_ms = in_ms(0);
  EXPECT_EQ(forked(*zygote, "a"), "zygote: no answer in time");
  EXPECT_GE(in_ms(0) - began_ms, 1'900);
  EXPECT_LT(in_ms(0) - began_ms, 4'000);
  EXPECT_FALSE(last_->alive());
  EXPECT_EQ(forked(*zygote, "a"), "zygote: no answer in time");
  EXPECT_EQ(starts_, 2);
}

TEST_F(Zygotes, OnesThatDieAreNotStartedOverAndOver) {
  const auto zygote = this->zygote("sys.exit(1)");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(forked(*zygote, "a").substr(0, 7), "zygote:");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_LE(starts_, 3);
}

TEST_F(Zygotes, GarbageEndsIt) {
  const auto zygote = this->zygote("loop(lambda order, fds: 'what?')");
  EXPECT_EQ(forked(*zygote, "a"), "zygote: it has ended");
  EXPECT_FALSE(last_->alive());
}

}  // namespace
}  // namespace fairlead::workers
