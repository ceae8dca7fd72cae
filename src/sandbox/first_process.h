// The sandbox's first process, from inside: the steps by which it makes the sandbox around itself,
// starts the function's process, and stays as the one who collects orphans.
//
// It is a process of its own with one thread, and its only partner is the server at the other end
// of the control line. A step that fails is told there and ends it, and with it the sandbox.
#pragma once

#include <string>
#include <vector>

#include "net/descriptor.h"
#include "sandbox/plan.h"

namespace fairlead::sandbox {

inline constexpr char kFirstProcessArgument[] = "fairlead-sandbox-first-process";

// Descriptors of the first process. 0 to 3 are meant for the function.
inline constexpr int kChannelFd = 3, kControlFd = 4;

// A step's outcome, in a form that needs nothing: nullptr, or its name with errno set.
using Step = const char*;

// Namespaces are there, the maps are written: lo up, sockets bound. Adds to `listeners`.
Step make_network(const Plan& plan, std::vector<net::Descriptor>& listeners);

// The new root. `trees`: what the server has opened, or empty.
Step make_root(const Plan& plan, std::vector<net::Descriptor>& trees);
// Mounts of an attachment into the sandbox that stands.
Step attach_mounts(const Plan& plan, const AttachPlan& attachment,
                   std::vector<net::Descriptor>& trees);

// Takes the ids that are the first process's own, and the signal that ends it with the server.
Step become_root_inside(const Plan& plan);

struct FunctionStart {
  Step failed = nullptr;  // with errno
  int pid = -1;
};
enum class Channel { kNone, kThere };
// Forks and executes plan.argv with no rights, with descriptors 0 to 2, and 3 if it is a channel.
FunctionStart start_function(const Plan& plan, Channel channel);

}  // namespace fairlead::sandbox
