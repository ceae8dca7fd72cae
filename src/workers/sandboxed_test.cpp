// What a launcher with sandboxes is asked for, by one that only writes it down: mounts,
// attachments, forkers, and the Runtime API on a socket that comes with the child.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "workers/test_house.h"

namespace fairlead::workers {
namespace {

// Plain processes. A listener asked for is on a port of the host, and the child is told that one.
class WrittenDown final : public net::ChildLauncher {
 public:
  Result<std::unique_ptr<net::Child>> launch(net::ChildSpec spec) override {
    {
      const std::lock_guard lock(mutex_);
      specs_.push_back(spec);
    }
    net::Descriptor api;
    if (spec.api_port != 0) api = listener(spec.environment);
    auto child = TRY(plain_->launch(std::move(spec)));
    child->descriptors().api = std::move(api);
    return child;
  }
  bool sandboxes() const override { return true; }
  std::vector<net::ChildSpec> specs() {
    const std::lock_guard lock(mutex_);
    return specs_;
  }

 private:
  static net::Descriptor listener(std::vector<std::string>& environment) {
    net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const where = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket.get(), where, size), 0);
    EXPECT_EQ(::listen(socket.get(), 16), 0);
    ::getsockname(socket.get(), where, &size);
    for (std::string& variable : environment) {
      if (variable == "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001") {
        variable = "AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(ntohs(address.sin_port));
      }
    }
    return socket;
  }

  const std::unique_ptr<net::ChildLauncher> plain_ = net::make_plain_launcher();
  std::mutex mutex_;
  std::vector<net::ChildSpec> specs_;
};

class SandboxedWorkers : public WorkerHouse {
 protected:
  SandboxedWorkers() {
    auto children = std::make_unique<WrittenDown>();
    written_ = children.get();
    launcher_ =
        std::make_unique<ProcessLauncher>(loops_, std::move(children), StockLimits{.each = 1});
  }
  WrittenDown* written_;
};

using Kind = platform::WorkerOutcome::Kind;

std::vector<std::string> targets(const std::vector<net::ChildMount>& mounts) {
  std::vector<std::string> all;
  for (const net::ChildMount& mount : mounts) all.push_back(mount.source + " " + mount.target);
  return all;
}

TEST_F(SandboxedWorkers, ASpecReachesTheSandbox) {
  EXPECT_TRUE(launcher_->sandboxed());
  auto base = std::make_shared<platform::WorkerBase>();
  base->key = "python";
  platform::WorkerSpec spec = python_worker("start()\nwhile True: send(18, invoke()[1])");
  base->argv = spec.argv;
  base->environment = spec.environment;
  base->mounts = {{"/runtimes/python", "/var/runtime"}};
  base->zygote = {"/no/such/zygote"};
  spec.base = base;
  spec.mounts = {{"/code", "/var/task"}};
  spec.origin = "arn stream";
  spec.memory_mb = 256;
  spec.tmp_mb = 1024;
  const auto own = launch_ready(spec);
  for (int i = 0; i < 2000 && launcher_->in_stock() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto ready = launch_ready(spec);
  EXPECT_EQ(ready->invoke(invocation("1"), in_ms(10'000)).payload, "1");

  const auto specs = written_->specs();
  ASSERT_GE(specs.size(), 2u);
  EXPECT_EQ(targets(specs[0].mounts), std::vector<std::string>{"/runtimes/python /var/runtime"});
  ASSERT_TRUE(specs[0].attachment);
  EXPECT_EQ(targets(specs[0].attachment->mounts), std::vector<std::string>{"/code /var/task"});
  EXPECT_EQ(specs[0].attachment->origin, "arn stream");
  EXPECT_EQ(specs[0].attachment->memory_bytes, 256LL << 20);
  EXPECT_EQ(specs[0].attachment->tmp_bytes, 1024LL << 20);
  EXPECT_EQ(specs[0].api_port, 0);
  EXPECT_FALSE(specs[1].attachment) << "the stock's is attached when it is taken";
  EXPECT_EQ(targets(specs[1].mounts), targets(specs[0].mounts));
  ASSERT_TRUE(specs[0].forker);
  EXPECT_EQ(specs[0].forker, specs[1].forker) << "one zygote for a base";
  EXPECT_FALSE(specs[0].forker->fork_into({}).ok()) << "its program is not there";
}

TEST_F(SandboxedWorkers, TheRuntimeApiComesWithTheChild) {
  for (int i = 0; i < 3; ++i) {
    const auto worker = launch_ready(custom_runtime("while True: respond(next()[0], '[1]')"));
    EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "[1]");
    EXPECT_EQ(worker->invoke(invocation("{}"), in_ms(10'000)).payload, "[1]");
  }
  EXPECT_TRUE(all_gone());
  for (const net::ChildSpec& spec : written_->specs()) EXPECT_EQ(spec.api_port, 9001);
}

}  // namespace
}  // namespace fairlead::workers
