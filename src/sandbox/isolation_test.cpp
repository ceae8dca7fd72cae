// What a function can and cannot see and do inside.
#include <signal.h>

#include <chrono>

#include "net/child_process.h"
#include "sandbox/test_sandbox.h"

namespace fairlead::sandbox {
namespace {

// The sandbox's first process is this very test program; gtest's main comes too late to ask.
[[gnu::constructor]] void first(int argc, char** argv, char**) {
  become_first_process_if_asked(argc, argv);
}

TEST_F(SandboxTest, RunsAsAnotherUserWithoutRights) {
  const Ran ran =
      run("id; grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/self/status");
  EXPECT_EQ(ran.code, 0) << ran.errors;
  EXPECT_TRUE(ran.output.starts_with("uid=993(sbx_user1051) gid=990(sbx_user1051)")) << ran.output;
  for (const char* line : {"CapInh:\t0000000000000000", "CapPrm:\t0000000000000000",
                           "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
                           "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"}) {
    EXPECT_NE(ran.output.find(line), std::string::npos) << line << " in " << ran.output;
  }
}

TEST_F(SandboxTest, SeesNothingOfTheHost) {
  scratch.file("secret", "key");
  const Ran ran =
      run("ls " + scratch.path +
          " ; ls /home /root /.attach; ls -d /sys /boot; "
          "ls / | tr '\\n' ' '; ps ax 2>/dev/null | wc -l; ls /proc | grep -c '^[0-9]'");
  EXPECT_EQ(ran.output.find("secret"), std::string::npos) << ran.output;
  EXPECT_NE(ran.errors.find(scratch.path), std::string::npos) << ran.errors;
  EXPECT_NE(ran.errors.find("/sys"), std::string::npos);
}

TEST_F(SandboxTest, WritesNowhereButInTmp) {
  const Ran ran =
      run("for d in / /usr /usr/bin /etc /var/task /opt /dev /var /home /proc/sys/net/ipv4; do "
          "touch $d/x 2>/dev/null && echo wrote $d; done; "
          "echo a > /tmp/x && cat /tmp/x; echo b > /dev/null && echo null; echo out > /dev/stdout; "
          "mount | grep -c ' rw' ; mount | grep ' rw,' ");
  EXPECT_EQ(ran.output.find("wrote"), std::string::npos) << ran.output;
  EXPECT_TRUE(ran.output.starts_with("a\nnull\nout\n")) << ran.output << ran.errors;
}

TEST_F(SandboxTest, ProcIsReadOnly) {
  const Ran ran =
      run("echo 5 > /proc/self/oom_score_adj; echo 1 > /proc/sys/net/ipv4/ip_forward; echo end");
  EXPECT_EQ(ran.output, "end\n");
  EXPECT_NE(ran.errors.find("Read-only"), std::string::npos) << ran.errors;
}

TEST_F(SandboxTest, TmpHasASize) {
  net::ChildSpec spec = script(
      "dd if=/dev/zero of=/tmp/a bs=1M count=30 2>/dev/null || echo full; ls -s /tmp | head -1");
  spec.attachment->tmp_bytes = 8LL * 1024 * 1024;
  const Ran ran = run(std::move(spec));
  EXPECT_TRUE(ran.output.starts_with("full")) << ran.output << ran.errors;
}

TEST_F(SandboxTest, ProgramsInTmpMayRun) {
  EXPECT_EQ(run("cp /bin/true /tmp/t && /tmp/t").code, 0);
}

TEST_F(SandboxTest, ForbiddenCalls) {
  const Ran ran = run(python(R"(
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, *args):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*args)
    print(name, errno.errorcode.get(ctypes.get_errno(), 'ok') if result < 0 else 'ok')
tried('unshare', 0x10000000)
tried('mount', b'none', b'/tmp', b'tmpfs', 0, None)
tried('ptrace', 0, 0, 0, 0)
tried('syscall', 435, 0, 0)
tried('personality', 0x0040000)
tried('setns', 0, 0)
for family, protocol in ((socket.AF_PACKET, 0), (socket.AF_NETLINK, 0), (socket.AF_NETLINK, 9), (40, 0), (38, 0)):
    try:
        socket.socket(family, socket.SOCK_RAW if family != 38 else socket.SOCK_SEQPACKET, protocol).close()
        print(int(family), protocol, 'ok')
    except OSError as e:
        print(int(family), protocol, errno.errorcode[e.errno])
)"));
  EXPECT_EQ(ran.output,
            "unshare EPERM\nmount EPERM\nptrace EPERM\nsyscall ENOSYS\npersonality EPERM\n"
            "setns EPERM\n17 0 EAFNOSUPPORT\n16 0 ok\n16 9 EAFNOSUPPORT\n40 0 EAFNOSUPPORT\n"
            "38 0 EAFNOSUPPORT\n")
      << ran.errors;
}

TEST_F(SandboxTest, ExitCodesAndSignals) {
  EXPECT_EQ(run("exit 0").code, 0);
  EXPECT_EQ(run("exit 7").code, 7);
  EXPECT_EQ(run("exit 137").code, 137);
  EXPECT_EQ(run("kill -9 $$").code, -9);
  EXPECT_EQ(run("kill -SEGV $$").code, -11);
}

TEST_F(SandboxTest, WhatCannotBeStartedSaysWhy) {
  net::ChildSpec spec = script("");
  spec.argv = {"/usr/bin/no-such-program"};
  auto child = launcher->launch(std::move(spec));
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().code, &net::kCannotLaunch);
  EXPECT_EQ(child.error().message, "program: No such file or directory");
  spec = script("");
  spec.working_folder = "/nowhere";
  child = launcher->launch(std::move(spec));
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().message, "working folder: No such file or directory");
}

