// Real processes: what they inherit, what they print, and that they and theirs die when they
// should.
#include "net/child_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <thread>

namespace fairlead::net {
namespace {

ChildSpec shell(const std::string& script) {
  ChildSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "GREETING=hello you"};
  return spec;
}

std::unique_ptr<Child> launch(ChildSpec spec) {
  static const auto launcher = make_plain_launcher();
  auto child = launcher->launch(std::move(spec));
  EXPECT_TRUE(child.ok()) << (child.ok() ? "" : child.error().message);
  return child.ok() ? std::move(child).value() : nullptr;
}

bool wait_readable(int fd, int timeout_ms = 10'000) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

std::string read_to_end(int fd) {
  std::string text;
  char bytes[4096];
  while (wait_readable(fd)) {
    const ssize_t n = ::read(fd, bytes, sizeof bytes);
    if (n <= 0) break;
    text.append(bytes, static_cast<std::size_t>(n));
  }
  return text;
}

int end_of(Child& child) {
  EXPECT_TRUE(wait_readable(child.descriptors().exit.get()));
  const auto end = child.reap();
  EXPECT_TRUE(end.has_value());
  return end ? end->code : 9999;
}

bool process_exists(int pid) { return ::kill(pid, 0) == 0; }

bool wait_gone(int pid) {
  for (int i = 0; i < 500; ++i) {
    if (!process_exists(pid)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(ChildProcess, OutputEnvironmentFolderAndStatus) {
  ChildSpec spec = shell("echo \"$GREETING $(pwd)\"; echo bad >&2; cat; exit 7");
  spec.working_folder = "/usr";
  const auto child = launch(std::move(spec));
  EXPECT_EQ(read_to_end(child->descriptors().output.get()), "hello you /usr\n");
  EXPECT_EQ(read_to_end(child->descriptors().errors.get()), "bad\n");
  EXPECT_EQ(end_of(*child), 7);
  EXPECT_FALSE(child->reap().has_value());
}

TEST(ChildProcess, InheritsNothingElse) {
  const auto child = launch(shell("ls -m /proc/self/fd"));
  EXPECT_EQ(read_to_end(child->descriptors().output.get()), "0, 1, 2, 3\n");  // 3: ls reads with it
  ChildSpec spec = shell("ls -m /proc/self/fd");
  spec.channel = ChildChannel::kSocketPair;
  const auto with_channel = launch(std::move(spec));
  EXPECT_EQ(read_to_end(with_channel->descriptors().output.get()), "0, 1, 2, 3, 4\n");
}

TEST(ChildProcess, ChannelGoesBothWays) {
  ChildSpec spec = shell("read line <&3; echo \"got $line\" >&3");
  spec.channel = ChildChannel::kSocketPair;
  const auto child = launch(std::move(spec));
  const int channel = child->descriptors().channel.get();
  ASSERT_EQ(::send(channel, "ping\n", 5, 0), 5);
  EXPECT_EQ(read_to_end(channel), "got ping\n");
  EXPECT_EQ(end_of(*child), 0);
}

TEST(ChildProcess, LaunchFailuresAreErrors) {
  const auto launcher = make_plain_launcher();
  ChildSpec spec = shell("exit 0");
  spec.argv[0] = "/nowhere/program";
  auto child = launcher->launch(spec);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().message, "program: No such file or directory");
  spec = shell("exit 0");
  spec.working_folder = "/nowhere";
  child = launcher->launch(spec);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().message, "working folder: No such file or directory");
  EXPECT_FALSE(launcher->launch({}).ok());
}

TEST(ChildProcess, KillTakesTheWholeGroup) {
  const auto child = launch(shell("sleep 1000 & echo $!; wait"));
  char text[32] = {};
  ASSERT_TRUE(wait_readable(child->descriptors().output.get()));
  ASSERT_GT(::read(child->descriptors().output.get(), text, sizeof text - 1), 0);
  const int grandchild = std::atoi(text);
  EXPECT_TRUE(process_exists(grandchild));
  child->kill_group();
  EXPECT_EQ(end_of(*child), -SIGKILL);
  child->kill_group();  // harmless
  EXPECT_TRUE(wait_gone(grandchild));
}

TEST(ChildProcess, AnEndedLeaderTakesItsGroupAlong) {
  const auto child = launch(shell("sleep 1000 >/dev/null 2>&1 & echo $!"));
  const int grandchild = std::atoi(read_to_end(child->descriptors().output.get()).c_str());
  EXPECT_EQ(end_of(*child), 0);
  EXPECT_TRUE(wait_gone(grandchild));
}

TEST(ChildProcess, DroppingItKillsIt) {
  auto child = launch(shell("exec sleep 1000"));
  const int pid = child->pid();
  EXPECT_TRUE(process_exists(pid));
  child.reset();
  EXPECT_FALSE(process_exists(pid));
}

TEST(ChildProcess, DiesWithItsLauncher) {
  auto launcher = make_plain_launcher();
  const auto child = launcher->launch(shell("exec sleep 1000")).value();
  launcher.reset();  // the thread that stands for our process ends
  EXPECT_EQ(end_of(*child), -SIGKILL);
}

TEST(ChildProcess, Memory) {
  ChildSpec spec = shell("");
  spec.argv = {"/usr/bin/python3", "-ISc",
               "x = b'a' * 50_000_000; print('ready', flush=True); import time; time.sleep(1000)"};
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(wait_readable(child->descriptors().output.get()));
  const ChildMemory memory = child->memory();
  EXPECT_GT(memory.peak_resident, 50'000'000);
  EXPECT_LT(memory.peak_resident, 100'000'000);
  EXPECT_GT(memory.anonymous, 50'000'000);
  EXPECT_LE(memory.anonymous, memory.peak_resident);
  child->kill_group();
  EXPECT_EQ(end_of(*child), -SIGKILL);
  EXPECT_EQ(child->memory().peak_resident, 0);
}

TEST(ChildProcess, ManyAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 10; ++i) {
        const auto child = launch(shell("exit 3"));
        EXPECT_EQ(end_of(*child), 3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace fairlead::net
