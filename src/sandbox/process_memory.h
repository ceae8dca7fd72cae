// Memory of all the processes of a sandbox, from the host's /proc.
#pragma once

#include "net/child_process.h"

namespace fairlead::sandbox {

// The sum over the descendants of process `pid`, without itself: what the sandbox's first process
// has started and collected. Counts 64 processes at most; those beyond belong to somebody whom the
// process limit or the control group stops.
net::ChildMemory memory_below(int pid);

}  // namespace fairlead::sandbox
