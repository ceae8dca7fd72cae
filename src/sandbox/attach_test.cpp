// Sandboxes that are prepared before their work is known: attached later, or filled by a forker.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sandbox/test_sandbox.h"

namespace fairlead::sandbox {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

// Waits for a byte on descriptor 3, then runs the rest.
net::ChildSpec prepared(const std::string& then) {
  net::ChildSpec spec = script("head -c 1 <&3 >/dev/null; " + then);
  spec.channel = net::ChildChannel::kSocketPair;
  spec.attachment.reset();
  return spec;
}

void go(net::Child& child) { ASSERT_EQ(::write(child.descriptors().channel.get(), "x", 1), 1); }

TEST_F(SandboxTest, AttachedLater) {
  scratch.file("code/one/handler.txt", "my code\n");
  scratch.file("code/two/secret.txt", "another's\n");
  scratch.file("code/layers/a.txt", "layer\n");
  net::ChildSpec spec = prepared(
      "cat /var/task/handler.txt /opt/a.txt; ls -A /.attach /.attach/0; "
      "grep -c attach /proc/self/mounts; df -m /tmp | tail -1 | awk '{print $2}'; "
      "python3 -c \"import http.client as h; c = h.HTTPConnection('127.0.0.1'); "
      "c.request('GET', '/'); print(c.getresponse().read().decode())\"");
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  const Status attached = child->attach(
      {{{scratch.path + "/code/one", "/var/task"}, {scratch.path + "/code/layers", "/opt"}},
       "late",
       128 * kMiB,
       100 * kMiB});
  ASSERT_TRUE(attached.ok()) << attached.error().message;
  go(*child);
  const Ran ran = finish(*child);
  EXPECT_TRUE(ran.output.starts_with("my code\nlayer\n")) << ran.output << ran.errors;
  EXPECT_EQ(ran.output.find("two"), std::string::npos);
  EXPECT_TRUE(ran.output.ends_with("0\n100\nlate 80 /\n")) << ran.output << ran.errors;
}

TEST_F(SandboxTest, AttachingWhatIsNotThereFailsAndTheSandboxGoesOn) {
  const auto child = launch(prepared("echo still here"));
  ASSERT_TRUE(child);
  EXPECT_FALSE(child->attach({{{scratch.path + "/code/none", "/var/task"}}, "", 0, kMiB}).ok());
  go(*child);
  EXPECT_EQ(finish(*child).output, "still here\n");
}

TEST_F(SandboxTest, AttachingToOneThatHasEndedKeepsItsStatus) {
  const auto child = launch(prepared("exit 5"));
  ASSERT_TRUE(child);
  go(*child);
  ASSERT_TRUE(wait_readable(child->descriptors().exit.get()));
  EXPECT_FALSE(child->attach({{}, "", 0, kMiB}).ok());
  EXPECT_EQ(finish(*child).code, 5);
}

// A forker as docs/formats/zygote.md describes it, but that it executes a shell at the end, so that
// the tests can look around in there.
class TestForker final : public net::ChildForker {
 public:
  explicit TestForker(std::string text) : text_(std::move(text)) {}

  Result<int> fork_into(const net::ForkOrder& order) override {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return failed("pipe");
    const net::Descriptor reading(fds[0]);
    net::Descriptor writing(fds[1]);
    const pid_t outside = ::fork();
    if (outside == 0) enter(order, writing.get());
    writing.close();
    ::waitpid(outside, nullptr, 0);
    int number = 0;
    if (::read(reading.get(), &number, sizeof number) != sizeof number) return failed("forking");
    ++forked;
    return number;
  }
  int forked = 0;

 private:
  static Error failed(const std::string& step) { return {&net::kCannotLaunch, step, {}}; }

  [[noreturn]] void enter(const net::ForkOrder& order, int report) {
    for (const int procs : order.cgroups) {
      if (::write(procs, "0", 1) != 1) ::_exit(1);
    }
    const int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (::setns(order.sandbox, flags | CLONE_NEWUSER) != 0) ::_exit(2);
    const pid_t first_inside = ::fork();
    if (first_inside == 0) {
      const pid_t function = ::fork();
      if (function == 0) become(order);
      (void)!::write(report, &function, sizeof function);
      ::_exit(0);
    }
    ::waitpid(first_inside, nullptr, 0);
    ::_exit(0);
  }

