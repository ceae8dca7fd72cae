// Messages and plans survive the way; damaged ones are refused.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>

#include "sandbox/cgroups.h"
#include "sandbox/identity.h"
#include "sandbox/plan.h"

namespace fairlead::sandbox {
namespace {

Plan some_plan() {
  Plan plan;
  plan.opener = Opener::kServer;
  plan.mounts = {{"/a", "/"}, {"/b", "/usr"}};
  plan.attachable = {"/data"};
  plan.tmp_bytes = 5;
  plan.tcp_ports = {80, 443};
  plan.uid = 993;
  plan.gid = 990;
  plan.changes_ids = true;
  plan.argv = {"/bin/x", "", "\xff"};
  plan.environment = {"A=b"};
  plan.working_folder = "/w";
  return plan;
}

TEST(Control, PlanSurvives) {
  const auto message = unpack(pack(to_message(some_plan())));
  ASSERT_TRUE(message);
  const auto plan = to_plan(*message);
  ASSERT_TRUE(plan);
  EXPECT_EQ(pack(to_message(*plan)), pack(to_message(some_plan())));
  EXPECT_EQ(plan->argv, some_plan().argv);
  EXPECT_EQ(plan->mounts[1].target, "/usr");
}

TEST(Control, CutOrForeignBytesAreRefused) {
  const std::string bytes = pack(to_message(some_plan()));
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(unpack(bytes.substr(0, n))) << n;
  EXPECT_FALSE(unpack(bytes + "x"));
  EXPECT_FALSE(unpack(std::string(100, '\xff')));
  Message message = to_message(some_plan());
  message.numbers.pop_back();
  EXPECT_FALSE(to_plan(message));
  message = to_message(some_plan());
  message.texts.pop_back();
  EXPECT_FALSE(to_plan(message));
  EXPECT_FALSE(to_attach_plan(message));
}

TEST(Control, DescriptorsTravelAlong) {
  int fds[2], pipes[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
  ASSERT_EQ(::pipe(pipes), 0);
  const net::Descriptor one(fds[0]), reading(pipes[0]);
  net::Descriptor two(fds[1]);
  Message message{MessageKind::kListeners, {}, {7}, {}};
  message.descriptors.emplace_back(pipes[1]);
  ASSERT_TRUE(send_message(one.get(), message));
  const auto got = await_message(two.get(), 1000);
  ASSERT_TRUE(got);
  ASSERT_EQ(got->descriptors.size(), 1u);
  ASSERT_EQ(::write(got->descriptors[0].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(reading.get(), &byte, 1), 1);
  EXPECT_FALSE(await_message(two.get(), 10));
  two.close();
  EXPECT_FALSE(send_message(one.get(), message));
}

TEST(Identities, RoomInTheMap) {
  EXPECT_GT(Identities::first_outer_id("         0          0 4294967295\n").value(),
            1'000'000'000);
  const auto small = Identities::first_outer_id("0 1000 1\n1 100000 65536\n");
  ASSERT_TRUE(small);
  EXPECT_LT(*small + Identities::kRoom, 65537);
  EXPECT_FALSE(Identities::first_outer_id("0 1000 1\n"));
  EXPECT_FALSE(Identities::first_outer_id(""));
  Identities ids(5000);
  const IdMaps first = ids.next(), second = ids.next();
  EXPECT_EQ(first.uids, "0 5000 1\n993 5001 1\n");
  EXPECT_EQ(second.gids, "0 5002 1\n990 5003 1\n");
}

// A tree of files that looks like the second version's, as far as we ask.
TEST(Cgroups, VersionTwoUsesTheNearestGroupThatHandsMemoryDown) {
  char pattern[] = "/tmp/fairlead-cgroups-XXXXXX";
  const std::string top = ::mkdtemp(pattern);
  const auto group = [&](const std::string& path, const std::string& handed_down) {
    std::filesystem::create_directories(top + path);
    std::ofstream(top + path + "/cgroup.subtree_control") << handed_down << "\n";
    std::ofstream(top + path + "/cgroup.procs") << "1\n2\n";
    std::ofstream(top + path + "/cgroup.controllers") << "memory pids\n";
  };
  group("", "cpu memory pids");
  group("/user", "memory pids");
  group("/user/scope", "");
  const std::string mounts =
      "30 20 0:26 / " + top + " rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
  std::filesystem::create_directories(top + "/user/fairlead-4000000");
  std::filesystem::create_directories(top + "/user/fairlead-4000000/9");
  std::filesystem::create_directories(top + "/user/fairlead-" + std::to_string(::getpid()));
  std::ofstream(top + "/user/fairlead-" + std::to_string(::getpid()) + "/cgroup.subtree_control");
  {
    const auto found = Cgroups::find("0::/user/scope\n", mounts, ::getpid());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->version(), 2);
    EXPECT_TRUE(found->counts_processes());
  }
  EXPECT_FALSE(std::filesystem::exists(top + "/user/fairlead-4000000"));  // left by somebody
  EXPECT_FALSE(Cgroups::find("0::/user/scope\n", "", ::getpid()));
  EXPECT_FALSE(Cgroups::find("", mounts, ::getpid()));
  std::filesystem::remove_all(top);
}

}  // namespace
}  // namespace fairlead::sandbox
