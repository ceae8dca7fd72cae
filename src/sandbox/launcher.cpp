// Finds out what this machine allows, and makes the launcher that fits.
#include "sandbox/launcher.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/log.h"
#include "base/park.h"
#include "sandbox/egress.h"
#include "sandbox/house.h"

namespace fairlead::sandbox {

namespace {

constexpr std::size_t kMostThreads = 4;

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class SandboxLauncher final : public net::ChildLauncher {
 public:
  explicit SandboxLauncher(std::shared_ptr<House> house) : house_(std::move(house)) {}

  Result<std::unique_ptr<net::Child>> launch(net::ChildSpec spec) override {
    using Made = Result<std::unique_ptr<net::Child>>;
    const Future<Made> answer;
    house_->workshop.post(
        [house = &house_, &spec, answer] { answer.set(launch_sandbox(*house, spec)); });
    return answer.get();
  }
  bool sandboxes() const override { return true; }

  std::string describe() const {
    std::string text = house_->identities ? "a sandbox with users of its own for each function"
                                          : "a sandbox for each function, as the server's user";
    text += house_->cgroups ? ", memory by cgroup v" + std::to_string(house_->cgroups->version())
                            : ", memory by watching";
    return text + (house_->options.egress == Egress::kOpen ? ", egress open" : ", no way out");
  }

 private:
  const std::shared_ptr<House> house_;
};

// One sandbox, made as all will be, with a program that does nothing.
Status try_one(const std::shared_ptr<House>& house) {
  net::ChildSpec spec;
  spec.argv = {"/bin/true"};
  spec.working_folder = "/";
  const Future<Status> answer;
  house->workshop.post([&] {
    Status tried;
    {
      const auto child = launch_sandbox(house, spec);
      if (!child.ok()) tried = child.error();
    }
    answer.set(std::move(tried));  // last: whoever waits may let go of the house
  });
  return answer.get();
}

// Users of our own first, then the way of an ordinary user; the better one's failure counts only
// when the other one fails, too.
Status choose_way(const std::shared_ptr<House>& house) {
  if (Identities::may_choose()) {
    if (const auto first = Identities::first_outer_id(read_whole("/proc/self/uid_map"))) {
      house->identities = std::make_unique<Identities>(*first);
      if (try_one(house).ok()) return {};
      house->identities.reset();
    }
  }
  Status tried = try_one(house);
  if (tried.ok() || !house->cgroups) return tried;
  house->cgroups.reset();  // groups may be what is forbidden
  return try_one(house);
}

std::string hint(const std::string& reason) {
  if (reason.starts_with("mounting /proc")) {
    return ". A container that masks parts of /proc forbids this: run it with --security-opt "
           "systempaths=unconfined";
  }
  for (const int error_number : {EPERM, EACCES, ENOSPC, EUSERS}) {
    if (!reason.ends_with(std::strerror(error_number))) continue;
    return ". User namespaces seem to be forbidden: see sysctl user.max_user_namespaces, "
           "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a "
           "container, run it with --privileged or --security-opt seccomp=unconfined";
  }
  return "";
}

Result<std::shared_ptr<House>> make_house(net::Loops& loops, net::HttpServer& server,
                                          Options options) {
  const std::size_t threads =
      std::min<std::size_t>(kMostThreads, std::max(2u, std::thread::hardware_concurrency()));
  auto house = std::make_shared<House>(loops, server, std::move(options), threads);
  if (house->options.egress == Egress::kOpen) {
    house->slirp = TRY(find_slirp());
    house->plain = net::make_plain_launcher();
    house->upstream = first_nameserver(read_whole("/etc/resolv.conf"));
  }
  house->skeleton = TRY(Skeleton::make(house->options.folder + "/root", house->options.ca_file,
                                       house->options.attachable.size()));
  house->cgroups = Cgroups::find();
  return house;
}

}  // namespace

Result<std::unique_ptr<net::ChildLauncher>> make_launcher(net::Loops& loops,
                                                          net::HttpServer& server,
                                                          Options options) {
  const Mode mode = options.mode;
  if (mode == Mode::kOff) return net::make_plain_launcher();
  auto house = TRY(make_house(loops, server, std::move(options)));
  const Status possible = choose_way(house);
  if (possible.ok()) {
    return std::unique_ptr<net::ChildLauncher>(std::make_unique<SandboxLauncher>(std::move(house)));
  }
  const std::string reason = possible.error().message;
  if (mode == Mode::kStrict) {
    return Error{&net::kCannotLaunch,
                 "Functions cannot be sandboxed here: " + reason + hint(reason) +
                     ". --sandbox=auto starts without.",
                 {}};
  }
  log_warn("functions run without a sandbox, as plain processes of this user: " + reason +
           hint(reason));
  return net::make_plain_launcher();
}

std::string describe(const net::ChildLauncher& launcher) {
  const auto* sandboxes = dynamic_cast<const SandboxLauncher*>(&launcher);
  return sandboxes != nullptr ? sandboxes->describe() : "plain processes of the server's user";
}

}  // namespace fairlead::sandbox
