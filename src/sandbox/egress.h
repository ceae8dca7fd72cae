// The way out of a sandbox, when it is open: a slirp4netns process for each, which plays a network
// behind its namespace's device and makes the connections as the server's user.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/child_process.h"

namespace fairlead::sandbox {

// The program's path, or an error that says how to get it.
Result<std::string> find_slirp();

// Connects the network namespace of process `pid`; returns when it works. The connection lasts as
// long as the child that is returned. On a plain thread.
Result<std::unique_ptr<net::Child>> connect_outside(net::ChildLauncher& plain,
                                                    const std::string& slirp, int pid);

}  // namespace fairlead::sandbox