TEST_F(SandboxTest, MountsAreSeenWhereTheyAreWanted) {
  scratch.file("code/x/handler.txt", "hello");
  scratch.file("lib/one", "library");
  net::ChildSpec spec =
      script("cat handler.txt /opt/one /var/lang/file; touch /var/task/y || true");
  spec.working_folder = "/var/task";
  spec.mounts = {{scratch.path + "/lib", "/opt"}, {scratch.path + "/lib/one", "/var/lang/file"}};
  spec.attachment->mounts = {{scratch.path + "/code/x", "/var/task"}};
  const Ran ran = run(std::move(spec));
  EXPECT_EQ(ran.output, "hellolibrarylibrary") << ran.errors;
  EXPECT_NE(ran.errors.find("Read-only"), std::string::npos) << ran.errors;
}

TEST_F(SandboxTest, ChannelIsDescriptorThree) {
  net::ChildSpec spec = script("cat <&3 >&3");
  spec.channel = net::ChildChannel::kSocketPair;
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  const int channel = child->descriptors().channel.get();
  ASSERT_EQ(::write(channel, "ping", 4), 4);
  char bytes[8];
  ASSERT_TRUE(wait_readable(channel));
  EXPECT_EQ(::read(channel, bytes, sizeof bytes), 4);
}

TEST_F(SandboxTest, KillEndsAForkBomb) {
  net::ChildSpec spec = script("b() { b | b & b; }; echo go; b 2>/dev/null");
  spec.max_processes = 60;
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  ASSERT_TRUE(wait_readable(child->descriptors().output.get()));
  ::usleep(300'000);
  const auto begin = std::chrono::steady_clock::now();
  child->kill_group();
  ASSERT_TRUE(wait_readable(child->descriptors().exit.get()));
  EXPECT_TRUE(child->reap());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(SandboxTest, OrphansEndWithTheFunction) {
  const Ran ran = run("(setsid sleep 300 &) ; echo done");
  EXPECT_EQ(ran.output, "done\n");
  EXPECT_EQ(ran.code, 0);
}

TEST_F(SandboxTest, MemoryIsTheFunctions) {
  net::ChildSpec spec = python("x = bytearray(60 << 20)\nprint('ready', flush=True)\ninput()");
  spec.argv[2] = "x = bytearray(60 << 20)\nprint('ready', flush=True)\nimport time; time.sleep(60)";
  spec.argv = {"/usr/bin/python3", "-c", spec.argv[2]};
  const auto child = launch(std::move(spec));
  ASSERT_TRUE(child);
  ASSERT_TRUE(wait_readable(child->descriptors().output.get()));
  const net::ChildMemory memory = child->memory();
  EXPECT_GT(memory.peak_resident, 60 << 20);
  EXPECT_GT(memory.anonymous, 60 << 20);
  EXPECT_LT(memory.anonymous, 120 << 20);
}

TEST_F(SandboxTest, MemoryLimitKills) {
  if (describe(*launcher).find("cgroup") == std::string::npos) {
    GTEST_SKIP() << "no control groups here: " << describe(*launcher);
  }
  net::ChildSpec spec = python("x = bytearray(300 << 20)\nprint('survived')");
  spec.attachment->memory_bytes = 64LL * 1024 * 1024;
  spec.attachment->tmp_bytes = 8LL * 1024 * 1024;
  const Ran ran = run(std::move(spec));
  EXPECT_EQ(ran.code, -SIGKILL);
  EXPECT_EQ(ran.output, "");
}

}  // namespace
}  // namespace fairlead::sandbox
