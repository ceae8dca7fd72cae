// What all sandboxes of one launcher share. Kept by the launcher and by every child.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http_server.h"
#include "net/loop.h"
#include "sandbox/cgroups.h"
#include "sandbox/identity.h"
#include "sandbox/launcher.h"
#include "sandbox/resolver.h"
#include "sandbox/skeleton.h"
#include "sandbox/workshop.h"

namespace fairlead::sandbox {

struct House {
  House(net::Loops& on_loops, net::HttpServer& for_server, Options with, std::size_t threads)
      : loops(on_loops), server(for_server), options(std::move(with)), workshop(threads) {}

  net::Loops& loops;
  net::HttpServer& server;
  const Options options;
  std::unique_ptr<Skeleton> skeleton;
  std::shared_ptr<Cgroups> cgroups;             // or none
  std::unique_ptr<Identities> identities;       // none: every sandbox is the server's own user
  std::optional<std::string> upstream;          // the host's resolver, with open egress
  std::string slirp;                            // with open egress
  std::unique_ptr<net::ChildLauncher> plain;    // for slirp
  std::atomic<bool> said_forker_failed{false};  // a warning once is enough
  Workshop joining{1};                          // of control groups
  Workshop workshop;                            // last: its threads use the rest

  Opener opener() const { return identities ? Opener::kServer : Opener::kFirstProcess; }
};

// Launches one; on a thread of the workshop, and waits there.
Result<std::unique_ptr<net::Child>> launch_sandbox(const std::shared_ptr<House>& house,
                                                   net::ChildSpec& spec);

}  // namespace fairlead::sandbox
