// Choosing a launcher, as root and as anybody, and what is left of a server that was killed.
#include "sandbox/launcher.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/log.h"
#include "sandbox/test_sandbox.h"

namespace fairlead::sandbox {
namespace {

struct Output {
  int status = -1;
  std::string text;
};

Output shell(const std::string& command) {
  Output output;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char bytes[4096];
  while (pipe != nullptr) {
    const std::size_t n = ::fread(bytes, 1, sizeof bytes, pipe);
    if (n == 0) break;
    output.text.append(bytes, n);
  }
  if (pipe != nullptr) output.status = WEXITSTATUS(::pclose(pipe));
  return output;
}

// This very program, somewhere everybody may execute it.
std::string own_program(const Scratch& scratch) {
  const std::string copy = scratch.path + "/test";
  std::filesystem::copy_file("/proc/self/exe", copy);
  return copy;
}

TEST_F(SandboxTest, OffIsThePlainLauncher) {
  Options with = options();
  with.mode = Mode::kOff;
  const auto plain = make_launcher(loops, *server, std::move(with));
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE((*plain)->sandboxes());
  EXPECT_EQ(describe(**plain), "plain processes of the server's user");
}

// Where even a user namespace of our own making may hold none.
TEST_F(SandboxTest, WithoutNamespacesAutoIsPlainAndStrictSaysWhy) {
  const std::string program = own_program(scratch);
  const Output auto_mode = shell(
      "unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && "
      "exec " +
      program +
      " --gtest_also_run_disabled_tests "
      "--gtest_filter=Forbidden.DISABLED_Namespaces'");
  EXPECT_EQ(auto_mode.status, 0) << auto_mode.text;
  EXPECT_NE(auto_mode.text.find("[  PASSED  ] 1 test"), std::string::npos) << auto_mode.text;
}

TEST(Forbidden, DISABLED_Namespaces) {
  Scratch scratch;
  net::Loops loops(1);
  loops.start();
  net::HttpServer server(loops, {}, [](net::Exchange&) {});
  std::string logged;
  set_log_output([&](std::string_view line) { logged += line; });
  Options with;
  with.folder = scratch.path;
  const auto plain = make_launcher(loops, server, with);
  set_log_output(nullptr);
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE((*plain)->sandboxes());
  EXPECT_NE(logged.find("functions run without a sandbox"), std::string::npos) << logged;
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 1) << logged;
  with.mode = Mode::kStrict;
  const auto strict = make_launcher(loops, server, with);
  ASSERT_FALSE(strict.ok());
  EXPECT_NE(strict.error().message.find("max_user_namespaces"), std::string::npos)
      << strict.error().message;
}

// Everything once more as a user without rights.
TEST(OrdinaryUser, CanDoTheSame) {
  if (::geteuid() != 0) GTEST_SKIP() << "the other tests run as an ordinary user already";
  Scratch scratch;
  const Output output = shell("cd / && setpriv --reuid=65534 --regid=65534 --clear-groups " +
                              own_program(scratch) + " --gtest_filter='SandboxTest.*'");
  EXPECT_EQ(output.status, 0) << output.text;
  EXPECT_NE(output.text.find("[  PASSED  ]"), std::string::npos) << output.text;
}

// Launches one that runs for ever, says its number, and waits to be killed.
TEST_F(SandboxTest, DISABLED_Victim) {
  const auto child = launch(script("echo up; sleep 1000"));
  ASSERT_TRUE(child && wait_readable(child->descriptors().output.get()));
  std::printf("victim %d %d\n", ::getpid(), child->pid());
  std::fflush(stdout);
  ::kill(::getpid(), SIGKILL);
}

TEST_F(SandboxTest, NothingOutlivesAServerThatIsKilled) {
  const Output output = shell("/proc/" + std::to_string(::getpid()) +
                              "/exe --gtest_also_run_disabled_tests "
                              "--gtest_filter=SandboxTest.DISABLED_Victim");
  const std::size_t at = output.text.find("victim ");
  ASSERT_NE(at, std::string::npos) << output.text;
  int killed = 0, first = 0;
  ASSERT_EQ(std::sscanf(output.text.c_str() + at, "victim %d %d", &killed, &first), 2);
  bool gone = false;
  for (int i = 0; i < 500 && !gone; ++i) {
    gone = ::kill(first, 0) != 0 ||
           shell("cat /proc/" + std::to_string(first) + "/status").text.find("State:\tZ") !=
               std::string::npos;
    if (!gone) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(gone);
  // The next start removes its control groups.
  const std::string find =
      "find /sys/fs/cgroup -type d -name fairlead-" + std::to_string(killed) + " | wc -l";
  for (int i = 0; i < 200; ++i) {
    (void)make_launcher(loops, *server, options());
    if (shell(find).text == "0\n") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(shell(find).text, "0\n");
}

// Not a test: prints what a launch costs until the program runs, with and without a sandbox.
TEST_F(SandboxTest, DISABLED_LaunchCost) {
  const auto plain = net::make_plain_launcher();
  for (net::ChildLauncher* one : {plain.get(), launcher.get()}) {
    std::vector<double> taken_ms;
    for (int i = 0; i < 200; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      auto child = one->launch(script("echo"));
      ASSERT_TRUE(child.ok() && wait_readable((*child)->descriptors().output.get()));
      taken_ms.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
              .count());
      (void)finish(**child);
    }
    std::sort(taken_ms.begin(), taken_ms.end());
    std::printf("%s: p50 %.2f ms, p90 %.2f ms\n", describe(*one).c_str(), taken_ms[100],
                taken_ms[180]);
  }
}

TEST_F(SandboxTest, DISABLED_AttachCost) {
  scratch.file("code/one/x", "");
  std::vector<double> taken_ms;
  for (int i = 0; i < 100; ++i) {
    net::ChildSpec spec = script("sleep 10");
    spec.attachment.reset();
    const auto child = launch(std::move(spec));
    ASSERT_TRUE(child);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(
        child->attach({{{scratch.path + "/code/one", "/var/task"}}, "x", 1 << 28, 1 << 29}).ok());
    taken_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::sort(taken_ms.begin(), taken_ms.end());
  std::printf("attach: p50 %.2f ms, p90 %.2f ms\n", taken_ms[50], taken_ms[90]);
}

TEST_F(SandboxTest, ManyAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int turn = 0; turn < 5; ++turn) {
        good += run("exit " + std::to_string(i)).code == i ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace fairlead::sandbox