  [[noreturn]] void become(const net::ForkOrder& order) {
    ::setsid();
    ::dup2(order.output, 1);
    ::dup2(order.errors, 2);
    if (order.channel >= 0) ::dup2(order.channel, 3);
    (void)!::chdir(order.working_folder.c_str());
    for (int capability = 0; capability < 64; ++capability) {
      ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    const auto uid = static_cast<uid_t>(order.uid), gid = static_cast<gid_t>(order.gid);
    ::setgroups(0, nullptr);
    if (::setresgid(gid, gid, gid) != 0 || ::setresuid(uid, uid, uid) != 0) ::_exit(3);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    ::syscall(SYS_capset, &header, none);
    const sock_fprog program{
        static_cast<unsigned short>(order.seccomp.size() / sizeof(sock_filter)),
        reinterpret_cast<sock_filter*>(const_cast<char*>(order.seccomp.data()))};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (::syscall(SYS_seccomp, 1, 0, &program) != 0) ::_exit(4);
    ::syscall(SYS_close_range, 4, ~0u, 0);
    std::vector<char*> environment;
    for (const std::string& text : order.environment) {
      environment.push_back(const_cast<char*>(text.c_str()));
    }
    environment.push_back(nullptr);
    const char* argv[] = {"/bin/sh", "-c", text_.c_str(), nullptr};
    ::execve(argv[0], const_cast<char**>(argv), environment.data());
    ::_exit(5);
  }

  const std::string text_;
};

TEST_F(SandboxTest, ForkedInsteadOfStarted) {
  scratch.file("code/one/handler.txt", "my code\n");
  const auto forker = std::make_shared<TestForker>(
      "head -c 1 <&3 >/dev/null; id -u; echo $GREETING; pwd; cat /var/task/handler.txt; "
      "cat /proc/self/status | grep -E 'CapEff|CapBnd|Seccomp:|NoNew'; ls /proc | grep -c '^1$'; "
      "cat /proc/$$/status | grep PPid; ls /work; exit 9");
  net::ChildSpec spec = prepared("echo not this way; exit 1");
  spec.environment.push_back("GREETING=hello");
  spec.forker = forker;
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  EXPECT_EQ(forker->forked, 1);
  ASSERT_TRUE(
      child->attach({{{scratch.path + "/code/one", "/var/task"}}, "", 128 * kMiB, kMiB}).ok());
  go(*child);
  const Ran ran = finish(*child);
  EXPECT_EQ(ran.output,
            "993\nhello\n/\nmy code\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
            "NoNewPrivs:\t1\nSeccomp:\t2\n1\nPPid:\t1\n")
      << ran.errors;
  EXPECT_EQ(ran.code, 9);
}

TEST_F(SandboxTest, ForkedOnesEndByKillAndTellSignals) {
  net::ChildSpec spec = prepared("exit 1");
  spec.forker = std::make_shared<TestForker>("kill -SEGV $$");
  EXPECT_EQ(run(std::move(spec)).code, -SIGSEGV);
  spec = prepared("exit 1");
  spec.forker = std::make_shared<TestForker>("echo up; sleep 100");
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child && wait_readable(child->descriptors().output.get()));
  child->kill_group();
  EXPECT_EQ(finish(*child).code, -SIGKILL);
}

struct LazyForker final : net::ChildForker {
  Result<int> fork_into(const net::ForkOrder&) override {
    return Error{&net::kCannotLaunch, "too tired", {}};
  }
};

TEST_F(SandboxTest, WhereForkingFailsTheProgramIsStarted) {
  net::ChildSpec spec = script("echo started");
  spec.forker = std::make_shared<LazyForker>();
  EXPECT_EQ(run(std::move(spec)).output, "started\n");
}

}  // namespace
}  // namespace fairlead::sandbox
